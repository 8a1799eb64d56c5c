"""Deliveries, subscriptions, preferences; what was told before them has been read in the house and goes out to nobody."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

ACCOUNT = {"on_delete": django.db.models.deletion.CASCADE, "related_name": "+", "to": settings.AUTH_USER_MODEL}
STATES = ["waiting", "sending", "sent", "failed", "uncertain", "dropped"]


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_notices"), ("identity", "0001_initial")]

    operations = [
        migrations.RemoveField("notice", "read_at"),
        migrations.AddField(
            "notice", "spread_at", models.DateTimeField(null=True, help_text="When its deliveries were written.")
        ),
        migrations.RunSQL("UPDATE channels_notice SET spread_at = created_at", migrations.RunSQL.noop),
        migrations.AddIndex("notice", models.Index("id", name="notice_to_spread", condition=Q(spread_at=None))),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "notice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="channels.notice",
                    ),
                ),
                ("recipient", models.CharField(max_length=80)),
                ("channel", models.CharField(max_length=5)),
                ("account", models.ForeignKey(null=True, db_index=False, **ACCOUNT)),
                ("agency_id", models.IntegerField(null=True)),
                ("language", models.CharField(max_length=5)),
                ("digest", models.BooleanField(default=False)),
                ("state", models.CharField(max_length=9)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("handed_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("mail", models.BigIntegerField(null=True)),
                ("error", models.CharField(blank=True, max_length=40)),
                ("permanent", models.BooleanField(default=False)),
                ("read_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "recipient", "channel"), name="delivery_once"),
                    models.CheckConstraint(name="delivery_state_known", condition=Q(state__in=STATES)),
                    models.CheckConstraint(name="delivery_waits_until", condition=~Q(state="waiting") | Q(next_at__isnull=False)),
                ],
                "indexes": [
                    models.Index("next_at", "id", name="delivery_due", condition=Q(state="waiting")),
                    models.Index("claimed_at", name="delivery_claimed", condition=Q(state="sending")),
                    models.Index("account", F("id").desc(), name="delivery_inbox", condition=Q(channel="app")),
                    models.Index("account", name="delivery_unread", condition=Q(channel="app", read_at=None)),
                    models.Index(
                        "agency_id", F("id").desc(), name="delivery_stuck", condition=Q(state__in=["failed", "uncertain"])
                    ),
                    models.Index("settled_at", name="delivery_age", condition=Q(settled_at__isnull=False)),
                ],
            },
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("to", models.CharField(max_length=80)),
                ("categories", models.JSONField(default=list)),
                ("account", models.ForeignKey(null=True, **ACCOUNT)),
                ("sealed", models.BinaryField()),
                ("contact", models.BinaryField()),
                ("network", models.BinaryField(null=True)),
                ("language", models.CharField(max_length=5)),
                ("digest", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index("to", "id", name="subscription_to", condition=Q(confirmed_at__isnull=False)),
                    models.Index("asked_at", name="subscription_pending", condition=Q(confirmed_at=None)),
                    models.Index("contact", name="subscription_contact"),
                    models.Index("network", name="subscription_network", condition=Q(network__isnull=False)),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.ForeignKey(**ACCOUNT)),
                ("topic", models.CharField(max_length=10)),
                ("cadence", models.CharField(max_length=5)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "topic"), name="preference_once"),
                    models.CheckConstraint(name="preference_cadence_known", condition=Q(cadence__in=["now", "daily", "never"])),
                ],
            },
        ),
        migrations.CreateModel(
            name="Silence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.CharField(max_length=80)),
                ("recipient", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("to", "recipient"), name="silence_once")]},
        ),
    ]
