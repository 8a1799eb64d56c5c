"""The doors for the start card."""

from __future__ import annotations

from django import template

from motcham.apps.demo.seed import DOORS, Door

register = template.Library()


@register.simple_tag
def doors() -> tuple[Door, ...]:
    """Return every role that can be tried."""
    return DOORS
