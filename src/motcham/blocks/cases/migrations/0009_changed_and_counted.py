"""When somebody last acted on a case; confidential cases are in no figure, so that nothing can be had by difference."""

from django.db import migrations, models

FORWARD = """
CREATE OR REPLACE VIEW cases_counted AS
SELECT id, type_key, agency_id, area_code, category, channel, received_at, late_at, closed_at, rating
FROM cases_case WHERE NOT confidential AND (merged_into_id IS NULL OR late_at IS NOT NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_desk")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="changed_at",
            field=models.DateTimeField(help_text="When somebody last acted on it; none before the first act.", null=True),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.OrderBy(models.F("changed_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("released_at__isnull", False)),
                name="case_public_changed",
            ),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
