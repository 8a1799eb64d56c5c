"""A slip is what was printed for an act, by its kind; reports about a dossier are linked to it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_terms_planned_once"),
        ("dossiers", "0001_dossiers_and_their_numbers"),
    ]

    operations = [
        # What stood there was only noted: nothing was printed of it.
        migrations.DeleteModel("Slip"),
        migrations.CreateModel(
            name="Slip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("order_id", models.UUIDField(unique=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case")),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.CharField(choices=[("rated", "Rated"), ("reported", "Reported")], max_length=8)),
                ("at", models.DateTimeField()),
                ("dossier", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case")),
                ("report", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case")),
            ],
        ),
    ]
