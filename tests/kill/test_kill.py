"""Processes are killed under load: nothing acknowledged is lost, nothing stands half-written, all comes back by itself."""

from __future__ import annotations

import os

import pytest

from motcham.project.testing import until

pytestmark = pytest.mark.kill

KILLS = int(os.environ.get("MOTCHAM_KILLS", "10"))
SEED = int(os.environ.get("MOTCHAM_KILL_SEED", "") or int.from_bytes(os.urandom(3)))


def test_nothing_acknowledged_is_lost_whoever_is_killed(city, under_load, killer, holds_together) -> None:
    assert city.ask("SELECT current_setting('fsync'), current_setting('synchronous_commit')") == [("on", "on")]
    load = under_load(city)
    killing = killer(load, seed=SEED)
    print(f"MOTCHAM_KILL_SEED={SEED}")
    while killing.killed.total() < KILLS and not load.wrong:
        killing.kill()
    load.end()
    longest = ", ".join(f"{seconds:.1f} s ({victim})" for seconds, victim in sorted(killing.waits)[-3:])
    print(f"killed: {dict(killing.killed)}; longest without an answer: {longest}")
    print(f"{len(load.codes)} cases, {load.repeated} found again by their key, {len(load.answered)} answered; {dict(load.told)}")
    assert load.wrong == []
    holds_together(city, load.codes, load.answered)
    assert city.stop() == 0
    until(lambda: not city.pids())
