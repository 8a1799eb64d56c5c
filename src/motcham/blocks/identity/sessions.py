"""The session engine: one query reads the session, its account and the posts in force, so a right ended is gone at once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import DatabaseError
from django.utils import timezone

from motcham.blocks.identity import queries
from motcham.blocks.identity.models import Session

A_MINUTE = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Sessions in the database that know whose they are."""

    signed_in: queries.SignedIn | None = None
    seen_at: datetime | None = None
    kept: str | None = None  # as it stands in the row
    replaces: str = ""  # the key of the row until the next save

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
        self.signed_in, self.seen_at, self.kept = found.signed_in, found.seen_at, found.session_data
        return data

    def cycle_key(self) -> None:
        """Take a new key, under which the next save puts the row: one statement, where a copy takes three."""
        self._get_session()  # type: ignore[attr-defined]
        if self.session_key is None:
            super().cycle_key()
            return
        self.replaces = self.replaces or self.session_key
        self._session_key = self._get_new_session_key()
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Write the row, unless it says the same already: one statement, which needs no transaction around it."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if not must_create and not self.replaces and self.kept is not None and self.decode(self.kept) == data:
            return
        row = self.create_model_instance(data)
        if self.replaces:
            values = {field.attname: getattr(row, field.attname) for field in Session._meta.concrete_fields}
            must_create = not Session.objects.filter(session_key=self.replaces).update(**values)
        if must_create or not self.replaces:
            try:
                row.save(force_insert=must_create, force_update=not must_create)
            except DatabaseError as problem:
                if must_create:
                    raise
                raise UpdateError from problem
        self.kept, self.replaces = row.session_data, ""

    def delete(self, session_key: str | None = None) -> None:
        """Forget a session."""
        keys = {session_key} if session_key else {self.session_key, self.replaces}
        Session.objects.filter(session_key__in=[key for key in keys if key]).delete()

    def _get_new_session_key(self) -> str:
        # 160 random bits meet no other; the row is inserted, never updated, so even that would be refused.
        return secrets.token_hex(20)

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
