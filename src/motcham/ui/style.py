"""The style sheets of the design system as one, named by what is in it: a phone fetches it once until it changes."""

from __future__ import annotations

import hashlib
import re
from functools import cache

from django.contrib.staticfiles import finders
from django.templatetags.static import static

SHEETS = ("tokens", "base", "components", "forms", "charts", "reports", "places", "print")


@cache
def sheet() -> tuple[str, bytes]:
    """Return the mark of the sheet as it is now, and the sheet without comments and indents."""
    parts = []
    for name in SHEETS:
        path = finders.find(f"ui/{name}.css")
        assert isinstance(path, str)
        with open(path, encoding="utf-8") as file:
            parts.append(file.read())
    text = re.sub(r"/\*.*?\*/", "", "\n".join(parts), flags=re.DOTALL)
    text = re.sub(r"\n\s*", "\n", text).strip().replace('url("../vendor/', f'url("{static("vendor/")}')
    return hashlib.sha256(text.encode()).hexdigest()[:12], text.encode()
