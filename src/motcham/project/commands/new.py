"""`motcham new`: write the first version of a definition, with the story that tests it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from string import Template

import click

import motcham
from motcham.kernel.calendar import CITY
from motcham.project.console import both, json_option

APPS = Path(motcham.__file__).parent / "apps"

DEFINITION = Template('''"""$title: say here in one sentence who files it and what becomes of it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from motcham.blocks.cases.define import CaseType, Retention, Step
from motcham.kernel.terms import Field, Kind, LegalBasis

OFFICERS = ("ward_officer", "department_officer")

$name = CaseType(
    key="$key",
    official_name="$title",
    label=_("$title"),
    summary=_("$title"),
    legal_basis=LegalBasis("$law"),
    limit="$limit",
    in_force=date($year, $month, $day),
    desk="$desk",
    fields=(
        Field("description", _("What have you seen?"), Kind.LONG_TEXT, longest=5000, personal=True),
        Field("name", _("Your name"), identifies="name", longest=120),
        Field("phone", _("Telephone"), Kind.PHONE, identifies="phone"),
    ),
    steps=(
        Step("received", _("Received"), roles=OFFICERS, leads_to=("answered",)),
        Step("answered", _("Answered"), act=_("Answer"), outcome="answered", message_required=True, tells="answered"),
    ),
    route=lambda filing: "$desk",
    title=lambda filing: "$title",
    retention=Retention(years=5, legal_basis=LegalBasis("91/2025/QH15")),
)
''')

STORY = Template("""title: $title, trả lời đúng hạn
case_type: $key
filed:
  at: 2026-03-02 09:00
  answers: {description: Một câu chuyện ngắn., name: Nguyễn Thị A, phone: 0901 234 567}
  expect: {agency: $desk, step: received, state: open}
acts:
  - {at: 2026-03-03 10:00, by: department_officer, to: answered, message: Đã xong., expect: {state: closed, outcome: answered, late: null}}
tells: [answered]
ledger: [case.opened, case.step]
""")


@click.group()
def command() -> None:
    """Viết tệp định nghĩa đầu tiên. / Write the first file of a definition."""


@command.command("case_type")
@click.argument("key")
@click.option("--title", default="", help="Tên gọi chính thức. / Its official name.")
@click.option(
    "--limit", default="petition.answer", show_default=True, help="Khóa thời hạn trong data/limits.csv. / Key of its limit."
)
@click.option("--law", default="QĐ 766/QĐ-TTg", show_default=True, help="Căn cứ pháp lý. / The law it rests on.")
@click.option(
    "--desk", default="department.office", show_default=True, help="Mã cơ quan nhận. / Code of the agency that receives it."
)
@click.option(
    "--into", type=click.Path(path_type=Path), default=APPS, hidden=True, help="Thư mục các ứng dụng. / Folder of the apps."
)
@json_option
def case_type(*, key: str, title: str, limit: str, law: str, desk: str, into: Path, as_json: bool) -> None:
    """Một loại hồ sơ: app.ten → apps/app/definitions/ten.py và kịch bản. / A case type: app.name, with its story."""
    app, _dot, name = key.partition(".")
    if not (re.fullmatch(r"[a-z][a-z0-9_]*", app) and re.fullmatch(r"[a-z][a-z0-9_]*", name)):
        raise click.ClickException(
            both(f"Khóa '{key}' phải có dạng ung_dung.ten.", f"The key '{key}' must look like application.name.")
        )
    folder = into / app
    if not (folder / "app.py").is_file():
        known = ", ".join(sorted(path.parent.name for path in into.glob("*/app.py")))
        raise click.ClickException(
            both(f"Không có ứng dụng '{app}'. Hiện có: {known}.", f"There is no application '{app}'. There are: {known}.")
        )
    today = datetime.now(CITY).date()
    facts = {
        "key": key,
        "name": name,
        "title": title or name.replace("_", " ").capitalize(),
        "limit": limit,
        "law": law,
        "desk": desk,
        "year": today.year,
        "month": today.month,
        "day": today.day,
    }
    files = {folder / "definitions" / f"{name}.py": DEFINITION, folder / "scenarios" / f"{name}.yaml": STORY}
    if there := next((path for path in files if path.exists()), None):
        raise click.ClickException(both(f"Đã có {there}.", f"{there} is there already."))
    for path, template in files.items():
        path.parent.mkdir(exist_ok=True)
        if path.parent.name == "definitions" and not (marker := path.parent / "__init__.py").exists():
            marker.write_text(f'"""Definitions of {app}."""\n', encoding="utf-8")
        path.write_text(template.substitute(facts), encoding="utf-8")
    click.echo(json.dumps({"files": [str(path) for path in files]}) if as_json else "\n".join(map(str, files)))
