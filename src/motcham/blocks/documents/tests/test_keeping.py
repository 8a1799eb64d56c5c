"""Keeping files: who owns them, how they are shown, when and how they go, and what a crash leaves."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from motcham.blocks.documents import actions, api, store, tasks
from motcham.blocks.documents.define import MAX_OF_ONE_OWNER, NoDocument, NotKept, TooManyDocuments
from motcham.blocks.documents.models import Document
from motcham.blocks.documents.testing import Sender, a_document, a_pdf, a_photo
from motcham.kernel.keyring import Keyring, SealBroken

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


def age(ref_id: UUID) -> None:
    """Make a document and its files older than they may grow unattached."""
    Document.objects.filter(id=ref_id).update(created_at=timezone.now() - 2 * DAY)
    old = time.time() - 2 * DAY.total_seconds()
    for purpose in (store.CONTENT, store.THUMBNAIL):
        if store.path_of(ref_id, purpose).exists():
            os.utime(store.path_of(ref_id, purpose), (old, old))


def test_a_document_is_given_only_under_its_owner() -> None:
    ref = a_document(owner="case:1")

    assert api.content(document_id=ref.id, owner="case:1")
    for document_id, owner in ((ref.id, "case:2"), (ref.id, ""), (uuid4(), "case:1")):
        with pytest.raises(NoDocument):
            api.content(document_id=document_id, owner=owner)


def test_a_document_of_another_owner_is_not_attached() -> None:
    ref = a_document(owner="case:1")

    with pytest.raises(NoDocument):
        api.attach(document_ids=[ref.id], owner="case:2", by=Sender())
    api.attach(document_ids=[ref.id], owner="case:1", by=Sender())


def test_an_owner_has_a_bounded_number_of_documents() -> None:
    ids = [a_document(content=a_pdf()).id for _ in range(MAX_OF_ONE_OWNER + 1)]
    api.attach(document_ids=ids[:-1], owner="case:1", by=Sender())

    with pytest.raises(TooManyDocuments, match="At most 20 files"):
        api.attach(document_ids=ids[-1:], owner="case:1", by=Sender())


def test_documents_come_in_the_order_asked_for() -> None:
    first, second = a_document(owner="case:1"), a_document(owner="case:1")

    assert [ref.id for ref in api.refs([second.id, first.id, uuid4()])] == [second.id, first.id]
    assert [ref.id for ref in api.owned(owner="case:1")] == [first.id, second.id]


def test_an_image_is_shown_and_can_do_nothing() -> None:
    ref = a_document(filename="cống nghẹt.jpg", owner="case:1")

    answer = api.response(document_id=ref.id, owner="case:1")

    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("inline; filename*=utf-8''c%E1%BB%91ng")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("thumbnail", [False, True])
def test_a_pdf_is_downloaded_and_never_run_in_the_page(thumbnail: bool) -> None:
    ref = a_document(content=a_pdf(), filename="don.pdf", owner="case:1")

    answer = api.response(document_id=ref.id, owner="case:1", thumbnail=thumbnail)

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="don.pdf"'


def test_an_erased_document_is_gone_with_its_files(django_capture_on_commit_callbacks) -> None:
    ref = a_document(owner="case:1")
    paths = [store.path_of(ref.id), store.path_of(ref.id, store.THUMBNAIL)]
    assert all(path.exists() for path in paths)

    with django_capture_on_commit_callbacks(execute=True):
        assert api.erase(owner="case:1", by=Sender(), reason="retention") == 1

    assert not any(path.exists() for path in paths)
    assert api.owned(owner="case:1") == () and api.erase(owner="case:1", by=Sender()) == 0
    with pytest.raises(NoDocument):
        api.content(document_id=ref.id, owner="case:1")
    row = Document.objects.get(id=ref.id)
    assert (row.name, row.digest) == (None, None) and row.erased_at


def test_an_erasure_that_is_rolled_back_keeps_the_file() -> None:
    ref = a_document(owner="case:1")

    with transaction.atomic():
        api.erase(owner="case:1", by=Sender())
        transaction.set_rollback(True)

    assert api.content(document_id=ref.id, owner="case:1")


def test_the_database_refuses_a_half_erased_document() -> None:
    ref = a_document()

    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(id=ref.id).update(erased_at=timezone.now())


def test_what_is_not_attached_within_a_day_is_erased() -> None:
    old, fresh, attached = a_document(), a_document(), a_document(owner="case:1")
    age(old.id)
    age(attached.id)

    assert tasks.erase_unattached() == 1

    assert [ref.id for ref in api.refs([old.id, fresh.id, attached.id])] == [fresh.id, attached.id]
    assert tasks.erase_unattached() == 0


def test_a_file_that_is_kept_waits_as_long_as_it_was_told() -> None:
    waiting, over = a_document(), a_document()
    for ref, days in ((waiting, 1), (over, -1)):
        age(ref.id)
        api.keep(document_ids=[ref.id], until=timezone.now() + days * DAY)

    assert tasks.erase_unattached() == 1

    assert [ref.id for ref in api.refs([waiting.id, over.id])] == [waiting.id]


def test_files_that_no_living_row_knows_are_swept_after_a_day() -> None:
    kept, lost, fresh = a_document(owner="case:1"), a_document(), a_document()
    for ref in (kept, lost):
        age(ref.id)
    Document.objects.filter(id__in=[lost.id, fresh.id]).delete()
    draft = store.path_of(lost.id).with_name(".draft-0123")
    draft.write_bytes(b"half")
    os.utime(draft, (0, 0))

    for ref in (kept, lost, fresh):
        actions.sweep_files(prefix=ref.id.hex[:2], before=timezone.now() - DAY)

    assert api.content(document_id=kept.id, owner="case:1")
    assert not store.path_of(lost.id).exists() and not store.path_of(lost.id, store.THUMBNAIL).exists() and not draft.exists()
    assert store.path_of(fresh.id).exists(), "its row may be about to be committed"


def test_the_sweep_comes_round_to_every_folder() -> None:
    seen = [next(tasks._prefixes) for _ in range(512)]

    assert set(seen) == {f"{number:02x}" for number in range(256)}
    assert len(set(seen[:256])) == 256


def test_a_file_moved_to_another_id_does_not_open() -> None:
    first, second = a_document(owner="case:1"), a_document(content=a_photo(colour="red"), owner="case:1")
    store.path_of(second.id).write_bytes(store.path_of(first.id).read_bytes())

    with pytest.raises(SealBroken):
        api.content(document_id=second.id, owner="case:1")


def test_a_lost_key_says_so_and_loses_nothing(monkeypatch, tmp_path: Path) -> None:
    ref = a_document(owner="case:1")
    foreign = Keyring(tmp_path)

    with monkeypatch.context() as context:
        context.setattr(store, "keyring", lambda: foreign)
        with pytest.raises(SealBroken, match="restore it from a backup"):
            store.read(ref.id)

    assert store.read(ref.id)


def test_a_full_disk_is_a_sentence_and_leaves_nothing(home: Path) -> None:
    store.keyring()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(NotKept, match="could not be stored"):
            a_document()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert not Document.objects.exists()
    assert [file for file in (home / "documents").rglob("*") if file.is_file()] == []


WRITER = """
import resource, signal, sys, uuid, django
django.setup()
from motcham.blocks.documents import store
store.write(uuid.UUID(int=1), store.CONTENT, bytes(300_000))
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
store.write(uuid.UUID(int=2), store.CONTENT, bytes(300_000))
"""


def test_a_writer_that_is_killed_in_the_middle_leaves_a_draft_and_no_half_file(home: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "motcham.project.settings", "MOTCHAM_HOME": str(home)}

    killed = subprocess.run([sys.executable, "-c", WRITER], env=environment, check=False)

    assert killed.returncode == -signal.SIGXFSZ, "the kernel kills it as its file passes 100,000 bytes"
    assert store.read(UUID(int=1)) == bytes(300_000)
    assert not store.path_of(UUID(int=2)).exists()
    drafts = list((home / "documents").rglob(".draft-*"))
    assert [draft.stat().st_size for draft in drafts] == [100_000]
