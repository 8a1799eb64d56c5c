"""What other installations answer, right and wrong, and which addresses are called at all."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone
from PIL import Image

from motcham.apps.feedback_1022.open311 import exchange, neighbours, outgoing, photos
from motcham.apps.feedback_1022.open311.client import Endpoint
from motcham.apps.feedback_1022.open311.define import NeighbourFailed, NoSuchCategory, RefusedAddress, UnfitNeighbour
from motcham.apps.feedback_1022.open311.models import Exchanged, Neighbour
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import case_types
from motcham.blocks.identity import testing

pytestmark = pytest.mark.django_db
LAMP = "infrastructure.street_light"
ROW = {"service_request_id": 7, "status": "open", "service_code": "1", "description": "Đèn tắt", "lat": 10.7769, "long": 106.7009}


class City:
    """Another city's server: answers by path, remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        city = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                city.asked.append((parts.path, dict(parse_qsl(parts.query))))
                self.answer(parts.path)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                city.asked.append((self.path, dict(parse_qsl(body))))
                self.answer(f"POST {self.path}")

            def answer(self, path: str) -> None:
                status, headers, body = city.answers.get(path, (404, {}, b""))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def says(self, path: str, body: Any, *, status: int = 200, **headers: str) -> None:
        self.answers[path] = (status, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.fixture
def city(settings: Any) -> Iterator[City]:
    """Run another city, which may be called."""
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]
    made = City()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def known(city: City, agencies: None) -> Callable[..., Neighbour]:
    """Make the other city known."""

    def add(**changes: Any) -> Neighbour:
        return neighbours.add(by=testing.system, name="city", url=city.url, **{"takes": {"1": LAMP}, **changes})

    return add


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/", "http://[::1]/", "http://169.254.169.254/latest", "http://10.0.0.1/", "http://[::ffff:127.0.0.1]/",
     "http://0.0.0.0/", "file:///etc/passwd", "ftp://vidu.vn/", "http://a@127.0.0.1/", "http:///x", "gopher://127.0.0.1/"],
)  # fmt: skip
def test_private_addresses_and_other_schemes_are_not_called(url):
    with pytest.raises(RefusedAddress):
        outgoing.call(url)


def test_a_name_that_also_means_a_private_address_is_not_called(monkeypatch):
    answers = [(2, 1, 6, "", ("203.0.113.7", 80)), (2, 1, 6, "", ("127.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answers)
    with pytest.raises(RefusedAddress):
        outgoing.call("http://rebind.example/")


def test_a_redirect_is_not_followed(city):
    city.says("/a", b"", status=302, Location=f"{city.url}/b")
    with pytest.raises(NeighbourFailed) as failed:
        outgoing.call(f"{city.url}/a")
    assert failed.value.permanent and [path for path, _ in city.asked] == ["/a"]


def test_an_answer_without_end_is_cut(city):
    city.says("/a", b"x" * 5000)
    with pytest.raises(NeighbourFailed, match="more than"):
        outgoing.call(f"{city.url}/a", most=1000)


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (403, True), (429, False), (503, False)])
def test_what_passes_is_told_from_what_stays_wrong(city, status, permanent):
    city.says("/a", b"no", status=status)
    with pytest.raises(NeighbourFailed) as failed:
        outgoing.call(f"{city.url}/a")
    assert failed.value.permanent is permanent


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("json", b"{"), ("json", b'{"a": 1}'), ("json", b"[1]"), ("json", b"[" * 100_000), ("xml", b"<a>"), ("xml", b"\xff"),
        ("xml", b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'),
        ("xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_list_is_refused(city, form, body):
    city.says(f"/services.{form}", body)
    with pytest.raises(NeighbourFailed):
        Endpoint(city.url, form=form).services()


def test_both_forms_are_read(city):
    city.says("/services.json", [{"service_code": 1, "service_name": "Lamp"}])
    city.says(
        "/services.xml",
        b"<services><service><service_code>1</service_code><service_name>Lamp</service_name></service></services>",
    )
    assert [str(each["service_code"]) for form in ("json", "xml") for each in Endpoint(city.url, form=form).services()] == [
        "1",
        "1",
    ]


def test_a_request_there_becomes_one_case_here(city, known):
    """A server without extensions: numbers as ids, no pages, no `updated_after`."""
    neighbour = known(jurisdiction="city.gov")
    others = [{**ROW, "service_request_id": 8, "service_code": "2"}, {**ROW, "service_request_id": 9, "status": "closed"}]
    outside = {**ROW, "service_request_id": 10, "lat": 48.1, "long": 11.5}
    city.says("/requests.json", [ROW, *others, outside, {"service_request_id": None}])
    done = exchange.pull(neighbour, now=timezone.now())
    assert done == {"pulled": 1, "of no service we take": 1, "closed there": 1, "not to be placed here": 1}
    assert city.asked[0][1]["jurisdiction_id"] == "city.gov" and len(city.asked) == 1
    assert exchange.pull(neighbour, now=timezone.now())["known"] == 1
    link = Exchanged.objects.get()
    view = cases.case_by_id(link.case_id, actor=testing.system)
    assert link.remote_id == "7" and view.line.category == LAMP and view.channel == "open311" and view.place.area_code == "26740"


def test_pages_that_repeat_end_the_reading(city, known):
    city.says("/requests.json", [{**ROW, "service_request_id": str(number)} for number in range(200)])
    found = list(Endpoint(city.url).requests(since=timezone.now(), now=timezone.now()))
    assert len(found) == 200 and len(city.asked) == 2


def test_what_came_from_here_does_not_come_back(city, known):
    city.says("/requests.json", [{**ROW, "extended_attributes": {"origin": "hochiminhcity.gov.vn"}}])
    assert exchange.pull(known(), now=timezone.now()) == {"from here": 1}


def test_a_photo_is_fetched_later_and_tried_again(city, known):
    city.says("/requests.json", [{**ROW, "media_url": f"{city.url}/lamp.jpg"}])
    assert exchange.pull(known(), now=timezone.now()) == {"pulled": 1}
    city.says("/lamp.jpg", b"busy", status=503)
    now = timezone.now()
    assert photos.due(now=now) == 1 and photos.due(now=now) == 0
    picture = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(picture, "JPEG")
    city.says("/lamp.jpg", picture.getvalue())
    assert photos.due(now=now + timedelta(minutes=3)) == 1
    assert len(cases.case_by_id(Exchanged.objects.get().case_id, actor=testing.system).documents) == 1


def test_a_token_is_asked_again_until_it_has_an_id(city, known, post):
    neighbour = known(takes={}, sends={LAMP: "1"}, key="secret")
    ref = post(description="Đèn tắt", first_name="An", phone="0901234567")[0]["service_request_id"]
    city.says("POST /requests.json", [{"token": "t1"}])
    city.says("/tokens/t1.json", [])
    assert exchange.push(neighbour, now=timezone.now()) == {"waiting for its id": 1}
    city.says("/tokens/t1.json", [{"token": "t1", "service_request_id": "55"}])
    assert exchange.push(neighbour, now=timezone.now()) == {"sent": 1}
    sent = [given for path, given in city.asked if path == "/requests.json"]
    assert len(sent) == 1 and sent[0]["api_key"] == "secret" and sent[0]["service_code"] == "1"
    assert not {"first_name", "last_name", "phone", "email"} & set(sent[0])
    assert Exchanged.objects.get().case_id == cases.read_ref(ref)


def test_what_was_filed_before_they_were_known_is_not_sent(city, known, post):
    post()
    neighbour = known(takes={}, sends={LAMP: "1"})
    Neighbour.objects.update(added_at=timezone.now() + timedelta(hours=1))
    neighbour.refresh_from_db()
    assert exchange.push(neighbour, now=timezone.now()) == {} and city.asked == []


def test_what_fails_is_tried_later_and_later_and_says_why(city, known):
    neighbour, now = known(), timezone.now()
    city.says("/requests.json", b"down", status=503)
    waits = []
    for _ in range(3):
        assert exchange.due(now=now) == 1
        neighbour.refresh_from_db()
        waits.append((neighbour.next_at - now).total_seconds())
        assert exchange.due(now=now) == 0
        now = neighbour.next_at
    assert waits == [120, 240, 480] and "503" in neighbour.problem
    city.says("/requests.json", [])
    assert exchange.due(now=now) == 1
    neighbour.refresh_from_db()
    assert neighbour.failures == 0 and neighbour.problem == "" and neighbour.next_at == now + timedelta(seconds=300)


def test_keys_lie_sealed(known):
    neighbour = known(key="a secret key")
    assert b"a secret key" not in bytes(neighbour.sealed_key) and neighbours.endpoint_of(neighbour).key == "a secret key"


@pytest.mark.parametrize(("name", "url"), [("hai tên", "http://a.vn"), ("x" * 41, "http://a.vn"), ("other", "http://known.vn")])
def test_an_installation_that_cannot_be_kept_is_refused(name, url):
    neighbours.add(by=testing.system, name="known", url="http://known.vn")
    with pytest.raises(UnfitNeighbour):
        neighbours.add(by=testing.system, name=name, url=url)


def test_a_table_with_unknown_categories_is_refused(known):
    with pytest.raises(NoSuchCategory, match="nope"):
        known(takes={"1": "nope"})


def test_the_report_still_has_the_steps_that_the_exchange_takes():
    outcomes = {step.outcome for step in case_types["feedback_1022.report"].steps}
    assert "answered" in outcomes


def test_only_who_reported_or_answers_may_update(client, agencies, post):
    mine, other = (testing.an_officer(role="intake_application", agency_code="desk.1022") for _ in range(2))
    agency = testing.an_officer(role="ward_officer", agency_code="ward.26740")
    ref = post(api_key=testing.token_of(mine))[0]["service_request_id"]

    def update(who: Any, status: str = "OPEN") -> int:
        given = {
            "service_request_id": ref,
            "description": "Vẫn tối.",
            "status": status,
            **({"api_key": testing.token_of(who)} if who else {}),
        }
        return int(client.post("/open311/v2/servicerequestupdates.xml", given).status_code)

    assert [update(None), update(other), update(mine), update(agency), update(agency, "CLOSED")] == [403, 403, 200, 200, 200]
    view = cases.case_by_id(cases.read_ref(ref), actor=testing.system)
    assert view.line.state == "closed"


def test_updates_tell_what_became_of_what_is_released(get, post):
    ref = post()[0]["service_request_id"]
    assert get("servicerequestupdates.json") == []
    cases.release(by=testing.system, case_id=cases.read_ref(ref), text="Đèn tắt")
    as_json, as_xml = get("servicerequestupdates.json"), get("servicerequestupdates.xml")
    assert as_json[0]["service_request_id"] == ref == as_xml.findtext("request_update/service_request_id")


def test_nothing_of_what_the_closed_desk_has_goes_to_another_installation_or_is_moved_by_it(city, known, post):
    neighbour = known(takes={"1": LAMP}, sends={LAMP: "1"}, tells=True)
    city.says("/requests.json", [{**ROW, "description": "Cán bộ phường đòi phong bì mới sửa đèn"}])
    assert exchange.pull(neighbour, now=timezone.now()) == {"pulled": 1}
    accused = Exchanged.objects.get(is_ours=False).case_id
    assert cases.case_by_id(accused, actor=testing.system).confidential
    cases.take_step(by=testing.system, case_id=accused, to="answered", message="Đã kỷ luật")

    post()
    city.says("POST /requests.json", [{"service_request_id": 9}])
    assert exchange.push(neighbour, now=timezone.now()) == {"sent": 1}
    sent = Exchanged.objects.get(is_ours=True).case_id
    cases.confide(by=testing.system, case_id=sent, reason="Có lời tố")
    city.says("/requests.json", [{"service_request_id": 9, "status": "closed", "status_notes": "Xong"}])

    assert (exchange.follow(neighbour), exchange.tell(neighbour)) == ({"gone": 1}, {})
    assert cases.case_by_id(sent, actor=testing.system).line.state == "open"
    assert "Đã kỷ luật" not in repr(city.asked)
