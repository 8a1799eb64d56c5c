"""What `motcham check` and `motcham migrate` say before anything starts: definitions that name what there is not, and cases
of a kind that nobody defines any more."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Doubt
from django.db import connection

from motcham import data
from motcham.blocks.cases.define import CaseType, case_types
from motcham.blocks.cases.law import dated_limits
from motcham.blocks.cases.models import Case


@register()
def check_names_in_definitions(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Look for limits and desks that no table has: the first case of such a kind could not be opened."""
    limits, desks = {row.key for row in dated_limits()}, {row["code"] for row in data.rows("agencies.csv")}
    found: list[CheckMessage] = []
    for each in case_types:
        # A name that begins with a dot belongs to the limit of one case.
        named = [name for name in (each.limit, each.extension_limit, each.reopen_limit) if name and name[0] != "."]
        found += [Error(*_unknown(each, name, "limits.csv", limits), id="cases.E002") for name in named if name not in limits]
        if each.desk and each.desk not in desks:
            # It may be one of the installation's own, that stands in the database alone.
            found.append(Doubt(*_unknown(each, each.desk, "agencies.csv", desks), id="cases.W001"))
    return found


def _unknown(case_type: CaseType, name: str, table: str, known: set[str]) -> tuple[str, str]:
    near = ", ".join(difflib.get_close_matches(name, known, n=3) or sorted(known)[:5])
    where = case_types.file_of(case_type.key)
    return (
        f"{where}: data/{table} không có '{name}'. / {where}: data/{table} has no '{name}'.",
        f"Gần nhất: {near}. / Nearest: {near}.",
    )


@register(Tags.database)
def check_definitions_in_use(app_configs: Any, databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Look for cases without a definition: no list or page that holds one could be shown."""
    if not databases or Case._meta.db_table not in connection.introspection.table_names():
        return []
    gone = sorted(key for key in Case.objects.order_by().values_list("type_key", flat=True).distinct() if key not in case_types)
    hint = (
        "Để lại tệp của nó và ghi retired=date(…); ở bản trình diễn: make clean-demo. / "
        "Put its file back and say retired=date(…) in it: it is offered no more, and its cases go on. In a demo: make clean-demo."
    )
    said = "Còn hồ sơ loại '{key}' mà không tệp nào định nghĩa. / There are cases of '{key}', which no file defines."
    return [Error(said.format(key=key), hint=hint, id="cases.E001") for key in gone]
