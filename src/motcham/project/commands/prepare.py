"""`motcham prepare`: load the reference data; in the demo also its people and the history of its cases."""

from __future__ import annotations

import subprocess

import click

from motcham.project.console import both, json_option, progress, show
from motcham.project.leash import leashed
from motcham.project.processes import Process


@click.command()
@click.option(
    "--days",
    type=click.IntRange(1, 90),
    envvar="MOTCHAM_REPLAY_DAYS",
    default=21,
    show_default=True,
    help="Lịch sử trình diễn gồm mấy ngày trước hôm nay. / Days before today that the history of the demo has.",
)
@json_option
def command(days: int, as_json: bool) -> None:
    """An toàn khi chạy lại. / Safe to run again."""
    import django
    from django.conf import settings

    django.setup()
    from motcham.apps.public_services import shipped as procedures
    from motcham.blocks.identity import api as identity
    from motcham.blocks.identity.define import Actor

    by = Actor.system("prepare")
    facts = {"agencies": identity.load_agencies(by=by)}
    with progress() as bar:
        task = bar.add_task(both("Nạp thủ tục hành chính", "Loading the procedures"), total=None)
        facts["procedures"] = procedures.load(by=by, told=lambda done, total: bar.update(task, completed=done, total=total))
    if settings.DEMO:
        facts["replayed_cases"] = _demo(days)
    show(facts, as_json=as_json)


def _demo(days: int) -> int:
    """Tell the history in as many processes as it has lanes; this one tells the first, and ends the others with it."""
    from motcham.apps.demo import desks, replay, seed
    from motcham.apps.public_services import sources
    from motcham.apps.public_services.counter import showcase

    seed.open_doors()
    showcase.open_counters(by=seed.SEED)
    replay.settle(days=days)
    sources.read_once()
    left = [lane for lane in replay.LANES[1:] if not replay.is_told(lane)]
    others = [subprocess.Popen(leashed(Process("", ("replay", "--tell", str(lane))).argv)) for lane in left]
    with progress() as bar:
        task = bar.add_task(both("Diễn lại những ngày vừa qua", "Replaying the days just past"))
        replay.tell(replay.LANES[0], told=lambda done, total: bar.update(task, completed=done, total=total))
    if any(other.wait() for other in others):
        raise click.ClickException(both("Một phần lịch sử chưa diễn lại được.", "A part of the history could not be told."))
    desks.furnish()
    return replay.count()
