"""`motcham prepare`: load the reference data; in the demo also its people and the history of its cases."""

from __future__ import annotations

import click

from motcham.project.console import both, json_option, progress, show


@click.command()
@click.option(
    "--loops",
    type=click.IntRange(1, 30),
    envvar="MOTCHAM_REPLAY_LOOPS",
    default=1,
    show_default=True,
    help="Lịch sử trình diễn gồm mấy vòng, mỗi vòng 62 giờ. / Loops of 62 hours that the history of the demo has.",
)
@json_option
def command(loops: int, as_json: bool) -> None:
    """An toàn khi chạy lại. / Safe to run again."""
    import django
    from django.conf import settings

    django.setup()
    from motcham.blocks.identity import api as identity
    from motcham.blocks.identity.define import Actor

    facts = {"agencies": identity.load_agencies(by=Actor.system("prepare"))}
    if settings.DEMO:
        facts["acts"] = _demo(loops)
    show(facts, as_json=as_json)


def _demo(loops: int) -> int:
    from motcham.apps.demo import replay, seed

    seed.open_doors()
    with progress() as bar:
        task = bar.add_task(both("Diễn lại ba ngày của thành phố", "Replaying three days of the city"))
        return replay.history(loops=loops, told=lambda done, total: bar.update(task, completed=done, total=total))
