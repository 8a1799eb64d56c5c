"""Tables of the identity block: agencies, accounts, posts, substitutes, sessions and API tokens."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper


class Agency(models.Model):
    """A body that holds cases: a department, a ward's committee, the 1022 desk, a company that answers for the city.

    Agencies merge and split: an old one keeps its row, its last day and its successors.
    """

    class Kind(models.TextChoices):
        """What sort of body it is; labels are data of the interface, see templates."""

        CITY = "city"
        DEPARTMENT = "department"
        WARD = "ward"
        DESK = "desk"
        COMPANY = "company"

    id = models.AutoField(primary_key=True)
    code = models.CharField(max_length=80, unique=True)
    official_name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    area_code = models.CharField(max_length=16, blank=True, help_text="The ward it answers for; empty where it is the city.")
    official_code = models.CharField(
        max_length=35, null=True, unique=True, help_text="Decision 20/2020/QĐ-TTg; unknown until published."
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="The first day on which it no longer exists.")
    formerly = models.TextField(blank=True, help_text="Bodies it took over that have no row of their own, by name.")
    legal_basis = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                name="agency_ends_after_it_begins", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="agency_kind_is_known", condition=Q(kind__in=("city", "department", "ward", "desk", "company"))
            ),
        )

    def __str__(self) -> str:
        return self.official_name


class AgencyAlias(models.Model):
    """A code by which others call an agency; the old and the new form stand side by side, neither is derived from the other."""

    class Scheme(models.TextChoices):
        """Whose code it is."""

        QD20 = "qd20"
        QCVN102 = "qcvn102"

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="aliases")
    scheme = models.CharField(max_length=16, choices=Scheme.choices)
    code = models.CharField(max_length=35, unique=True)
    valid_from = models.DateField(null=True, help_text="Unknown where the source gives no day.")
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.CheckConstraint(name="agency_alias_scheme_is_known", condition=Q(scheme__in=("qd20", "qcvn102"))),
            models.CheckConstraint(name="agency_alias_has_a_source", condition=~Q(source="")),
        )


class Succession(models.Model):
    """That an agency went on in another from a day, wholly or in part."""

    old = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="successors")
    new = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="predecessors")
    on = models.DateField()
    is_partial = models.BooleanField(default=False)
    legal_basis = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="succession_is_told_once", fields=("old", "new")),
            models.CheckConstraint(name="succession_is_to_another", condition=~Q(old=F("new"))),
        )


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by user name; accounts are made by `actions.ensure_account`, not here."""


class Account(AbstractBaseUser):
    """A person or application that can sign in. Rights come from posts alone, never from the account."""

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, default="vi")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False, help_text="Belongs to the demo city; refused where the demo is off.")
    is_application = models.BooleanField(default=False, help_text="A program: has tokens, cannot sign in.")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    objects = AccountManager()

    class Meta:
        # Names are looked up in any case, so that nobody is told apart by capitals.
        indexes = (models.Index(Upper("username"), name="account_username_upper"),)
        constraints = (
            models.CheckConstraint(
                name="account_closed_is_inactive",
                condition=Q(is_active=True, closed_at=None) | Q(is_active=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="account_erased_only_when_closed", condition=Q(erased_at=None) | Q(closed_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.display_name or self.username


class Post(models.Model):
    """That an account acts for an agency in a role, from one day to another. Ended, never deleted."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=40)
    title = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="The first day on which it is no longer held.")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="post_ends_no_earlier_than_it_begins", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
            models.UniqueConstraint(name="post_is_held_once", fields=("account", "agency", "role"), condition=Q(valid_to=None)),
        )


class Substitution(models.Model):
    """That an account stands in for a post while its holder is away. It ends with the period, with either's post, or when ended."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="substitutions")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="stands_in")
    since = models.DateField()
    until = models.DateField(help_text="The last day.")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(name="substitution_in_force", fields=("account", "until"), condition=Q(ended_at=None)),)
        constraints = (models.CheckConstraint(name="substitution_ends_after_it_begins", condition=Q(until__gte=F("since"))),)


class Session(AbstractBaseSession):
    """A signed-in browser. It names its account, so that one query answers who that is and what they may do now."""

    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="sessions")
    device = models.CharField(max_length=60, blank=True, help_text="Browser and system, to be recognised in the own list.")
    opened_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="To the minute.")

    class Meta(AbstractBaseSession.Meta):
        db_table = "identity_session"


class ApiToken(models.Model):
    """A key by which a program acts in one post. Only its SHA-256 is kept; the key is random, so that is enough."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=120)
    digest = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Tries(models.Model):
    """Wrong answers at sign-in, counted for an account's name or a network. Only a keyed hash of either is kept."""

    key = models.BinaryField(max_length=34, primary_key=True)
    wrong = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField(db_index=True)
