"""Who works beside whom: the posts in force in an agency, and the names behind posts, for those who share out work."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from django.db.models import Q

from motcham.blocks.identity.define import Colleague
from motcham.blocks.identity.models import Post
from motcham.blocks.identity.queries import today

NAMES_FOR = 30.0
AT_MOST = 5_000
_names: dict[int, tuple[float, Colleague]] = {}
_agencies: dict[int, tuple[float, tuple[Colleague, ...]]] = {}


def colleagues(*, agency_id: int) -> tuple[Colleague, ...]:
    """Return the posts in force in an agency, by name; kept in the process for half a minute."""
    kept = _agencies.get(agency_id)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    on = today()
    posts = Post.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), agency_id=agency_id, valid_from__lte=on)
    found = posts.filter(account__is_active=True, account__is_application=False).select_related("account")
    every = tuple(sorted(map(_colleague, found), key=lambda each: each.name))
    _agencies[agency_id] = (time.monotonic() + NAMES_FOR, every)
    return every


def holders(*, post_ids: Iterable[int]) -> Mapping[int, Colleague]:
    """Return who holds or held each of these posts; kept in the process for half a minute."""
    now, wanted = time.monotonic(), set(post_ids)
    missing = {each for each in wanted if each not in _names or _names[each][0] < now}
    if missing:
        if len(_names) > AT_MOST:
            _names.clear()
        for post in Post.objects.filter(id__in=missing).select_related("account"):
            _names[post.pk] = (now + NAMES_FOR, _colleague(post))
    return {each: _names[each][1] for each in wanted if each in _names}


def forget() -> None:
    """Read every name anew at the next question."""
    _names.clear()
    _agencies.clear()


def _colleague(post: Post) -> Colleague:
    account = post.account
    return Colleague(post.pk, post.agency_id, account.pk, account.display_name or account.username, post.role, post.title)
