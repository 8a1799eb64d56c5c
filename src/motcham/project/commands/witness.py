"""`motcham witness`: a second memory of the log, which countersigns only what continues what it saw."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from motcham.project.home import make_home


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    envvar="MOTCHAM_WITNESS_BIND",
    show_default=True,
    help="Địa chỉ lắng nghe. / Address to listen on.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    envvar="MOTCHAM_WITNESS_PORT",
    help="Cổng; 0: một cổng trống. / Port; 0: any free one.",
)
@click.option(
    "--name", default="motcham.hcmc/witness", envvar="MOTCHAM_WITNESS_NAME", show_default=True, help="Tên nhân chứng. / Its name."
)
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Nơi giữ khóa và trạng thái. / Where its key and memory are kept."
)
@click.option(
    "--log", "logs", multiple=True, help="Khóa công khai của sổ được tin. / Verifier key of a log it knows; may be repeated."
)
def command(host: str, port: int, name: str, folder: Path | None, logs: tuple[str, ...]) -> None:
    """Nên chạy trên một máy khác. Không có --log thì tin khóa của sổ trên máy này. /
    Best run on another machine. Without --log it knows the log of this one."""
    from motcham.blocks.ledger.notes import Key
    from motcham.blocks.ledger.outside import Outside, write_durably
    from motcham.blocks.ledger.witness import Witness, serve

    home = make_home()

    def known() -> list[Key]:
        """Return the keys it trusts; those of this machine's log are read each time, since a log may take a new name."""
        return [Key.parse(text) for text in logs or Outside(home).published_keys()]

    folder = folder or home / "witness"
    server = serve(Witness(folder=folder, name=name, logs=known), host=host, port=port)
    write_durably(folder / "address", f"http://{host}:{server.server_port}")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.2)
    server.server_close()
