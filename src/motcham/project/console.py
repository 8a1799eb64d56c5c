"""How every verb of the command line speaks: Vietnamese first, then English; facts as JSON for programs; bars for what is long."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

json_option = click.option(
    "--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc. / Print JSON for programs."
)


def both(vi: str, en: str) -> str:
    """Return one sentence in both languages, for an operator's terminal."""
    return f"{vi} / {en}"


def show(facts: Mapping[str, Any], *, as_json: bool) -> None:
    """Print facts: one JSON object, or a line for each."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, default=str))
        return
    for key, value in facts.items():
        click.echo(f"{key}: {value}")


def progress() -> Progress:
    """Return a progress bar on stderr, silent where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)


def fails_with(*kinds: type[Exception]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Show these errors to the operator as one message and exit 1, without a traceback."""

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def inner(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except kinds as problem:
                raise click.ClickException(str(problem)) from problem

        return inner

    return wrap
