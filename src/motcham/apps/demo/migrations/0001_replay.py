"""The position of the replay and the cases it opened."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="Position",
            fields=[
                ("lane", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("origin", models.DateTimeField()),
                ("history_ends", models.BigIntegerField()),
                ("at", models.BigIntegerField()),
                ("loop", models.IntegerField()),
                ("row", models.IntegerField()),
                ("act", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="ReplayedCase",
            fields=[
                ("case_id", models.UUIDField(primary_key=True, serialize=False)),
                ("loop", models.IntegerField()),
                ("row", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("loop", "row"), name="replayed_case_is_opened_once")],
            },
        ),
    ]
