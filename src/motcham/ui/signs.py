"""Small signs drawn as SVG, so that they look alike on every device; each is 16 units square and takes the colour of its text."""

from __future__ import annotations

from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_SHAPES = {
    "check": '<path d="M3 8.5 6.5 12 13 4.5"/>',
    "late": '<circle class="solid" cx="8" cy="8" r="5.5"/>',
    "pause": '<path class="solid" d="M3.5 3h3v10h-3zM9.5 3h3v10h-3z"/>',
    "none": '<path d="M3 8h10"/>',
    "up": '<path class="solid" d="M8 3l6 10H2z"/>',
    "down": '<path class="solid" d="M8 13l6-10H2z"/>',
    "next": '<path d="M6 3l5 5-5 5"/>',
    "previous": '<path d="M10 3 5 8l5 5"/>',
    "info": '<circle cx="8" cy="8" r="6.5"/><path d="M8 7.5V11M8 5v.01"/>',
    "alert": '<path d="M8 2 15 14H1zM8 6.5V9.5M8 11.8v.01"/>',
    "menu": '<path d="M2 4h12M2 8h12M2 12h12"/>',
    "bell": '<path d="M3 11.5h10l-1.3-2V6.8a3.7 3.7 0 0 0-7.4 0v2.7zM6.6 13.8h2.8"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>',
    "place": '<path d="M8 14.5s5-4.6 5-8.3a5 5 0 0 0-10 0c0 3.7 5 8.3 5 8.3z"/><circle class="solid" cx="8" cy="6.2" r="1.6"/>',
    "camera": '<path d="M2 5h3l1.2-2h3.6L11 5h3v8H2z"/><circle cx="8" cy="8.8" r="2.2"/>',
    "source": '<ellipse cx="8" cy="4" rx="5" ry="2"/><path d="M3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2"/>',
    "phone": '<path d="M4 2h2.5l1 3-1.7 1.3a8 8 0 0 0 3.9 3.9L11 8.5l3 1V12c0 1-1 2-2 2C7 14 2 9 2 4c0-1 1-2 2-2z"/>',
    "star": '<path d="m8 2 1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z"/>',
}
_PIE = '<circle cx="8" cy="8" r="6.5"/><circle class="pie" cx="8" cy="8" r="2.5" pathLength="100" stroke-dasharray="{share} 100" transform="rotate(-90 8 8)"/>'


@lru_cache(maxsize=512)
def draw(name: str, *, share: str = "") -> SafeString:
    """Return the sign as SVG; `share` is the filled part, in hundredths, of the round one."""
    shape = _PIE.format(share=escape(share or "25")) if name == "pie" else _SHAPES[name]
    return mark_safe(f'<svg class="sign" viewBox="0 0 16 16" aria-hidden="true">{shape}</svg>')


def names() -> list[str]:
    """Return every sign there is."""
    return ["pie", *_SHAPES]
