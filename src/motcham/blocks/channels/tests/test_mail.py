"""What stands in a mail: every letter in every language, nothing that was smuggled in, nothing cut, nothing that gives away."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP, default
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import translation

from motcham.blocks.channels import mail, transports
from motcham.blocks.channels.define import DefinitionError, Letter, Link, State, Topic, letters
from motcham.blocks.channels.models import Delivery
from motcham.blocks.channels.testing import a_book, a_contact, deliver, mail_server, told

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LANGUAGES = [code for code, _ in settings.LANGUAGES]
ABOUT = "Đèn đường hỏng · Lê Lợi"


def a_mail(**changes) -> mail.Mail:
    facts = dict.fromkeys(letters[changes.get("template", "news")].facts, "fact") if changes.get("template") else {}
    values = {
        "id": 7,
        "told_at": NOW,
        "to": "lan@example.vn",
        "language": "vi",
        "said": [(changes.pop("template", "news"), facts, Link(changes.pop("about", ABOUT), "/track/7K2M-09QX-4T1ZB/"))],
        "stop": "token",
    }
    return mail.Mail(**{**values, **changes})


def read(message) -> object:
    return message_from_bytes(message.as_bytes(policy=SMTP), policy=default)


@pytest.fixture(autouse=True)
def house(settings):
    settings.MAIL_FROM, settings.PUBLIC_URL = "Một Chạm <tin@example.vn>", "https://example.vn"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(each.key for each in letters))
def test_every_letter_can_be_written_in_every_language(key, language):
    message = read(mail.compose(a_mail(template=key, language=language), now=NOW))
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()
        assert "{" not in text.replace("{{", "") and "https://example.vn/track/7K2M-09QX-4T1ZB/" in text
    assert message["Subject"] and "7K2M" not in message["Subject"]


@pytest.mark.parametrize("key", sorted(each.key for each in letters))
def test_every_letter_has_words_of_its_own_in_each_language(key):
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append([str(words) for words in letters[key].words()])
    for one, other in zip(*said, strict=True):
        assert one != other or one == "{about}.", f"{key} is not translated: {one}"


def test_a_letter_that_names_a_fact_it_does_not_get_is_refused():
    with pytest.raises(DefinitionError, match=r"names agency; it knows: about, city"):
        Letter("wrong", Topic.CASES, subject="From {agency}", paragraphs=(), button="See").verify("wrong.py")


def test_a_notice_whose_facts_no_longer_fit_its_letter_is_told_in_the_plain_one():
    wrong = Letter("older", Topic.CASES, subject="On {day}", paragraphs=(), button="See", facts=("day",))
    letters.register(wrong, file=__file__)
    try:
        with translation.override("en"):
            assert mail.said("older", {}, Link("Lamp", "/")).subject == "There is news"
            assert mail.said("nobody-defined-it", {}, Link("Lamp", "/")).subject == "There is news"
    finally:
        letters.remove("older")


@pytest.mark.parametrize("about", ["Lamp\r\nBcc: all@example.vn", "Lamp\nX-Evil: 1", "Lamp\x0bFrom: you", "Lamp Bcc: x"])
def test_no_header_can_be_smuggled_in_by_words(about):
    smuggling = Letter("smuggling", Topic.CASES, subject="{about}", paragraphs=("{about}",), button="See")
    letters.register(smuggling, file=__file__)
    try:
        message = read(mail.compose(a_mail(template="smuggling", about=about), now=NOW))
    finally:
        letters.remove("smuggling")
    assert message["Bcc"] is None and message["X-Evil"] is None
    assert message["To"] == "lan@example.vn" and message["From"] == "Một Chạm <tin@example.vn>"


def test_words_in_html_are_words_and_not_markup():
    html = read(mail.compose(a_mail(about="<script>alert(1)</script>"), now=NOW)).get_body(("html",)).get_content()
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_a_word_of_ten_thousand_letters_arrives_whole_in_lines_that_mail_may_have():
    word = "ừ" * 10_000
    raw = mail.compose(a_mail(about=word), now=NOW).as_bytes(policy=SMTP)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert word in message_from_bytes(raw, policy=default).get_body(("plain",)).get_content().replace("\n", "")


def test_several_notices_travel_as_one_digest():
    said = [("news", {}, Link("Lamp", "/a/")), ("confirm", {}, Link("Road", "/b/"))]
    message = read(mail.compose(a_mail(said=said, language="en"), now=NOW))
    text = message.get_body(("plain",)).get_content()
    assert message["Subject"] == "2 notices from the city"
    assert "https://example.vn/a/" in text and "https://example.vn/b/" in text


def test_a_mail_has_the_same_message_id_however_often_it_is_written():
    first, again = (mail.compose(a_mail(), now=NOW + timedelta(days=day)) for day in (0, 2))
    assert first["Message-ID"] == again["Message-ID"] == f"<7.{int(NOW.timestamp())}@example.vn>"


def test_what_cannot_be_put_off_has_no_link_to_put_it_off():
    assert mail.compose(a_mail(stop=""), now=NOW)["List-Unsubscribe"] is None


# --- on the wire -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[ssl.SSLContext, Path]:
    """Draw a certificate of this machine, and what a server needs to use it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    import ipaddress

    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, folder / "cert.pem"


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("scheme", ["starttls", "smtps"])
def test_a_server_with_tls_and_a_password_is_used(scheme, certificate):
    context, authority = certificate
    options = {"scheme": scheme, "context": context, "query": f"?ca={authority}", "user": "house", "password": "p@ss:word/1"}
    with mail_server(**options) as server, a_book(a_contact()):
        told()
        deliver()
    assert len(server.got) == 1


@pytest.mark.django_db
def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(certificate):
    with mail_server(scheme="starttls", context=certificate[0]) as server, a_book(a_contact()):
        told()
        deliver()
    assert server.got == []
    assert Delivery.objects.get().error == "unreachable"


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_loses_nothing_and_counts_no_try(monkeypatch):
    monkeypatch.setattr(transports, "TIMEOUT", 0.5)
    with mail_server(user="house", password="right") as server, a_book(a_contact()):
        server.password = "changed"
        told()
        deliver()
    row = Delivery.objects.get()
    assert (server.got, row.state, row.attempts, row.error) == ([], State.WAITING, 0, "unreachable")


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_password_is_not_sent_to_another_machine_without_tls(monkeypatch):
    monkeypatch.setattr(transports.Server, "is_here", False)
    with mail_server(user="house", password="right") as server:
        session = transports.Smtp(transports.Server.of(settings.SMTP_URL))
        with pytest.raises(transports.Unreachable, match="without TLS"):
            session.send(mail.compose(a_mail(), now=NOW), sender="a@example.vn", to="b@example.vn", hand_over=lambda: True)
    assert server.got == []


@pytest.mark.django_db
def test_addresses_and_words_beyond_ascii_arrive():
    with mail_server() as server, a_book(a_contact("lan.nguyễn@thànhphố.vn", about="Đường Nguyễn Huệ 🚧")):
        told(language="vi")
        deliver()
    ((to, message),) = server.got
    assert to == "lan.nguyễn@xn--thnhph-jta8342d.vn"
    assert "🚧" in message.get_body(("plain",)).get_content()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "email", ["lan@example.vn\r\nRCPT TO:<all@example.vn>", "lan@", "a b@example.vn", "x@y", "<lan@example.vn>"]
)
def test_what_is_no_address_is_never_written_to(email):
    with mail_server() as server, a_book(a_contact(email)):
        told()
        deliver()
    assert (server.got, server.connections) == ([], 0)
    assert Delivery.objects.get().state == State.DROPPED


def test_lines_that_begin_with_a_dot_arrive_as_they_were():
    with mail_server() as server:
        message = mail.compose(a_mail(), now=NOW)
        message.clear_content()
        message.set_content(".\n..two\nlast\n", cte="7bit")
        session = transports.Smtp(transports.Server.of(settings.SMTP_URL))
        session.send(message, sender="tin@example.vn", to="lan@example.vn", hand_over=lambda: True)
        session.quit()
    assert server.got[0][1].get_content().splitlines() == [".", "..two", "last"]
