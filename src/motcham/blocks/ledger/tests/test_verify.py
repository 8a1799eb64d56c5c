"""A stranger's program against the log as it is served: what holds, and each way in which it may not."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from motcham.blocks.ledger import api, rules, testing
from motcham.blocks.ledger.outside import Outside
from motcham.blocks.ledger.sequencer import open_new_origin
from motcham.blocks.ledger.tests.test_sequencer import write

pytestmark = pytest.mark.django_db(transaction=True)
PACKAGE = Path(__file__).parents[5] / "verify" / "src"


class Stranger:
    """Somebody with a copy of the program, at another machine."""

    def __init__(self, url: str, state: Path) -> None:
        self._url = url + reverse("ledger:overview")
        self._state = state

    def checks(self, *options: object) -> tuple[int, dict[str, Any]]:
        code, text = self.reads("--json", *options)
        return code, json.loads(text)

    def reads(self, *options: object) -> tuple[int, str]:
        from motcham_verify.cli import run  # a package of its own, found in the fixture

        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = run(["ledger", self._url, "--state", str(self._state), *map(str, options)])
        return code, said.getvalue()


@pytest.fixture
def stranger(live_server, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(PACKAGE)
    return Stranger(live_server.url, tmp_path / "stranger.json")


def settle(home: Path, **options: Any) -> None:
    assert testing.settle_anew(home, **options)


def change(statement: str) -> None:
    with testing.connect() as own:
        assert own.execute(statement).rowcount


def test_a_log_in_order_holds_and_is_remembered(stranger, tmp_path):
    with testing.a_witness(tmp_path) as witness:
        write(700)
        settle(tmp_path, witness=witness)
        code, found = stranger.checks()
        assert (code, found["holds"], found["size"], found["entries"], found["since"]) == (0, True, 700, 700, None)
        assert found["witness"].startswith("witness.test+")
        write(100)
        settle(tmp_path, witness=witness)
    code, found = stranger.checks()
    assert (code, found["size"], found["since"], found["key_remembered"]) == (0, 800, 700, True)
    assert found["entries"] < 400, "only what is new was computed"
    assert stranger.checks("--full")[1]["entries"] == 800
    code, text = stranger.reads("--lang", "vi")
    assert code == 0
    assert "ĐÚNG. Sổ khớp với những gì nó nói." in text
    assert "800 bản ghi của ngày" in text


@pytest.mark.parametrize("page", ["", "/"])
def test_the_address_of_the_city_leads_to_its_log(stranger, live_server, tmp_path, page):
    write(3)
    settle(tmp_path)
    by_log = stranger.checks()
    stranger._url = live_server.url + page
    code, found = stranger.checks()
    assert (code, found["size"], found["since"]) == (0, 3, 3) and by_log[0] == 0


def test_what_is_wrong_here_is_not_held_against_the_log(stranger, tmp_path, capsys):
    settle(tmp_path)
    with pytest.raises(SystemExit, match="2"):
        stranger.checks("--proof", tmp_path / "mistyped.json")
    assert "mistyped.json" in capsys.readouterr().err
    code, found = stranger.checks("--state", "/proc/nowhere/state.json")
    assert (code, found["holds"]) == (2, True), "the log holds; only the file for the next run could not be written"
    assert "/proc/nowhere/state.json" in capsys.readouterr().err


def test_an_empty_log_holds(stranger, tmp_path):
    settle(tmp_path)
    assert stranger.checks()[0] == 0


def test_the_first_run_may_begin_in_the_middle(stranger, tmp_path):
    write(700)
    settle(tmp_path)
    code, found = stranger.checks("--from-size", 650)
    assert (code, found["entries"]) == (0, 188)
    write(5)
    settle(tmp_path)
    assert stranger.checks()[1]["since"] == 700


@pytest.mark.parametrize("form", ["json", "tlog-proof"])
def test_the_proof_of_an_entry_holds_years_later(stranger, tmp_path, client, form):
    ids = write(300)
    settle(tmp_path)
    path = tmp_path / f"entry.{form}"
    path.write_bytes(client.get(f"/ledger/entry/{ids[7]}.{form}").content)
    write(500)
    settle(tmp_path)
    opening = api.opening(ids[7])
    (tmp_path / "opening").write_text(
        json.dumps({"salt": (opening.salt or b"").hex(), "payload": (opening.payload or b"").decode()})
    )
    code, found = stranger.checks("--proof", path, "--opening", tmp_path / "opening")
    assert code == 0
    assert found["proofs"][0]["index"] == 7
    (tmp_path / "opening").write_text(json.dumps({"salt": (opening.salt or b"").hex(), "payload": "{}"}))
    code, found = stranger.checks("--proof", path, "--opening", tmp_path / "opening")
    assert (code, found["problem"]) == (1, "opening")
    forged = path.read_text().replace("index 7", "index 8")
    path.write_text(forged)
    code, found = stranger.checks("--proof", path)
    assert (code, found["problem"]) == (1, "proof")


@pytest.mark.parametrize(
    ("level", "index", "problem"), [(-1, 0, "entries"), (0, 0, "entries"), (0, 2, "entries"), (1, 0, "tile"), (-1, 2, "entries")]
)
def test_a_changed_tile_is_found_and_named(stranger, tmp_path, level, index, problem):
    write(700)
    settle(tmp_path)
    change(f"UPDATE ledger_tile SET hashes = overlay(hashes PLACING '\\x0123' FROM 3) WHERE level = {level} AND index = {index}")
    code, found = stranger.checks()
    assert (code, found["problem"]) == (1, problem)
    assert f"{index:03d}" in found["tile"]
    code, text = stranger.reads("--lang", "vi")
    assert code == 1
    assert "SAI. Hãy giữ lại những dòng này làm bằng chứng." in text


def test_entries_and_tiles_changed_together_do_not_give_the_signed_root(stranger, tmp_path):
    write(100)
    settle(tmp_path)
    change("UPDATE ledger_tile SET hashes = overlay(hashes PLACING '\\x0123' FROM 3) WHERE level = -1")
    with testing.connect() as own:
        row = own.execute("SELECT hashes FROM ledger_tile WHERE level = -1").fetchone()
        assert row is not None
        hashes = b"".join(rules.leaf_hash(leaf) for leaf in rules.split_hashes(bytes(row[0])))
        own.execute("UPDATE ledger_tile SET hashes = %s WHERE level = 0", (hashes,))
    code, found = stranger.checks()
    assert (code, found["problem"]) == (1, "root")


def test_a_rewritten_history_is_found_by_whoever_saw_the_old_one(stranger, tmp_path):
    write(100)
    settle(tmp_path)
    assert stranger.checks()[0] == 0
    with testing.connect() as own:
        own.execute(f"TRUNCATE {', '.join(testing.TABLES)}")
    Outside(tmp_path).checkpoint_path.unlink()
    write(60)
    settle(tmp_path)
    code, found = stranger.checks()
    assert (code, found["problem"], found["before"], found["now"]) == (1, "shrunk", 100, 60)
    write(140)
    settle(tmp_path)
    assert stranger.checks()[1]["problem"] == "root"
    assert stranger.checks("--full")[1]["problem"] == "rewritten"


def test_an_entry_that_was_proved_and_is_gone_is_told(stranger, tmp_path, client):
    ids = write(100)
    settle(tmp_path)
    path = tmp_path / "entry.json"
    path.write_bytes(client.get(f"/ledger/entry/{ids[99]}.json").content)
    with testing.connect() as own:
        own.execute(f"TRUNCATE {', '.join(testing.TABLES)}")
    Outside(tmp_path).checkpoint_path.unlink()
    write(150)
    settle(tmp_path)
    assert stranger.checks("--proof", path)[1]["problem"] == "proof_gone"


def test_a_new_name_is_noticed(stranger, tmp_path):
    write(3)
    settle(tmp_path)
    assert stranger.checks()[0] == 0
    with testing.connect(autocommit=True) as own:
        open_new_origin(own, outside=Outside(tmp_path), name=testing.NAME, reason="a trial")
    settle(tmp_path)
    assert stranger.checks()[1]["problem"] == "other_key"
    assert stranger.checks("--state", tmp_path / "another.json")[0] == 0


def test_a_checkpoint_without_its_signatures_is_refused(stranger, tmp_path):
    with testing.a_witness(tmp_path) as witness:
        write(3)
        settle(tmp_path, witness=witness)
    change("UPDATE ledger_log SET checkpoint = regexp_replace(checkpoint, '— witness.test .*\\n', '')")
    assert stranger.checks()[1]["problem"] == "unwitnessed"
    change("UPDATE ledger_log SET checkpoint = replace(checkpoint, E'\\n3\\n', E'\\n2\\n')")
    assert stranger.checks()[1]["problem"] == "checkpoint"


def test_another_key_than_the_one_expected_is_refused(stranger, tmp_path):
    write(3)
    settle(tmp_path)
    code, found = stranger.checks("--key", "test.city/1+00000000+AAAA")
    assert (code, found["problem"]) == (1, "other_key")


def test_a_missing_tile_is_named(stranger, tmp_path):
    write(300)
    settle(tmp_path)
    change("DELETE FROM ledger_tile WHERE level = 0 AND index = 1")
    code, found = stranger.checks()
    assert (code, found["problem"]) == (1, "missing")
    assert "tile/0/001.p/44" in found["file"]


def test_the_command_itself_ends_with_the_code_of_what_it_found(live_server, tmp_path):
    settle(tmp_path)
    command = [sys.executable, "-m", "motcham_verify", "ledger", f"{live_server.url}/ledger", "--state", str(tmp_path / "s")]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    for options, code in (["--lang", "en"], 0), (["--no-such"], 2), (["--key", "x"], 1):
        done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=60, env=environment, check=False)
        assert done.returncode == code, done.stderr
