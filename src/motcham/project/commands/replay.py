"""`motcham replay`: go on with the replayed stream, live and faster than life."""

from __future__ import annotations

import signal
import threading

import click

from motcham.project.console import both


@click.command()
@click.option(
    "--speed", type=click.FloatRange(min=0.01), envvar="MOTCHAM_REPLAY_SPEED", default=60.0, show_default=True,
    help="Nhanh gấp bao nhiêu lần đời thật. / How many times faster than life.",
)  # fmt: skip
@click.option(
    "--tell", type=int, hidden=True, help="Diễn lại lịch sử của một làn rồi thôi. / Tell the history of one lane, then end."
)
def command(speed: float, tell: int | None) -> None:
    """Chỉ có ở bản trình diễn; thường được `motcham up` gọi. / In the demo only; usually run by `motcham up`."""
    import django
    from django.conf import settings

    django.setup()
    if not settings.DEMO:
        raise click.ClickException(both("Chỉ diễn lại khi MOTCHAM_MODE=demo.", "It is replayed only with MOTCHAM_MODE=demo."))
    from motcham.apps.demo import replay

    if tell is not None:
        from motcham.apps.public_services import sources

        sources.read_once()
        replay.tell(tell)
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    replay.live(speed=speed, stop=stop)
