"""The session engine: one query reads the session, its account and the posts in force, so a right ended is gone at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone
from django.utils.crypto import get_random_string

from motcham.blocks.identity import queries
from motcham.blocks.identity.models import Session

A_MINUTE = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Sessions in the database that know whose they are."""

    signed_in: queries.SignedIn | None = None
    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """Read the session; leaves in `signed_in` who it belongs to."""
        found = queries.session(self.session_key or "")
        if found is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(found.session_data)
        self.signed_in, self.seen_at = found.signed_in, found.seen_at
        return data

    def _get_new_session_key(self) -> str:
        # 165 random bits meet no other; the row is inserted, never updated, so even that would be refused.
        return get_random_string(32, VALID_KEY_CHARS)

    def touch(self) -> None:
        """Remember that the session is in use, to the minute."""
        if self.session_key and (self.seen_at is None or timezone.now() - self.seen_at > A_MINUTE):
            self.seen_at = timezone.now()
            queries.touch(self.session_key)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        account_id = data.get(SESSION_KEY)
        row.account_id = int(account_id) if account_id else None
        if account_id:
            row.device = data.get("device", "")
            row.opened_at = datetime.fromisoformat(data["opened_at"]) if "opened_at" in data else timezone.now()
            row.seen_at = timezone.now()
        return row
