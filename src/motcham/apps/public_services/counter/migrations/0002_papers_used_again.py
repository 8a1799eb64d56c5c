"""Papers of earlier dossiers that are used again at the counter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("counter", "0001_desks_numbers_bookings_bundles")]

    operations = [
        migrations.AddField(
            model_name="scan",
            name="origin",
            field=models.CharField(blank=True, default="", max_length=6),
            preserve_default=False,
        ),
    ]
