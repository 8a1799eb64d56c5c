"""Bills, attempts to pay them, money, callbacks, receipts, refunds and comparisons."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "0002_codes_successions_substitutes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Bill",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=24, unique=True)),
                ("subject", models.CharField(max_length=80)),
                ("state", models.CharField(max_length=9)),
                ("items", models.JSONField()),
                ("total", models.BigIntegerField()),
                ("payer", models.BinaryField(null=True)),
                ("made_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("synthetic", models.BooleanField(default=False)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.agency"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("order_code", models.BigIntegerField(unique=True)),
                ("way", models.CharField(max_length=8)),
                ("state", models.CharField(max_length=9)),
                ("amount", models.BigIntegerField()),
                ("received", models.BigIntegerField(default=0)),
                ("link", models.CharField(blank=True, max_length=64)),
                ("address", models.CharField(blank=True, max_length=400)),
                ("qr", models.CharField(blank=True, max_length=512)),
                ("began_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("asked", models.PositiveSmallIntegerField(default=0)),
                ("ask_at", models.DateTimeField(null=True)),
                (
                    "bill",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="payments.bill"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Callback",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("received_at", models.DateTimeField()),
                ("verdict", models.CharField(max_length=10)),
                ("order_code", models.BigIntegerField(null=True)),
                ("reference", models.CharField(blank=True, max_length=100)),
                ("amount", models.BigIntegerField(null=True)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "attempt",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="callbacks", to="payments.attempt"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Money",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=100)),
                ("amount", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("way", models.CharField(max_length=8)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "attempt",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="money", to="payments.attempt"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("code", models.CharField(max_length=24, unique=True)),
                ("amount", models.BigIntegerField()),
                ("way", models.CharField(max_length=8)),
                ("issued_at", models.DateTimeField()),
                (
                    "bill",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="receipt", to="payments.bill"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("matched", models.PositiveIntegerField()),
                ("sum_here", models.BigIntegerField()),
                ("sum_there", models.BigIntegerField()),
                ("differences", models.JSONField()),
            ],
            options={
                "indexes": [
                    models.Index(models.F("day"), models.OrderBy(models.F("id"), descending=True), name="reconciliation_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("way", models.CharField(max_length=8)),
                ("state", models.CharField(max_length=6)),
                ("post", models.CharField(max_length=120)),
                ("to", models.BinaryField(null=True)),
                ("payout", models.CharField(blank=True, max_length=64)),
                ("reference", models.CharField(blank=True, max_length=100)),
                ("error", models.CharField(blank=True, max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                (
                    "attempt",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="payments.attempt"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(models.F("subject"), models.F("made_at"), name="bill_subject"),
        ),
        migrations.AddIndex(
            model_name="bill",
            index=models.Index(models.F("agency"), models.OrderBy(models.F("made_at"), descending=True), name="bill_agency"),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["due", "paid", "free", "cancelled"])), name="bill_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(condition=models.Q(("total__gte", 0)), name="bill_total_whole"),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "due"), ("settled_at__isnull", False), _connector="XOR"), name="bill_settled_when"
            ),
        ),
        migrations.AddConstraint(
            model_name="bill",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "free"), _negated=True), ("total", 0), _connector="OR"),
                name="bill_free_is_nothing",
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(models.F("bill"), models.F("id"), name="attempt_bill"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(models.F("ask_at"), condition=models.Q(("ask_at__isnull", False)), name="attempt_to_ask"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                models.F("id"),
                condition=models.Q(
                    ("state__in", ["surplus", "underpaid"]), ("received__gt", models.F("amount")), _connector="OR"
                ),
                name="attempt_to_look_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "underpaid", "paid", "surplus", "expired", "cancelled", "failed"])),
                name="attempt_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["gateway", "transfer", "cash", "none"])), name="attempt_way_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("received__gte", 0)), name="attempt_sums_whole"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(condition=models.Q(("state", "paid")), fields=("bill",), name="attempt_one_pays"),
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(models.F("received_at"), name="callback_when"),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict__in", ["taken", "again", "late", "short", "surplus", "failed", "unknown", "forged", "unreadable"])
                ),
                name="callback_verdict_known",
            ),
        ),
        migrations.AddIndex(
            model_name="money",
            index=models.Index(models.F("at"), models.F("id"), name="money_day"),
        ),
        migrations.AddConstraint(
            model_name="money",
            constraint=models.UniqueConstraint(fields=("attempt", "reference"), name="money_once"),
        ),
        migrations.AddConstraint(
            model_name="money",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="money_is_some"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(fields=("year", "number"), name="receipt_numbered_once"),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(models.F("next_at"), condition=models.Q(("next_at__isnull", False)), name="refund_to_send"),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(models.F("asked_at"), name="refund_when"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "sent", "done", "failed"])), name="refund_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="refund_is_some"),
        ),
    ]
