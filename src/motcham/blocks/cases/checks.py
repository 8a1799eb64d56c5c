"""What `motcham migrate` says before anything starts: that there are cases of a kind that nobody defines any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from motcham.blocks.cases.define import case_types
from motcham.blocks.cases.models import Case


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
