"""The tables of documents; their content lies in files beside the database, sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Document(models.Model):
    """A file that somebody sent. Without an owner it goes after a day; erased, only the fact that it was there remains."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    purpose = models.TextField()
    owner = models.TextField(default="")
    holder = models.TextField(default="", help_text='The account in whose wallet it lies, "account:7".')
    name = models.BinaryField(null=True)
    size = models.IntegerField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    digest = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(null=True, help_text="Until when it waits to be attached, where that is more than a day.")

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="documents_unattached", condition=Q(owner="", erased_at=None)),
            models.Index(fields=["owner"], name="documents_owner", condition=~Q(owner="")),
            models.Index(fields=["holder", "created_at"], name="documents_holder", condition=~Q(holder="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="documents_erased_whole",
                condition=Q(erased_at=None, name__isnull=False, digest__isnull=False)
                | Q(erased_at__isnull=False, name=None, digest=None),
            )
        ]


class Result(models.Model):
    """A result that an agency signed. What stands here is shown to whoever has its code, so nothing in it names a person."""

    code = models.TextField(primary_key=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="result")
    title = models.TextField(help_text="What kind of paper it is.")
    agency_code = models.TextField()
    agency_name = models.TextField()
    owner = models.TextField()
    issued_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    stamped_at = models.DateTimeField(null=True, help_text="What an independent authority says of the time, where one was asked.")
    digest = models.BinaryField(null=True, help_text="SHA-256 of the signed file.")
    certificate = models.BinaryField(null=True, help_text="SHA-256 of the certificate that it was signed with.")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(default="")
    entry_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["owner"], name="documents_result_owner")]
        constraints = [
            models.CheckConstraint(
                name="documents_signed_whole",
                condition=Q(signed_at=None, digest=None, certificate=None)
                | Q(signed_at__isnull=False, digest__isnull=False, certificate__isnull=False),
            ),
            models.CheckConstraint(
                name="documents_withdrawn_with_reason", condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason="")
            ),
        ]


class Order(models.Model):
    """A page that is to be printed. Its facts are sealed, and go as soon as it is printed."""

    id = models.UUIDField(primary_key=True)
    template = models.TextField()
    facts = models.BinaryField(null=True)
    owner = models.TextField()
    result = models.OneToOneField(Result, on_delete=models.PROTECT, null=True, related_name="order")
    ordered_by = models.TextField()
    ordered_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When it is tried, or tried again.")
    tries = models.SmallIntegerField(default=0)
    problem = models.TextField(default="")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="documents_to_print", condition=Q(facts__isnull=False)),
            models.Index(fields=["owner"], name="documents_order_owner"),
        ]
        constraints = [models.CheckConstraint(name="documents_order_printed", condition=Q(facts=None) | Q(document=None))]


class Share(models.Model):
    """A link by which somebody without an account sees one document for a while; the link itself is not kept."""

    id = models.UUIDField(primary_key=True)
    mark = models.BinaryField(unique=True, help_text="Keyed hash of what stands in the link.")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="shares")
    holder = models.TextField()
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["until"], name="documents_share_until")]


class ShareLook(models.Model):
    """One look through a link: when, and nothing of who looked."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="looks")
    at = models.DateTimeField()
