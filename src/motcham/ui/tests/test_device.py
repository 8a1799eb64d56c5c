"""What browsers ask of the house beside its pages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

STATIC = Path(__file__).parents[1] / "static"
WORKER = (STATIC / "ui/sw.js").read_text()

pytestmark = pytest.mark.django_db


def test_the_old_name_of_the_icon_leads_to_the_dot():
    answer = Client().get("/favicon.ico")
    assert answer.status_code == 301 and finders.find(answer["Location"].removeprefix("/static/"))


def test_the_manifest_names_an_icon_and_shortcuts_that_exist():
    told = json.loads(Client().get("/manifest.webmanifest").content)
    assert told["lang"] == "vi" and finders.find(told["icons"][0]["src"].removeprefix("/static/"))
    assert [Client().get(each["url"], follow=True).status_code for each in told["shortcuts"]] == [200, 200]
    in_english = Client(headers={"cookie": "language=en"}).get("/manifest.webmanifest")
    assert json.loads(in_english.content)["lang"] == "en"


def test_the_style_is_one_sheet_kept_until_it_changes():
    href = re.search(r'rel="stylesheet" href="(/style/[^"]+)"', Client().get("/services/").content.decode()).group(1)
    answer = Client().get(href)
    assert "immutable" in answer["Cache-Control"] and Client().get("/style/old.css")["Cache-Control"] == "no-cache"
    text = answer.content.decode()
    assert "--river" in text and "@media print" in text and "/*" not in text
    faces = re.findall(r'url\("([^"]+)"\)', text)
    assert len(faces) == 9 and all(finders.find(face.removeprefix("/static/")) for face in faces)


def test_the_worker_stands_at_the_root_and_is_asked_for_anew():
    answer = Client().get("/sw.js")
    assert answer.content.decode() == WORKER and answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"


def test_the_worker_keeps_files_of_the_house_alone_and_each_exists():
    named = {f"ui/{name}" for name in re.findall(r'"([a-z]+\.(?:css|js|svg|html))"', WORKER)} | {"ui/offline.html"}
    assert len(named) == 8 and [name for name in named if not (STATIC / name).exists()] == []
    assert WORKER.count(".put(") == 1 and "SHELL.includes" in WORKER.split(".put(")[0].splitlines()[-1]


def test_nothing_that_is_sent_passes_through_the_worker():
    assert 'if (request.method !== "GET"' in WORKER.split('addEventListener("fetch"')[1]


def test_the_page_without_network_asks_nothing_of_other_hosts_and_runs_nothing_inline():
    page = (STATIC / "ui/offline.html").read_text()
    assert "Content-Security-Policy" in page and "//" not in page
    assert not re.search(r"<script(?![^>]* src=)| style=| on[a-z]+=", page)
