"""`motcham recompute`: count every figure anew from the cases and put right what differs; it should find nothing."""

from __future__ import annotations

import click

from motcham.project.console import json_option, show


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Chạy được khi hệ thống đang hoạt động. / May run while everything is in use."""
    import django

    django.setup()
    from motcham.blocks.indicators import api as indicators

    found = indicators.recompute()
    show({"cells": found.cells, "changed": found.changed, "seconds": round(found.seconds, 2)}, as_json=as_json)
