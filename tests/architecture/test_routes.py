"""Every door says who may come in: each route is guarded by a permission or public for a stated reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from motcham.blocks.identity.define import Permission
from motcham.kernel.access import Guarded, Public

# Reasons that say nothing.
EMPTY_REASONS = {"", "public", "todo", "it is public.", "anyone."}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address with its pattern, through all that is included."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def access(pattern: URLPattern) -> Guarded | Public | None:
    """Return what a view says about who may call it."""
    return getattr(pattern.callback, "access", None)


def test_every_route_is_guarded_or_public():
    silent = [address for address, pattern in routes() if not isinstance(access(pattern), Guarded | Public)]
    assert silent == [], "decorate with identity.api.guarded(permission) or kernel.access.public(reason=…)"


def test_every_open_door_has_a_reason():
    for address, pattern in routes():
        if isinstance(door := access(pattern), Public):
            assert door.reason.strip().lower() not in EMPTY_REASONS and door.reason.endswith("."), address
            assert len(door.reason.split()) >= 3, f"{address}: say why in a sentence"


def test_every_guard_asks_for_a_permission_that_exists():
    for address, pattern in routes():
        if isinstance(door := access(pattern), Guarded):
            assert door.permission in set(Permission), address


def test_every_route_has_a_name():
    assert [address for address, pattern in routes() if not pattern.name] == []


def test_no_administration_site_and_no_foreign_pages_are_open():
    modules = {pattern.callback.__module__ for _, pattern in routes()}
    assert not any(module.startswith("django.contrib.admin") for module in modules)


@pytest.mark.django_db
def test_strangers_are_led_to_sign_in_at_every_guarded_door(client):
    for address, pattern in routes():
        if isinstance(access(pattern), Guarded) and "<" not in address and "(?P" not in address:
            page = client.get(f"/{address}")
            assert page.status_code in (302, 401, 405), address
            if page.status_code == 302:
                assert page["Location"].startswith("/account/login/"), address
