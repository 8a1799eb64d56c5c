"""A dossier waits in its own row for the page of what was declared: filing writes nothing more for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_slips_and_reports")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="declare_at",
            field=models.DateTimeField(help_text="Since when the page of what was declared waits to be ordered.", null=True),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                models.F("declare_at"), condition=models.Q(("declare_at__isnull", False)), name="dossier_to_declare"
            ),
        ),
    ]
