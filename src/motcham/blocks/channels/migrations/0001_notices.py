"""The table of notices."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("to", models.CharField(max_length=80)),
                ("language", models.CharField(max_length=5)),
                ("template", models.CharField(max_length=80)),
                ("facts", models.JSONField()),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("synthetic", models.BooleanField()),
                ("entry_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("to", "entry_id", "template"), name="notice_once")],
            },
        ),
    ]
