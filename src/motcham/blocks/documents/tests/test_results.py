"""Results: signed by the agency, stamped by an authority, checked by anyone, broken by one byte, withdrawn with a reason."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12
from cryptography.x509 import load_pem_x509_certificates
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from motcham.blocks.documents import agency_keys, api, checks, pages_verify, signing
from motcham.blocks.documents.define import (
    AlreadyWithdrawn,
    FactList,
    KeyNotTaken,
    NoAgencyKey,
    NoResult,
    OrderState,
    ReasonNeeded,
    ResultView,
    Sheet,
    Soundness,
    Template,
    templates,
)
from motcham.blocks.documents.models import Order, Result
from motcham.blocks.documents.testing import Sender, a_pdf, print_orders
from motcham.blocks.documents.tests import authority
from motcham.blocks.ledger import api as ledger
from motcham.blocks.ledger import testing as ledger_testing
from motcham.kernel.terms import LegalBasis

pytestmark = pytest.mark.django_db
WARD = "Ủy ban nhân dân phường Bến Nghé"
OFFICER = Sender("post:3")


def compose(facts: Mapping[str, Any]) -> Sheet:
    return Sheet(title="Trích lục khai sinh", agency=WARD, parts=(FactList((("Họ và tên", facts["name"]),)),))


@pytest.fixture(autouse=True)
def extract() -> Iterator[Template]:
    """Register a template for the time of a test."""
    made = Template("test.extract", "Trích lục", compose, LegalBasis("60/2014/QH13"))
    templates.register(made, file=__file__)
    pages_verify.misses.forget()
    pages_verify.checks.forget()
    yield made
    templates.remove(made.key)


@pytest.fixture
def key(home: Path) -> Path:
    """Give the ward a key."""
    api.give_agency_key(agency_code="ward-1", official_name=WARD, by=OFFICER)
    return home


@pytest.fixture
def stamps(settings, home: Path, tmp_path_factory) -> Iterator[str]:
    """Run a time-stamp authority as a process, and trust it."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: sudo apt-get install openssl")
    folder = tmp_path_factory.mktemp("authority")
    certificate = authority.prepare(folder)
    (home / "keys" / "time-stamps").mkdir(parents=True)
    shutil.copy(certificate, home / "keys" / "time-stamps" / "tests.pem")
    process = subprocess.Popen([sys.executable, authority.__file__, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    with process.stdout:
        settings.TIME_STAMP_URL = f"http://127.0.0.1:{process.stdout.readline().strip()}/"
        yield settings.TIME_STAMP_URL
        process.kill()
        process.wait()


def issued(**more: Any) -> ResultView:
    given = {"template": "test.extract", "facts": {"name": "Nguyễn Thị Ánh Tuyết"}, "title": "Trích lục khai sinh"}
    return api.issue(
        **{**given, "agency_code": "ward-1", "agency_name": WARD, "owner": "case:1", "by": OFFICER, "holder": "account:7", **more}
    )


def signed() -> tuple[ResultView, bytes]:
    """Issue a result and return it once it is signed, with its file."""
    issued()
    print_orders()
    [result] = api.results(owner="case:1")
    assert result.document_id
    return result, api.content(document_id=result.document_id, owner="case:1")


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def post_file(address: str, content: bytes, **more: str) -> Any:
    return Client().post(address, {"file": SimpleUploadedFile("ket-qua.pdf", content), **more})


def test_a_result_has_its_code_at_once_and_its_signature_soon(key: Path) -> None:
    result = issued()

    assert len(result.code) == 13 and result.signed_at is None and not result.is_valid
    assert print_orders() == 1
    [result] = api.results(owner="case:1")
    assert result.is_valid and result.document_id and len(result.digest) == 64


def test_the_signature_tells_who_and_when_and_that_nothing_changed(key: Path) -> None:
    began = datetime.now(UTC).replace(microsecond=0)
    result, pdf = signed()

    found = api.verify(pdf)

    assert found.soundness is Soundness.INTACT and found.result == result
    assert (found.signer, found.agency_code) == (WARD, "ward-1")
    assert found.signed_at and began <= found.signed_at <= datetime.now(UTC)
    assert found.stamped_at is None and result.stamped_at is None, "no authority was asked"


def test_a_time_stamp_of_an_authority_is_in_the_signature(key: Path, stamps: str) -> None:
    result, pdf = signed()

    found = api.verify(pdf)

    assert found.soundness is Soundness.INTACT and found.stamped_at == result.stamped_at
    assert found.stamped_at and found.signed_at and abs(found.stamped_at - found.signed_at) < timedelta(seconds=10)
    assert b"ETSI.CAdES.detached" in pdf


def test_a_stamp_by_an_authority_that_nobody_trusts_is_no_stamp(key: Path, stamps: str) -> None:
    _, pdf = signed()
    for file in (key / "keys" / "time-stamps").iterdir():
        file.unlink()

    found = api.verify(pdf)

    assert found.soundness is Soundness.INTACT and found.stamped_at is None


def test_an_authority_that_does_not_answer_delays_the_result_and_loses_nothing(key: Path, settings, stamps: str) -> None:
    there, settings.TIME_STAMP_URL = settings.TIME_STAMP_URL, "http://127.0.0.1:9/"
    issued()

    print_orders()
    [order] = api.orders(owner="case:1")
    assert order.state is OrderState.FAILING and Order.objects.get().problem == "document.not_stamped"

    settings.TIME_STAMP_URL = there
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=30), tick=True):
        print_orders()
    assert api.orders(owner="case:1")[0].state is OrderState.PRINTED


def test_the_page_shows_signer_and_time_of_signing_and_the_code(key: Path, settings) -> None:
    settings.PUBLIC_URL = "https://motcham.example"
    result, pdf = signed()

    text = words(pdf)

    assert f"Ký bởi: {WARD}" in text and "Nguyễn Thị Ánh Tuyết" in text
    assert re.search(r"Thời gian ký: \d\d:\d\d:\d\d \d\d/\d\d/\d{4} \+07:00", text)
    code = f"{result.code[:4]}-{result.code[4:8]}-{result.code[8:]}"
    assert f"Mã kiểm tra: {code}" in text and f"https://motcham.example/verify/{code}/" in text.replace(" ", "")


def test_a_signed_page_keeps_its_tags(key: Path) -> None:
    root = pypdf.PdfReader(io.BytesIO(signed()[1])).trailer["/Root"]

    assert root["/Lang"] == "vi" and "/StructTreeRoot" in root


def test_one_changed_byte_anywhere_is_noticed(key: Path) -> None:
    _, pdf = signed()
    step = len(pdf) // 23
    # Between the two signed stretches stands the signature itself, padded with noughts that nothing depends on.
    signature = re.search(rb"/Contents\s*<([0-9A-Fa-f]{1000,})>", pdf)
    assert signature
    padding = range(signature.start(1) + len(signature[1].rstrip(b"0")), signature.end(1))

    for at in range(step, len(pdf), step):
        broken = bytearray(pdf)
        broken[at] ^= 1
        found = api.verify(bytes(broken))
        assert found.result is None, at
        assert found.soundness is not Soundness.INTACT or at in padding, at


def test_what_is_added_behind_the_signature_is_noticed(key: Path) -> None:
    _, pdf = signed()
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    writer = pypdf.PdfWriter(reader, incremental=True)
    writer.pages[0].merge_page(pypdf.PageObject.create_blank_page(width=10, height=10))
    writer.add_metadata({"/Title": "Another"})
    out = io.BytesIO()
    writer.write(out)

    assert out.getvalue().startswith(pdf[:1000]) and len(out.getvalue()) > len(pdf)
    assert api.verify(out.getvalue()).soundness is Soundness.CHANGED


def test_a_signature_by_a_stranger_of_the_same_name_is_not_the_agency(key: Path, settings, tmp_path_factory) -> None:
    ours = settings.HOME
    settings.HOME = tmp_path_factory.mktemp("forger")
    api.give_agency_key(agency_code="ward-1", official_name=WARD, by=OFFICER)
    forged = signing.sign(
        api.render(template="test.extract", data={"name": "x"}), agency_code="ward-1", agency_name=WARD, reason="r", place="p"
    ).content
    settings.HOME = ours

    found = api.verify(forged)

    assert found.soundness is Soundness.STRANGER and found.agency_code == "" and found.signer == WARD


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 nothing %%EOF", b"\x89PNG", b"%PDF-1.4\n" + b"[" * 5000 + b"\n%%EOF", a_pdf("[" * 3_000_000)]
)
def test_any_file_gets_an_answer(key: Path, content: bytes) -> None:
    assert api.verify(content).soundness in (Soundness.UNREADABLE, Soundness.UNSIGNED)


def test_an_unsigned_page_is_said_to_be_unsigned(key: Path) -> None:
    assert api.verify(api.render(template="test.extract", data={"name": "x"})).soundness is Soundness.UNSIGNED


def test_an_agency_without_a_key_is_refused_before_anything_is_promised(home: Path) -> None:
    with pytest.raises(NoAgencyKey, match="motcham documents agency-key"):
        issued()
    assert api.results(owner="case:1") == () and api.orders(owner="case:1") == ()


def test_a_certificate_that_ran_out_signs_nothing_and_is_still_known(key: Path) -> None:
    _, pdf = signed()

    with time_machine.travel(datetime.now(UTC) + timedelta(days=365 * 4)):
        with pytest.raises(NoAgencyKey):
            issued()
        assert api.verify(pdf).soundness is Soundness.INTACT


def test_a_certificate_that_runs_out_soon_is_told_by_the_check_until_there_is_a_newer_one(key: Path) -> None:
    assert checks.check_certificates(None) == []
    with time_machine.travel(datetime.now(UTC) + timedelta(days=365 * 3 - 20)):
        [warning] = checks.check_certificates(None)
        assert "ward-1" in warning.msg and warning.id == "documents.W001"
        api.give_agency_key(agency_code="ward-1", official_name=WARD, by=OFFICER)
        assert checks.check_certificates(None) == []


def test_a_newer_key_signs_and_the_older_one_is_still_known(key: Path) -> None:
    _, first = signed()
    api.give_agency_key(agency_code="ward-1", official_name=WARD, by=OFFICER)
    again = signing.sign(
        api.render(template="test.extract", data={"name": "x"}), agency_code="ward-1", agency_name=WARD, reason="r", place="p"
    ).content

    assert [each.version for each in api.agency_keys()] == [2, 1]
    assert api.verify(first).soundness is api.verify(again).soundness is Soundness.INTACT


def test_keys_lie_outside_the_database_and_are_nobody_elses(key: Path) -> None:
    [file] = (key / "keys" / "agencies" / "ward-1").glob("key-*.pem")

    assert file.stat().st_mode & 0o077 == 0 and (file.parent.stat().st_mode & 0o077) == 0


def test_a_key_of_an_authority_is_taken_over(key: Path) -> None:
    place = key / "keys" / "agencies" / "ward-1"
    private = load_pem_private_key((place / "key-0001.pem").read_bytes(), None)
    [certificate] = load_pem_x509_certificates((place / "certificate-0001.pem").read_bytes())
    packed = pkcs12.serialize_key_and_certificates(b"k", private, certificate, None, BestAvailableEncryption(b"secret"))

    taken = api.give_agency_key(agency_code="ward-2", official_name=WARD, packed=packed, password="secret", by=OFFICER)

    assert taken.subject == WARD and agency_keys.newest("ward-2")[0].fingerprint == certificate.fingerprint(
        certificate.signature_hash_algorithm
    )
    for code, password in (("ward-2", "wrong"), ("../x", "secret")):
        with pytest.raises(KeyNotTaken):
            api.give_agency_key(agency_code=code, official_name=WARD, packed=packed, password=password, by=OFFICER)


def test_a_page_that_cannot_be_printed_does_not_stop_those_behind_it(key: Path) -> None:
    api.order(template="test.extract", facts={}, owner="case:2", by=OFFICER)
    api.order(template="test.extract", facts={"name": "An"}, owner="case:3", by=OFFICER)

    print_orders()

    assert [each.state for each in api.orders(owner="case:2")] == [OrderState.FAILING]
    assert [each.state for each in api.orders(owner="case:3")] == [OrderState.PRINTED]
    assert Order.objects.get(owner="case:2").problem == "KeyError"


def test_the_facts_of_a_page_are_sealed_and_go_when_it_is_printed(key: Path) -> None:
    api.order(template="test.extract", facts={"name": "Nguyễn Thị Ánh Tuyết"}, owner="case:3", by=OFFICER)
    waiting = bytes(Order.objects.get().facts)
    assert "Nguyễn".encode() not in waiting and b"name" not in waiting

    print_orders()

    assert Order.objects.get().facts is None


def test_a_case_that_is_erased_is_not_printed_any_more(key: Path) -> None:
    api.order(template="test.extract", facts={"name": "An"}, owner="case:3", by=OFFICER)

    api.erase(owner="case:3", by=OFFICER, reason="retention")

    assert print_orders() == 0 and api.orders(owner="case:3") == () == api.owned(owner="case:3")


def test_a_result_withdrawn_before_it_is_signed_stays_withdrawn(key: Path) -> None:
    result = issued()
    withdrawn = api.withdraw(code=result.code, reason="Nhầm người", by=OFFICER)

    print_orders()

    [after] = api.results(owner="case:1")
    assert after.withdrawn_at and after.signed_at and after.entry_id == withdrawn.entry_id


def test_a_withdrawn_result_says_so_since_when_and_why(key: Path) -> None:
    result, pdf = signed()

    api.withdraw(code=result.code, reason="Sai ngày sinh", by=OFFICER)

    [after] = api.results(owner="case:1")
    assert after.withdrawn_at and after.withdrawn_reason == "Sai ngày sinh" and not after.is_valid
    assert api.verify(pdf).result == after
    page = Client().get(f"/verify/{result.code}/").content.decode()
    assert "Sai ngày sinh" in page and "notice-late" in page
    with pytest.raises(AlreadyWithdrawn):
        api.withdraw(code=result.code, reason="again", by=OFFICER)


def test_a_result_is_withdrawn_only_for_a_reason(key: Path) -> None:
    result, _ = signed()
    with pytest.raises(ReasonNeeded):
        api.withdraw(code=result.code, reason="  ", by=OFFICER)
    with pytest.raises(NoResult):
        api.withdraw(code="0" * 13, reason="x", by=OFFICER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.update(withdrawn_at=datetime.now(UTC))


def test_the_page_of_a_code_names_nobody(key: Path) -> None:
    result, _ = signed()

    answer = Client().get(f"/verify/{result.code[:4].lower()}-{result.code[4:]}/")
    page = answer.content.decode()

    assert "Trích lục khai sinh" in page and WARD in page and result.digest[:8] in page
    assert "Nguyễn" not in page and "case:1" not in page and "account" not in page.replace("/account/", "")
    assert "no-store" in answer["Cache-Control"] and answer["X-Robots-Tag"] == "noindex" and not answer.cookies


def test_a_file_that_is_dropped_is_compared_to_the_last_byte(key: Path) -> None:
    result, pdf = signed()
    address = f"/verify/{result.code}/"
    broken = bytearray(pdf)
    broken[len(pdf) // 3] ^= 1

    assert "notice-late" not in post_file(address, pdf).content.decode()
    assert "notice-late" in post_file(address, bytes(broken)).content.decode()
    assert result.code in post_file("/verify/", pdf).content.decode()
    assert "notice-late" in post_file("/verify/", a_pdf()).content.decode()


def test_a_code_that_is_typed_leads_to_its_page(key: Path) -> None:
    result, _ = signed()
    shown = f"{result.code[:4]}-{result.code[4:8]}-{result.code[8:]}"

    assert Client().post("/verify/", {"code": f" {shown.lower()} "})["Location"] == f"/verify/{shown}/"
    assert Client().post("/verify/", {"code": "nothing"}).status_code == 404
    assert Client().post("/verify/", {}).status_code == 404
    assert post_file("/verify/", b"").status_code == 422


def test_guessing_codes_ends_soon_even_for_a_right_one(key: Path) -> None:
    result, _ = signed()
    client = Client()

    answers = [client.get(f"/verify/{number:013}/").status_code for number in range(pages_verify.misses.most + 2)]

    assert answers[0] == 404 and answers[-1] == 429
    assert client.get(f"/verify/{result.code}/").status_code == 429


def test_every_turn_of_a_result_is_in_the_log(key: Path) -> None:
    result, pdf = signed()
    said = ledger.opening(result.entry_id).payload
    api.withdraw(code=result.code, reason="Sai", by=OFFICER)

    assert hashlib.sha256(pdf).hexdigest() in str(said)
    for kind in ("document.issued", "document.ordered", "document.signed", "document.withdrawn"):
        assert ledger_testing.written(kind) == 1


def test_erasing_a_case_leaves_a_result_that_its_holder_can_still_have_checked(key: Path) -> None:
    result, pdf = signed()

    api.erase(owner="case:1", by=OFFICER, reason="retention")

    assert api.wallet(holder="account:7") == ()
    assert api.verify(pdf).result.code == result.code
