"""Days that are closed; and the trigger leaves out what counts nowhere, by the same words as the view that is recomputed."""

from django.db import migrations, models

FOLLOWED = "type_key, agency_id, area_code, category, channel, received_at, late_at, closed_at, rating"


def counts(row: str) -> str:
    """Return whether a case is counted, as `cases_counted` says it."""
    return f"NOT {row}.confidential AND ({row}.merged_into_id IS NULL OR {row}.late_at IS NOT NULL)"


def side(n: int, row: str) -> str:
    """Return the statement that queues a case as it stands, or stood."""
    values = ", ".join(f"{row}.{name}" for name in FOLLOWED.split(", "))
    return f"INSERT INTO indicators_scoreevent (n, case_type, {FOLLOWED.removeprefix('type_key, ')}) VALUES ({n}, {values});"


def changed() -> str:
    """Return the condition under which a change of a case changes a figure."""
    names = (*FOLLOWED.split(", "), "confidential", "merged_into_id")
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names)


FORWARD = f"""
CREATE OR REPLACE FUNCTION indicators_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' AND {counts("NEW")} THEN {side(1, "NEW")} END IF;
    IF TG_OP <> 'INSERT' AND {counts("OLD")} THEN {side(-1, "OLD")} END IF;
    RETURN NULL;
END $$;
DROP TRIGGER indicators_follow_changes ON cases_case;
CREATE TRIGGER indicators_follow_changes AFTER UPDATE ON cases_case FOR EACH ROW WHEN ({changed()}) EXECUTE FUNCTION indicators_follow();
"""


class Migration(migrations.Migration):
    """Adds the closings; follows what counts alone."""

    dependencies = [("indicators", "0003_follow_the_cases"), ("cases", "0009_changed_and_counted")]
    operations = [
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("taken_at", models.DateTimeField()),
                ("sha256", models.CharField(max_length=64)),
                ("entry_id", models.BigIntegerField()),
                ("packed", models.BinaryField()),
            ],
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
