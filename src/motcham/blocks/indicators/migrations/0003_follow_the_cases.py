"""The trigger by which figures follow the cases: in the transaction of every act, whoever does it and however."""

from django.db import migrations

FOLLOWED = "type_key, agency_id, area_code, category, channel, received_at, late_at, closed_at, rating"


def side(n: int, row: str) -> str:
    """Return the statement that queues a case as it stands, or stood."""
    values = ", ".join(f"{row}.{name}" for name in FOLLOWED.split(", "))
    return f"INSERT INTO indicators_scoreevent (n, case_type, {FOLLOWED.removeprefix('type_key, ')}) VALUES ({n}, {values});"


def changed() -> str:
    """Return the condition under which a change of a case changes a figure."""
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in FOLLOWED.split(", "))


FORWARD = f"""
CREATE FUNCTION indicators_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN {side(1, "NEW")} END IF;
    IF TG_OP <> 'INSERT' THEN {side(-1, "OLD")} END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER indicators_follow AFTER INSERT OR DELETE ON cases_case FOR EACH ROW EXECUTE FUNCTION indicators_follow();
CREATE TRIGGER indicators_follow_changes AFTER UPDATE ON cases_case FOR EACH ROW WHEN ({changed()}) EXECUTE FUNCTION indicators_follow();
"""
BACK = "DROP TRIGGER indicators_follow ON cases_case; DROP TRIGGER indicators_follow_changes ON cases_case; DROP FUNCTION indicators_follow();"


class Migration(migrations.Migration):
    """Follows cases_case."""

    dependencies = [("indicators", "0002_queue_and_room_to_count"), ("cases", "0002_timeline_by_month")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
