"""The words of Open311 here: a service, an attribute, and what a caller is refused."""

from __future__ import annotations

from dataclasses import dataclass

from motcham.kernel.errors import Invalid, Missing, Refused, Upstream

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
REPORT = "feedback_1022.report"
CHANNEL = "open311"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a list."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """One extra question of a service; `name` is the field of the report that it fills."""

    code: str
    datatype: str
    required: bool
    order: int
    description: str
    datatype_description: str = ""
    values: tuple[Option, ...] = ()

    def as_data(self) -> dict[str, object]:
        """Return the attribute as the specification names its parts."""
        return {
            "variable": True,
            "code": self.code,
            "datatype": self.datatype,
            "required": self.required,
            "datatype_description": self.datatype_description or None,
            "order": self.order,
            "description": self.description,
            "values": [{"key": value.key, "name": value.name} for value in self.values],
        }


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of report that is taken: a category of 1022."""

    code: str
    name: str
    group: str
    description: str
    keywords: str
    attributes: tuple[Attribute, ...]

    def as_data(self) -> dict[str, object]:
        """Return the service as the specification names its parts."""
        return {
            "service_code": self.code,
            "service_name": self.name,
            "description": self.description or None,
            "metadata": bool(self.attributes),
            "type": "realtime",
            "keywords": self.keywords or None,
            "group": self.group or None,
        }


class NoSuchResource(Missing):
    """There is nothing at this address. The resources are discovery, services, requests and tokens, each ending in .xml or .json."""

    code = "open311.no_such_resource"


class NoSuchService(Missing):
    """There is no service with the service_code {code}. GET services lists every one."""

    code = "open311.no_such_service"


class NoSuchRequest(Missing):
    """There is no request with the service_request_id {id}. Use the id that POST requests returned."""

    code = "open311.no_such_request"


class NoSuchToken(Missing):
    """There is no token {token}. This endpoint gives out no tokens: use the service_request_id that POST requests returned at once."""

    code = "open311.no_such_token"


class NoSuchJurisdiction(Missing):
    """This endpoint does not serve the jurisdiction_id {id}. It serves {known}; leave the parameter out if in doubt."""

    code = "open311.no_such_jurisdiction"


class NotAnswered(Invalid):
    """This address does not answer {method}. Use one of these: {allowed}."""

    code = "open311.method"
    status = 405


class BadArguments(Invalid):
    """Some arguments cannot be read. Mend those named and send again."""

    code = "open311.bad_arguments"


class NoSuchCategory(Invalid):
    """These are no categories of 1022: {unknown}. The table's columns are: for --takes their service code and our category, for --sends our category and their service code."""

    code = "open311.no_such_category"


class BadKey(Refused):
    """This api_key is not known or no longer valid. Ask for another as the discovery says."""

    code = "open311.bad_key"


class KeyNeeded(Refused):
    """An api_key is needed to report here. The discovery says how to get one."""

    code = "open311.key_needed"


class NotYourRequest(Refused):
    """Only the program that reported this request, or the agency in charge of it, may update it. Use the api_key by which it was reported."""

    code = "open311.not_your_request"


class RefusedAddress(Invalid):
    """The address {url} is not called: {why}. Only public addresses over http or https are, and those that the operator lists."""

    code = "open311.refused_address"


class UnfitNeighbour(Invalid):
    """{name} at {url} cannot be kept. A name has letters, digits, - and _, 40 at most; an address has 300 letters at most, and no two names have the same."""

    code = "open311.unfit_neighbour"


class NeighbourFailed(Upstream):
    """{url} did not answer as Open311 asks: {why}. Nothing is lost; it is tried again by itself."""

    code = "open311.neighbour_failed"


class NoSuchNeighbour(Missing):
    """No installation called {name} is known here. `motcham open311 list` shows those that are."""

    code = "open311.no_such_neighbour"
