"""`motcham sequencer`: give entries their places in the log and sign it."""

from __future__ import annotations

import logging
import signal
import threading

import click

from motcham.blocks.ledger.outside import NAME, Outside
from motcham.project.home import make_home

logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.INFO)


@click.command()
@click.option("--name", default=NAME, envvar="MOTCHAM_LEDGER_NAME", show_default=True, help="Tên sổ. / Name of the log.")
@click.option(
    "--witness",
    default="",
    envvar="MOTCHAM_WITNESS",
    help="Địa chỉ nhân chứng, hoặc «local»: trên máy này. / Address of the witness, or «local».",
)
@click.option(
    "--witness-key", default="", envvar="MOTCHAM_WITNESS_KEY", help="Khóa công khai của nhân chứng. / Its verifier key."
)
def command(name: str, witness: str, witness_key: str) -> None:
    """Thường được `motcham up` gọi. / Usually run by `motcham up`."""
    import psycopg

    from motcham.blocks.ledger.sequencer import Sequencer
    from motcham.blocks.ledger.witness import WitnessClient
    from motcham.project.postgres import address

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    local = make_home() / "witness" / "address"
    Sequencer(
        connect=lambda: psycopg.connect(
            address(), prepare_threshold=None, connect_timeout=5, application_name="motcham sequencer"
        ),
        outside=Outside(make_home()),
        name=name,
        witness=WitnessClient(local.read_text if witness == "local" else lambda: witness) if witness else None,
        witness_key=witness_key,
    ).run(stop)
