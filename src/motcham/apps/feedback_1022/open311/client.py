"""GeoReport v2 as a client: what another installation offers and has, and what is sent to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from motcham.apps.feedback_1022.open311.define import NeighbourFailed
from motcham.apps.feedback_1022.open311.outgoing import call

PAGE, PAGES = 200, 50


@dataclass(frozen=True)
class Endpoint:
    """Where another installation is, and how it is spoken to."""

    url: str
    jurisdiction: str = ""
    form: str = "json"
    key: str = ""

    def services(self) -> list[dict[str, Any]]:
        """Return the services that it offers."""
        return self._get("services")

    def requests(self, *, since: datetime, now: datetime) -> Iterator[dict[str, Any]]:
        """Yield the requests that changed since a time. An installation that does not know `updated_after` answers with all
        of the last days; one that does not know pages answers the same page again, which ends it."""
        seen: set[str] = set()
        for page in range(1, PAGES + 1):
            found = self._get(
                "requests", updated_after=w3(since), end_date=w3(now), page=str(page), page_size=str(PAGE), extensions="true"
            )
            fresh = [each for each in found if identifier(each) and identifier(each) not in seen]
            seen.update(identifier(each) for each in fresh)
            yield from fresh
            if not fresh or len(found) < PAGE:
                return

    def requests_of(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return the requests of some ids."""
        return self._get("requests", service_request_id=",".join(ids))

    def post(self, given: Mapping[str, str], *, once: str) -> dict[str, Any]:
        """Report something; return what came back. `once` lets it know a request that is sent again."""
        return self._post("requests", given, once)

    def id_of(self, token: str) -> str:
        """Return the id of a request by its token, or nothing while it has none."""
        found = self._get(f"tokens/{quote(token, safe='')}")
        return identifier(found[0]) if found else ""

    def update(self, given: Mapping[str, str], *, once: str) -> dict[str, Any]:
        """Tell how a request of theirs goes on, by FixMyStreet's extension."""
        return self._post("servicerequestupdates", given, once)

    def _get(self, resource: str, **arguments: str) -> list[dict[str, Any]]:
        if self.jurisdiction:
            arguments["jurisdiction_id"] = self.jurisdiction
        query = f"?{urlencode(arguments)}" if arguments else ""
        return self._parsed(call(f"{self.url.rstrip('/')}/{resource}.{self.form}{query}"))

    def _post(self, resource: str, given: Mapping[str, str], once: str) -> dict[str, Any]:
        form = {key: value for key, value in (("jurisdiction_id", self.jurisdiction), ("api_key", self.key)) if value} | dict(
            given
        )
        found = self._parsed(call(f"{self.url.rstrip('/')}/{resource}.{self.form}", form=form, headers={"Idempotency-Key": once}))
        if not found:
            raise NeighbourFailed(url=self.url, why="an empty answer", permanent=True)
        return found[0]

    def _parsed(self, body: bytes) -> list[dict[str, Any]]:
        try:
            found = json.loads(body) if self.form == "json" else [_mapping(each) for each in fromstring(body)]
        except (ValueError, RecursionError, ParseError, DefusedXmlException) as error:
            raise NeighbourFailed(url=self.url, why=f"unreadable {self.form}: {error}"[:200], permanent=True) from error
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise NeighbourFailed(url=self.url, why="no list", permanent=True)
        return found


def _mapping(element: Element) -> dict[str, Any]:
    return {each.tag: _mapping(each) if len(each) else (each.text or "").strip() for each in element}


def identifier(row: Mapping[str, Any]) -> str:
    """Return the id of a request; some installations send numbers."""
    value = row.get("service_request_id")
    return str(value).strip()[:120] if isinstance(value, str | int) else ""


def words(row: Mapping[str, Any], name: str) -> str:
    """Return a field of a request as text."""
    value = row.get(name)
    return str(value).strip() if isinstance(value, str | int | float) else ""


def w3(at: datetime) -> str:
    """Return a time as the specification wants it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
