"""Before each view: who is asking (`request.actor`), and in which language to answer."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from motcham.blocks.identity import cache, entrance
from motcham.blocks.identity.define import Actor, SignInNeeded
from motcham.kernel.access import is_api

Next = Callable[[HttpRequest], HttpResponseBase]


class ActorMiddleware:
    """Sets `request.actor`, found out only when asked for: no query for strangers, one for a session, none for a known token.

    It stands after the session and before the CSRF check. A call with a token never reads the session, and a call of
    the API without a session has nobody's authority to borrow: neither needs the CSRF token.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        is_for_programs = request.path.startswith(("/api/", "/ogc/")) or request.path.endswith(".json")
        if _bearer(request) is not None or (is_for_programs and not has_session):
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.get_response(request)


class LanguageMiddleware:
    """Answers in the language that was chosen (a cookie, else the account's), in Vietnamese where none was.

    What a browser prefers is not asked: most are installed in English, and the city speaks Vietnamese. A program asks by
    Accept-Language, as its author meant it.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = self._language(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        # "zxx" (BCP 47) is a file without words: the same for all, so that caches keep it once.
        if response.headers["Content-Language"] != "zxx":
            patch_vary_headers(response, ("Cookie", "Accept-Language") if is_api(request) else ("Cookie",))
        return response

    def _language(self, request: HttpRequest) -> str:
        known = dict(settings.LANGUAGES)
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen not in known and settings.SESSION_COOKIE_NAME in request.COOKIES and _bearer(request) is None:
            chosen = request.actor.language  # type: ignore[attr-defined]
        if chosen in known:
            return chosen
        # What a page of ours fetches has the language of the page.
        is_ours = request.META.get("HTTP_SEC_FETCH_SITE") == "same-origin"
        is_asked = "HTTP_ACCEPT_LANGUAGE" in request.META and is_api(request) and not is_ours
        return translation.get_language_from_request(request) if is_asked else settings.LANGUAGE_CODE


def _actor(request: HttpRequest) -> Actor:
    token = _bearer(request)
    if token is not None:
        actor = cache.actor_of_token(token=token)
        if actor is None:
            raise SignInNeeded
        return actor
    kept_hash = request.session.get(HASH_SESSION_KEY)
    signed_in = getattr(request.session, "signed_in", None)
    if signed_in is None or not kept_hash or not constant_time_compare(kept_hash, signed_in.session_auth_hash):
        return Actor.anonymous(language=getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE))
    if not _is_background(request):
        request.session.touch()  # type: ignore[attr-defined]
    return entrance.actor_in(request, signed_in.actor)


def _is_background(request: HttpRequest) -> bool:
    # A page that asks by itself now and then is not somebody at the desk.
    return "X-Background" in request.headers


def _bearer(request: HttpRequest) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
