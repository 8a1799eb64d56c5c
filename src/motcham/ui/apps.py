"""The design system as a Django app: its templates, static files and template tags."""

import threading

from django.apps import AppConfig
from django.urls import base
from django.utils.translation import trans_real


class UiConfig(AppConfig):
    """No tables."""

    name = "motcham.ui"
    label = "ui"

    def ready(self) -> None:
        """Keep the language and the addresses of a page in plain thread locals.

        Django keeps them in locals that follow tasks of asyncio too, at eight calls a look; a page of the inbox looks some
        eight hundred times. Nothing here is asynchronous (ADR 0002), so that a thread is all there is to follow.
        """
        trans_real._active = threading.local()  # type: ignore[attr-defined]
        base._urlconfs = threading.local()  # type: ignore[attr-defined]
        base._prefixes = threading.local()  # type: ignore[attr-defined]
