"""`motcham documents`: what agencies sign with, whether a file is what was signed, and withdrawing a wrong result."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from motcham.project.console import both, json_option, show


@click.group()
def command() -> None:
    """Khóa nằm trong MOTCHAM_HOME/keys/agencies, ngoài cơ sở dữ liệu. / Keys lie outside the database."""
    import django

    django.setup()


@command.command("agency-key")
@click.argument("agency")
@click.option(
    "--import",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tệp PKCS#12 (.p12, .pfx) do nơi cấp chứng thư giao. / The PKCS#12 file of the authority.",
)
@click.option(
    "--years",
    type=click.IntRange(1, 30),
    default=3,
    show_default=True,
    help="Hạn của chứng thư tự ký. / How long a self-signed one lasts.",
)
@json_option
def agency_key(agency: str, file: Path | None, years: int, as_json: bool) -> None:
    """Tạo hoặc nhập khóa ký cho một cơ quan. / Make or import what an agency signs with."""
    from motcham.blocks.documents import api as documents
    from motcham.blocks.identity import api as identity
    from motcham.blocks.identity.define import Actor

    found, by = identity.agency(code=agency), Actor.system("command line")
    packed, password = file.read_bytes() if file else None, ""
    if file:
        password = click.prompt(both("Mật khẩu của tệp", "Password of the file"), hide_input=True, default="", show_default=False)
    key = documents.give_agency_key(
        agency_code=found.code, official_name=found.official_name, by=by, packed=packed, password=password, years=years
    )
    show(asdict(key), as_json=as_json)


@command.command()
@json_option
def keys(as_json: bool) -> None:
    """Liệt kê chứng thư của các cơ quan. / List the agencies' certificates."""
    from motcham.blocks.documents import api as documents

    show({f"{key.agency_code}/{key.version}": asdict(key) for key in documents.agency_keys()}, as_json=as_json)


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def verify(file: Path, as_json: bool) -> None:
    """Ai ký, khi nào, còn nguyên không; mã thoát 1 khi không. / Who signed, when, and whether it is intact; else exit code 1."""
    from motcham.blocks.documents import api as documents

    found = documents.verify(file.read_bytes())
    facts = asdict(found)
    facts["result"] = found.result and {"code": found.result.code, "is_valid": found.result.is_valid}
    show(facts, as_json=as_json)
    sys.exit(0 if found.soundness == "intact" and (found.result is None or found.result.is_valid) else 1)


@command.command()
@click.argument("code")
@click.option("--reason", required=True, help="Lý do, không nêu tên ai. / Why, naming nobody.")
@json_option
def withdraw(code: str, reason: str, as_json: bool) -> None:
    """Thu hồi một kết quả sai. / Withdraw a wrong result."""
    from motcham.blocks.documents import api as documents
    from motcham.blocks.identity.define import Actor

    result = documents.withdraw(code=code, reason=reason, by=Actor.system("command line"))
    show({"code": result.code, "withdrawn_at": result.withdrawn_at}, as_json=as_json)
