"""Whom we exchange with, and which case is which request."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="Neighbour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.SlugField(max_length=40, unique=True)),
                ("url", models.CharField(max_length=300, unique=True)),
                ("jurisdiction", models.CharField(blank=True, max_length=100)),
                ("form", models.CharField(default="json", max_length=4)),
                ("sealed_key", models.BinaryField(null=True)),
                ("takes", models.JSONField(default=dict)),
                ("sends", models.JSONField(default=dict)),
                ("tells", models.BooleanField(default=False)),
                ("every", models.PositiveIntegerField(default=300)),
                ("added_at", models.DateTimeField()),
                ("pulled_to", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="Exchanged",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_id", models.UUIDField()),
                ("is_ours", models.BooleanField()),
                ("remote_id", models.CharField(blank=True, max_length=120)),
                ("token", models.CharField(blank=True, max_length=120)),
                ("remote_status", models.CharField(blank=True, max_length=20)),
                ("told", models.CharField(blank=True, max_length=10)),
                ("at", models.DateTimeField()),
                (
                    "neighbour",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="open311.neighbour"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("neighbour", "case_id"), name="exchanged_case_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("remote_id", ""), _negated=True),
                        fields=("neighbour", "remote_id"),
                        name="exchanged_request_once",
                    ),
                ],
            },
        ),
    ]
