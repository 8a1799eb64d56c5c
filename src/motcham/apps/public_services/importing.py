"""Reading files of procedures into versions: a changed procedure gets a new version, the same file again changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcham.apps.public_services import sources
from motcham.apps.public_services.define import NotReadable
from motcham.apps.public_services.models import Disagreement, Procedure, ReadFile, Source, Unread
from motcham.apps.public_services.reading import forms
from motcham.apps.public_services.reading.forms import Form
from motcham.apps.public_services.reading.merging import Merged, merge
from motcham.apps.public_services.reading.words import plain
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger

BATCH = 500
# One import at a time, whoever starts it.
LOCK = 7_204_311
Progress = Callable[[int, int], None]


@dataclass
class Report:
    """What an import did: counts only; the places that were not understood stand in a table."""

    files: dict[str, str] = field(default_factory=dict)
    procedures: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rows_without_code: int = 0
    older_than_known: int = 0
    not_understood: dict[str, int] = field(default_factory=dict)
    conflicts: dict[str, int] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """Return the counts as programs read them."""
        return dict(vars(self))


def digest_of(value: Any) -> str:
    """Return the SHA-256 of a value as canonical JSON."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@transaction.atomic
def import_files(*, by: Actor, paths: Sequence[Path], as_of: date | None = None, told: Progress | None = None) -> Report:
    """Import files of any known form; `as_of` is the day from which what they say holds, today if it is not given."""
    by.demand(Permission.SYSTEM_OPERATE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    day = as_of or timezone.localdate()
    report = Report()
    # Every file is read before anything is written: one that cannot be read leaves all as it was.
    read = [(path, *forms.read(path)) for path in paths]
    seen: set[str] = set()
    touched: set[str] = set()
    for path, form, rows in read:
        report.files[path.name] = form.value
        spoken_of, changed = _keep(path, form, rows, day, report)
        seen |= spoken_of
        touched |= changed
    entries = list(_renew(sorted(touched), day, report, told))
    report.procedures, report.unchanged = len(seen), len(seen) - report.new - report.changed
    _count(report)
    sources.forget()
    transaction.on_commit(sources.forget)
    if entries:
        ledger.append_bulk(
            kind="public_services.procedures_imported", subject="procedures", rows=[{"by": by.ref, **row} for row in entries]
        )
    return report


def _keep(path: Path, form: Form, rows: Iterable[Mapping[str, str]], day: date, report: Report) -> tuple[set[str], set[str]]:
    """Keep the records of a file; return the codes that it speaks of, and those whose record changed."""
    by_code: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    number = 0
    for row in rows:
        number += 1
        code = forms.code_of(row)
        if code:
            by_code[code].append(row)
        else:
            report.rows_without_code += 1
    if not by_code:
        raise NotReadable(file=path.name, reason=_("no row has a code of a procedure"))
    known = {each.code: each for each in Source.objects.filter(form=form.value, code__in=by_code)}
    fresh, changed = [], []
    for code, records in by_code.items():
        digest = digest_of(records)
        old = known.get(code)
        if old is None:
            fresh.append(Source(code=code, form=form.value, rows=records, digest=digest, as_of=day, file=path.name))
        elif old.as_of > day:
            report.older_than_known += 1
        elif old.digest != digest:
            old.rows, old.digest, old.as_of, old.file = records, digest, day, path.name
            changed.append(old)
    _copy(Source, fresh)
    Source.objects.bulk_update(changed, ["rows", "digest", "as_of", "file"], batch_size=BATCH)
    whole = hashlib.sha256(path.read_bytes()).hexdigest()
    ReadFile.objects.get_or_create(
        digest=whole, defaults={"name": path.name, "form": form.value, "rows": number, "as_of": day, "at": timezone.now()}
    )
    return set(by_code), {each.code for each in (*fresh, *changed)}


def _renew(codes: Sequence[str], day: date, report: Report, told: Progress | None) -> Iterator[dict[str, Any]]:
    """Make the versions anew of the codes; yield what is written in the log of each new one."""
    for start in range(0, len(codes), BATCH):
        batch = codes[start : start + BATCH]
        records: dict[str, dict[Form, Sequence[Mapping[str, str]]]] = defaultdict(dict)
        for source in Source.objects.filter(code__in=batch):
            records[source.code][Form(source.form)] = source.rows
        merged = [merge(code, records[code]) for code in batch]
        _replace(Unread, batch, [Unread(**vars(each)) for one in merged for each in one.doubts])
        _replace(Disagreement, batch, [Disagreement(**vars(each)) for one in merged for each in one.conflicts])
        yield from _versions(merged, day, report)
        if told:
            told(start + len(batch), len(codes))


def _replace(model: type[Model], codes: Sequence[str], rows: Sequence[Model]) -> None:
    model._default_manager.filter(code__in=codes).delete()
    _copy(model, rows)


def _copy(model: type[Model], rows: Sequence[Model]) -> None:
    """Write new rows by COPY: inserts as arrays cost three times as much as reading the files does."""
    columns = [each for each in model._meta.concrete_fields if not each.primary_key]
    names = ", ".join(f'"{each.column}"' for each in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            values = (getattr(row, each.attname) for each in columns)
            copy.write_row([json.dumps(each, ensure_ascii=False) if isinstance(each, list | dict) else each for each in values])


def _versions(merged: Sequence[Merged], day: date, report: Report) -> Iterator[dict[str, Any]]:
    current = {each.code: each for each in Procedure.objects.filter(code__in=[one.code for one in merged], valid_to=None)}
    now = timezone.now()
    made: list[Procedure] = []
    ended: list[Procedure] = []
    mended: list[Procedure] = []
    for one in merged:
        # Which files were read is no change of the procedure.
        fingerprint = digest_of({key: value for key, value in one.facts.items() if key != "sources"})
        old = current.get(one.code)
        if old is not None and old.fingerprint == fingerprint:
            continue
        new = _row(one, fingerprint)
        new.recorded_at, new.valid_from, new.version = now, day, 1
        if old is None:
            report.new += 1
        elif _is_completed(old, new):
            # The same files of the same day, read one after another, make one version.
            new.pk, new.version, new.valid_from = old.pk, old.version, old.valid_from
            mended.append(new)
            report.changed += 1
        else:
            new.valid_from, new.version = max(day, old.valid_from), old.version + 1
            old.valid_to = new.valid_from
            ended.append(old)
            report.changed += 1
        if new.pk is None:
            made.append(new)
        yield {"code": one.code, "version": new.version, "valid_from": f"{new.valid_from}", "fingerprint": fingerprint}
    Procedure.objects.bulk_update(ended, ["valid_to"], batch_size=BATCH)
    fields = ["title", "plain_title", "field", "issuer", "agencies", "levels", "facts", "fingerprint", "recorded_at"]
    Procedure.objects.bulk_update(mended, fields, batch_size=BATCH)
    _copy(Procedure, made)


def _is_completed(old: Procedure, new: Procedure) -> bool:
    """Tell whether a version only came to know more: of the same day, and with a file that it had not."""
    return old.valid_from == new.valid_from and set(old.facts["sources"]) < set(new.facts["sources"])


def _row(one: Merged, fingerprint: str) -> Procedure:
    facts = json.loads(json.dumps(one.facts))
    return Procedure(
        code=one.code,
        title=facts["title"],
        plain_title=plain(facts["title"]),
        field=facts["field"][:300],
        issuer=facts["issuer"][:200],
        agencies=facts["agencies"],
        levels=facts["levels"],
        facts=facts,
        fingerprint=fingerprint,
    )


def _count(report: Report) -> None:
    """Count what stands in the tables of the not understood and of the conflicts after this import."""
    report.not_understood = dict(Counter(Unread.objects.values_list("reason", flat=True)).most_common())
    report.conflicts = dict(Counter(Disagreement.objects.values_list("rule", flat=True)).most_common())
