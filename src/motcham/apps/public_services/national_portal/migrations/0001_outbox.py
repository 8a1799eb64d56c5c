"""The outbox to the national portal."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0012_terms_planned_once"),
        ("identity", "0002_codes_successions_substitutes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("step", models.CharField(max_length=40)),
                ("actor", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=60)),
                ("said", models.CharField(blank=True, max_length=300)),
                ("refused_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("receipt", models.CharField(blank=True, max_length=80)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.agency"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("next_at"), condition=Q(("next_at__isnull", False)), name="portal_message_due"),
                    models.Index(models.F("case"), models.F("id"), name="portal_message_case"),
                    models.Index(
                        models.F("agency"),
                        models.F("refused_at"),
                        condition=Q(("done_at", None), ("refused_at__isnull", False)),
                        name="portal_message_refused",
                    ),
                    models.Index(models.F("done_at"), condition=Q(("done_at__isnull", False)), name="portal_message_done"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            Q(("done_at", None), ("next_at__isnull", False), ("refused_at", None)),
                            Q(("done_at", None), ("next_at", None), ("refused_at__isnull", False)),
                            Q(("done_at__isnull", False), ("next_at", None)),
                            _connector="OR",
                        ),
                        name="portal_message_in_one_state",
                    )
                ],
            },
        ),
    ]
