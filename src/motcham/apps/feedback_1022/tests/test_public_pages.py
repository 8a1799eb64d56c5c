"""What everybody may read of 1022: what officers released, masked, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from motcham.apps.feedback_1022.tests.reports import SECRET, reported
from motcham.blocks.cases import api as cases
from motcham.blocks.identity.testing import system
from motcham.blocks.places import api as places

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def read(path="/1022/reports/", client=None):
    answer = (client or Client()).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_what_was_released_is_listed():
    reported(text="Nước ngập sâu")
    reported(text="Chưa được công khai", release=False)

    page = read()

    assert "Nước ngập sâu" in page
    assert "Chưa được công khai" not in page


@pytest.mark.parametrize("path", ["/1022/reports/", "/1022/reports.atom", "/1022/reports/{ref}/"])
def test_no_public_page_shows_who_reported_or_the_key_to_the_case(path):
    opened = reported(text="Nhà ông Nguyễn Văn Tư ngập, gọi 0901 234 567")

    page = read(path.format(ref=cases.public_ref(opened.id)))

    for secret in (SECRET, "Nguyễn Thị A", "Nguyễn Văn Tư", "0901 234 567", "901234567", opened.code, "Lê Lợi", str(opened.id)):
        assert secret not in page
    assert "•••" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [("?area=26740", True), ("?area=26743", False), ("?category=infrastructure.flooding", True), ("?category=order.noise", False),
     ("?state=open", True), ("?state=closed", False), ("?days=7", True), ("?box=106.7,10.7,106.8,10.8", True),
     ("?box=106.0,10.0,106.1,10.1", False), ("?area=rubbish&category=x&days=1e9&state=%00&box=a,b&after=zz", True)],
)  # fmt: skip
def test_a_filter_shows_its_part_and_rubbish_is_as_if_not_asked(query, shown):
    reported(text="Nước ngập sâu")

    assert ("Nước ngập sâu" in read(f"/1022/reports/{query}")) is shown


@pytest.mark.parametrize("query", ["?area=26740", "?box=106.69,10.76,106.71,10.79"])
def test_a_part_of_the_city_is_drawn_enlarged_and_its_reports_apart(query):
    for lat in (10.7769, 10.7789):
        reported(text="Nước ngập sâu", lat=lat)

    def dots(page):
        return page.split('id="map"')[1].split("key-dots")[0].count("<circle")

    whole, part = read(), read(f"/1022/reports/{query}")

    assert (whole.count("<figure class"), dots(whole)) == (2, 2)
    assert (part.count("<figure class"), dots(part)) == (1, 2)


def test_an_enlarged_ward_has_every_corner_of_its_boundary():
    drawn = read("/1022/reports/?area=26740").split('id="map"')[1]
    own = next(each for each in drawn.split("<path")[1:] if "is-here" in each)

    ((rings,),) = places.geometry(code="26740")["coordinates"]
    assert own.count(" ") >= 2 * len(rings) - 1
    assert 1 < drawn.count("<path") < 20


def test_pages_follow_one_another_without_gap_or_repeat():
    now = timezone.now()
    for number in range(25):
        reported(text=f"Báo số {number:02d}.", at=now - timedelta(minutes=number))

    first = read()
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = read(following)

    assert [f"Báo số {n:02d}." in first for n in range(25)] == [True] * 20 + [False] * 5
    assert [f"Báo số {n:02d}." in second for n in range(25)] == [False] * 20 + [True] * 5


def test_strangers_share_a_page_without_a_session():
    answer = Client().get("/1022/reports/")

    assert answer["Cache-Control"] == "public, max-age=15"
    assert not answer.cookies
    assert Client(headers={"If-None-Match": answer["ETag"]}).get("/1022/reports/").status_code == 304


def test_a_ward_of_before_leads_to_the_wards_of_today():
    page = read("/1022/reports/?q=P.+Bến+Nghé,+Q.1")

    assert "Phường Sài Gòn" in page.split('id="f-q"')[1]
    assert "?area=26740" in page


def test_a_withdrawn_report_is_gone_from_every_page():
    opened = reported(text="Nước ngập sâu")
    cases.withdraw(by=system, case_id=opened.id, reason="nhầm")

    assert "Nước ngập sâu" not in read()
    assert Client().get(f"/1022/reports/{cases.public_ref(opened.id)}/").status_code == 404


def test_the_feed_is_atom_with_what_the_standard_asks_for():
    reported(text="Nước ngập & <sâu>\x0b")
    answer = Client().get("/1022/reports.atom?area=26740")
    feed = ElementTree.fromstring(answer.content)

    assert answer["Content-Type"].startswith("application/atom+xml")
    assert feed.tag == f"{ATOM}feed"
    assert all(feed.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "author"))
    assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} == {"self", "alternate"}
    entry = feed.find(f"{ATOM}entry")
    assert all(entry.find(f"{ATOM}{name}").text for name in ("id", "title", "updated", "published", "summary"))
    assert "Nước ngập & <sâu>" in entry.find(f"{ATOM}summary").text


def test_a_replayed_report_says_so_wherever_it_is_read():
    opened = reported(text="Nước ngập sâu", synthetic=True)
    for path in ("/1022/reports.atom", f"/1022/reports/{cases.public_ref(opened.id)}/"):
        assert "dữ liệu tạo sinh để trình diễn" in Client().get(path).content.decode(), path


def test_whoever_has_it_too_joins_and_follows_by_a_code_of_their_own():
    opened = reported(text="Nước ngập sâu")
    ref = cases.public_ref(opened.id)
    client = Client()

    assert "Nước ngập sâu" in read(f"/join/{ref}/", client)
    answer = client.post(f"/join/{ref}/", {"email": "toi@vidu.vn"})
    page = read(answer["Location"], client)

    assert opened.code not in page.replace("-", "")
    assert SECRET not in page
    assert cases.public_case(ref).joined == 1


def test_a_wrong_address_is_told_and_nobody_joins():
    opened = reported()
    answer = Client().post(f"/join/{cases.public_ref(opened.id)}/", {"email": "không phải"})

    assert answer.status_code == 422
    assert cases.public_case(cases.public_ref(opened.id)).joined == 0


def test_promises_are_counted_by_agency():
    opened = reported()
    cases.take_step(by=system, case_id=opened.id, to="promised", message="Đang chờ vật tư",
                    answers={"promised_on": (timezone.localdate() + timedelta(days=3)).isoformat()})  # fmt: skip
    cases.take_step(by=system, case_id=opened.id, to="answered", message="Xong")

    page = read("/1022/promises/")

    assert "Thoát nước" in page


def test_the_alert_asks_for_a_ward_and_tells_what_is_wrong():
    answer = Client().post("/1022/alert/", {"area": "", "email": "toi@vidu.vn"})
    assert answer.status_code == 422
    answer = Client().post("/1022/alert/", {"area": "26740", "email": "không phải"})
    assert answer.status_code == 422


def test_an_alert_is_confirmed_from_the_mailbox_first():
    from motcham.blocks.channels import api as channels

    answer = Client().post("/1022/alert/", {"area": "26740", "email": "toi@vidu.vn", "often": "daily"})

    assert answer.status_code == 200
    assert "Phường Sài Gòn" in answer.content.decode()
    assert channels.subscriptions(to="area:26740") == 0


def test_an_english_page_names_wards_in_english_everywhere():
    client = Client()
    client.cookies["language"] = "en"
    reported(text="Nước ngập sâu")

    page = read("/1022/reports/?area=26740", client)

    assert page.count("Sai Gon Ward") >= 4
    assert "Phường Sài Gòn" not in page
