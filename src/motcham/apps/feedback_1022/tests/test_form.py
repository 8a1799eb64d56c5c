"""The form of 1022: it listens, asks what a kind needs, offers the photo's position, and what others reported near."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from motcham.apps.feedback_1022.definitions.report import street_of
from motcham.apps.feedback_1022.tests.reports import reported
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NotForRelease
from motcham.blocks.identity.testing import system

pytestmark = pytest.mark.django_db
FORM = "/new/feedback_1022.report/"


def begun(category="infrastructure.flooding"):
    client = Client()
    client.post(FORM, {"category": category})
    return client


def text_of(answer):
    return answer.content.decode()


def described(client, text, **more):
    return client.post(f"{FORM}3/", {"description": text, **more}, follow=True)


def photo(lat=(10.0, 46.0, 35.0), lon=(106.0, 42.0, 3.0)):
    made, exif = io.BytesIO(), Image.Exif()
    position = exif.get_ifd(0x8825)
    position.update({1: "N", 2: lat, 3: "E", 4: lon})
    Image.new("RGB", (80, 60)).save(made, "JPEG", exif=exif)
    return SimpleUploadedFile("anh.jpg", made.getvalue(), "image/jpeg")


def test_the_short_address_is_the_form_itself_and_takes_its_first_page():
    client = Client()

    assert client.get("/1022/").status_code == 200 and 'name="category"' in text_of(client.get("/1022/"))
    assert client.post("/1022/", {"category": "infrastructure.flooding"})["Location"].startswith(FORM)
    assert client.post("/1022/", {"category": "nothing"}).status_code == 422


def test_danger_shows_the_numbers_to_call_and_does_not_hold_up_the_report():
    answer = described(begun(), "Có người bị điện giật")

    assert answer.redirect_chain[-1][0].endswith("/4/")
    assert 'href="tel:114"' in text_of(answer)
    assert 'href="tel:115"' in text_of(answer)


def test_an_ordinary_report_shows_no_alarm():
    assert "tel:" not in text_of(described(begun(), "Nước ngập trước nhà"))


def test_an_accusation_is_told_that_it_goes_to_the_closed_desk():
    assert 'class="advice"' in text_of(described(begun(), "Cán bộ phường vòi tiền"))
    assert 'class="advice"' in text_of(described(begun(), "Nước ngập", about_office="yes"))


def test_whoever_tells_what_an_officer_did_is_asked_whether_it_was_wrong():
    assert 'class="advice"' in text_of(described(begun(), "Trưởng ấp cho người nhà hưởng tiền hộ nghèo"))
    assert 'class="advice"' in text_of(described(begun(), "Nộp hồ sơ thì họ nói nhỏ với tôi"))
    assert 'class="advice"' not in text_of(described(begun(), "Nhờ phường dọn rác trước hẻm"))


def test_advice_is_given_while_one_types_and_keeps_nothing():
    client = begun()
    answer = client.post(f"{FORM}advice/", {"description": "đang cháy nhà"})

    assert 'href="tel:114"' in text_of(answer)
    assert answer["Cache-Control"] == "private, no-store"


def test_a_report_that_accuses_is_seen_by_the_closed_desk_alone_and_on_no_public_page():
    opened = reported(category="admin.late", text="Cán bộ phường nhận hối lộ", release=False)
    view = cases.case_by_code(opened.code)

    assert view.confidential
    with pytest.raises(NotForRelease):
        cases.publish(by=system, case_id=opened.id, text="x")


@pytest.mark.parametrize(
    ("category", "asked"),
    [("infrastructure.street_light", "pole"), ("infrastructure.flooding", "water_depth"), ("bus.schedule", "bus_plate"),
     ("order.noise", "noise_when"), ("infrastructure.tree", "blocks_road")],
)  # fmt: skip
def test_a_kind_is_asked_what_it_needs(category, asked):
    client = begun(category)
    if category == "infrastructure.tree":
        client.post(f"{FORM}2/", {"danger": "no"})
    described(client, "Có việc cần báo")
    answer = client.post(f"{FORM}4/", {"place-area": "26740", "place-address": "212 Lê Lợi"}, follow=True)

    assert f'name="{asked}"' in text_of(answer)


def test_the_position_of_a_photo_is_offered_and_used_only_on_request():
    client = begun()
    page = text_of(described(client, "Nước ngập", photos=photo()))
    assert 'name="place-use-photo"' in page
    assert 'name="place-lon" value=""' in page

    taken = page.split('name="place-use-photo" value="')[1].split('"')[0]
    page = text_of(client.post(f"{FORM}4/", {"place-use-photo": taken}))
    assert f'name="place-lon" value="{taken.split(",")[0]}"' in page


def test_a_photo_taken_outside_the_city_is_not_offered():
    page = text_of(described(begun(), "Nước ngập", photos=photo(lat=(21.0, 1.0, 0.0), lon=(105.0, 51.0, 0.0))))

    assert 'name="place-use-photo"' not in page


def test_an_old_address_is_answered_with_the_wards_of_today():
    client = begun()
    described(client, "Nước ngập")
    page = text_of(client.post(f"{FORM}4/", {"place-address": "12 Lê Lợi, P. Bến Nghé, Q.1", "place-find": "1"}))

    assert 'name="place-pick" value="26740"' in page
    assert "Bến Nghé" in page


def test_where_more_wards_bore_a_name_than_are_offered_the_page_says_how_to_go_on():
    client = begun()
    described(client, "Nước ngập")
    of_many, of_one = (
        text_of(client.post(f"{FORM}4/", {"place-address": address, "place-find": "1"}))
        for address in ("Phường 5", "P. Bến Nghé, Q.1")
    )

    assert of_many.count('name="place-pick"') == 6 and "ghi thêm quận, huyện cũ" in of_many
    assert "ghi thêm quận, huyện cũ" not in of_one


def test_an_address_that_means_one_ward_alone_needs_no_choice():
    client = begun()
    described(client, "Nước ngập")
    answer = client.post(f"{FORM}4/", {"place-address": "12 Lê Lợi, Phường Sài Gòn"})

    assert answer.status_code == 302


def test_an_address_that_nobody_knows_is_asked_about_no_more_than_once():
    client = begun()
    described(client, "Nước ngập")
    answer = client.post(f"{FORM}4/", {"place-address": "gần cầu, không nhớ tên đường"})
    if answer.status_code == 200:
        answer = client.post(f"{FORM}4/", {"place-address": "gần cầu, không nhớ tên đường", "place-searched": "1"})

    assert answer.status_code == 302


def test_a_tap_on_the_map_chooses_the_ward_then_the_point():
    client = begun()
    described(client, "Nước ngập")
    page = text_of(client.post(f"{FORM}4/", {"place-frame": "city", "place-map.x": "170", "place-map.y": "120"}))
    chosen = page.split('name="place-frame" value="')[1].split('"')[0]
    assert chosen != "city"

    image = client.get(f"/new/place-map/{chosen}.svg")
    assert image["Content-Type"] == "image/svg+xml"
    height = int(text_of(image).split('height="')[1].split('"')[0])
    page = text_of(client.post(f"{FORM}4/", {"place-frame": chosen, "place-map.x": "170", "place-map.y": str(height // 2)}))
    assert 'name="place-lon" value="106.' in page or 'name="place-lon" value=""' in page


@pytest.mark.parametrize("data", [{"place-map.x": "zz"}, {"place-map.x": "nan", "place-map.y": "inf"}, {"place-frame": "26740", "place-map.x": "1e308"}, {"place-frame": "nowhere", "place-map.x": "1", "place-map.y": "1"},
                                  {"place-use-photo": "900,900"}, {"place-use-photo": "x"}, {"place-use-photo": "nan,inf"}, {"place-pick": "zz"}])  # fmt: skip
def test_rubbish_from_the_map_or_the_photo_does_no_harm(data):
    client = begun()
    described(client, "Nước ngập")

    assert client.post(f"{FORM}4/", data).status_code in (200, 422)
    assert client.get("/new/place-map/nowhere.svg").status_code == 404


def test_what_others_reported_near_is_offered_before_one_goes_on():
    opened = reported(text="Nước ngập sâu")
    client = begun()
    described(client, "Nước ngập")
    answer = client.post(f"{FORM}4/", {"place-lon": "106.7010", "place-lat": "10.7770"}, follow=True)

    assert "/near/" in answer.redirect_chain[-1][0]
    assert "Nước ngập sâu" in text_of(answer)
    assert f"/join/{cases.public_ref(opened.id)}/" in text_of(answer)


@pytest.mark.parametrize("what", [{"release": False}, {"category": "order.noise"}, {"lon": 106.72}])
def test_nothing_is_offered_that_was_not_released_or_is_of_another_kind_or_far(what):
    reported(text="Việc của người khác", **what)
    client = begun()
    described(client, "Nước ngập")
    answer = client.post(f"{FORM}4/", {"place-lon": "106.7010", "place-lat": "10.7770"}, follow=True)

    assert "Việc của người khác" not in text_of(answer)
    assert "/near/" not in answer.redirect_chain[-1][0]


def test_sensitive_kinds_are_never_offered_to_others():
    reported(text="Tài xế vượt đèn đỏ", category="bus.driving")
    client = begun("bus.driving")
    described(client, "Tài xế chạy ẩu")
    answer = client.post(f"{FORM}4/", {"place-lon": "106.7010", "place-lat": "10.7770"}, follow=True)

    assert "/near/" not in answer.redirect_chain[-1][0]


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("469 Lý Thường Kiệt, Phường Sài Gòn", "Lý Thường Kiệt"),
        ("Số 2 đại lộ Võ Văn Kiệt", "đại lộ Võ Văn Kiệt"),
        ("Kiệt 12 Trần Phú", "Trần Phú"),
        ("hẻm 48 Phan Xích Long", "Phan Xích Long"),
        ("Nhà ông Bảy, đường Lê Lợi", ""),
        (f"12 Lê {'L' * 200}ợi", ""),
    ],
)
def test_a_title_takes_the_whole_name_of_the_street_and_no_number_of_a_house(address, street):
    assert street_of(address) == street
