"""What the log of a process may say: which route answered how, never the address itself, for addresses hold codes and tokens."""

from __future__ import annotations

import logging
import traceback

from django.http import HttpRequest


class Routes(logging.Filter):
    """Puts the route into what Django logs of a request in place of its address, and keeps nothing else of the request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a record about a request; every record stays."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            found = request.resolver_match
            where = f"/{found.route.lstrip('^')}" if found else "an address that leads nowhere"
            status = getattr(record, "status_code", "")
            record.msg, record.args = "%s %s %s", (status, (request.method or "")[:10], where)
            if record.exc_info and record.exc_info[1]:
                record.exc_text, record.exc_info = _without_words(record.exc_info[1]), None
        elif record.name.startswith("django.security"):
            # A host, a field or a file that was refused: what was sent is in the words, the logger says what kind it was.
            record.msg, record.args, record.exc_info = "refused a request", (), None
        return True


def _without_words(error: BaseException) -> str:
    """Return where an error came from and what kind it was: its words may quote what was sent, or a row of the database."""
    found: list[str] = []
    each: BaseException | None = error
    while each is not None:
        kind = type(each)
        found.append("".join([*traceback.format_tb(each.__traceback__), f"{kind.__module__}.{kind.__qualname__}"]))
        each = each.__cause__ or each.__context__
    return "\n".join(reversed(found))
