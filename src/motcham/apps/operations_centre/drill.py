"""From a figure down to its cases: masked lists for those who may doubt a figure."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Permission


@guarded(Permission.BOARD_DRILL)
@require_safe
def cases_behind(request: HttpRequest) -> HttpResponse:
    """Show the cases that a figure counts, as far as the actor's post reaches."""
    return render(request, "operations_centre/cases.html", {})
