"""The queue and the tallies."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Board",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.BigIntegerField(default=0)),
                ("folded_at", models.DateTimeField()),
            ],
            options={"managed": False},
        ),
        migrations.CreateModel(
            name="ScoreEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("n", models.SmallIntegerField()),
                ("case_type", models.CharField(max_length=80)),
                ("agency_id", models.IntegerField()),
                ("area_code", models.CharField(max_length=5)),
                ("category", models.CharField(max_length=60)),
                ("channel", models.CharField(max_length=20)),
                ("received_at", models.DateTimeField()),
                ("late_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("rating", models.SmallIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Spread",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "measure",
                        "scope",
                        "start",
                        "key",
                        "case_type",
                        "bucket",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("measure", models.CharField(max_length=8)),
                ("scope", models.CharField(max_length=8)),
                ("start", models.DateField()),
                ("key", models.CharField(max_length=80)),
                ("case_type", models.CharField(max_length=80)),
                ("bucket", models.SmallIntegerField()),
                ("n", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "scope",
                        "span",
                        "start",
                        "key",
                        "case_type",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope", models.CharField(max_length=8)),
                ("span", models.CharField(max_length=5)),
                ("start", models.DateField()),
                ("key", models.CharField(max_length=80)),
                ("case_type", models.CharField(max_length=80)),
                ("received", models.IntegerField()),
                ("closed", models.IntegerField()),
                ("on_time", models.IntegerField()),
                ("late", models.IntegerField()),
                ("rated", models.IntegerField()),
                ("stars", models.IntegerField()),
            ],
        ),
    ]
