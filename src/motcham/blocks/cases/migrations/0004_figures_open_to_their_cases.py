"""Indexes by which figures of the board are opened down to their cases."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_open_in_one_statement"),
        ("identity", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("agency"),
                models.OrderBy(models.F("received_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="case_agency_received",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.OrderBy(models.F("received_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="case_city_received",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("agency"),
                models.OrderBy(models.F("late_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("late_at__isnull", False)),
                name="case_agency_was_late",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.OrderBy(models.F("late_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("late_at__isnull", False)),
                name="case_city_was_late",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("agency"),
                models.F("late_at"),
                models.F("id"),
                condition=models.Q(("closed_at", None), ("late_at__isnull", False)),
                name="case_agency_overdue",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("late_at"),
                models.F("id"),
                condition=models.Q(("closed_at", None), ("late_at__isnull", False)),
                name="case_city_overdue",
            ),
        ),
        # Codes are looked up whole, never by their beginning: the index for LIKE that comes with a unique text is dead weight.
        migrations.RunSQL("DROP INDEX IF EXISTS cases_case_code_afd6bdc8_like", migrations.RunSQL.noop),
    ]
