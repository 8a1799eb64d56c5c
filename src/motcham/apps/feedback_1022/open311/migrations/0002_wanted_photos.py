"""Photos that were named by their address, until they are fetched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("open311", "0001_exchange")]
    operations = [
        migrations.CreateModel(
            name="Wanted",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_id", models.UUIDField()),
                ("url", models.CharField(max_length=2000)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
