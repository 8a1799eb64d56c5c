"""Opening learns who alone may see a case and the time of its first step; what figures count; what lies near a point."""

from django.db import migrations

FORWARD = """
DROP FUNCTION cases_open;
CREATE FUNCTION cases_open(
    p_key text, p_actor text, p_body bytea, p_entry jsonb, p_id uuid, p_code text, p_type text, p_fingerprint text, p_agency integer,
    p_area text, p_area_from date, p_category text, p_step text, p_state text, p_title text, p_channel text, p_at timestamptz,
    p_due timestamptz, p_provisional boolean, p_clock jsonb, p_answers jsonb, p_sealed bytea, p_contacts bytea[], p_lon double precision,
    p_lat double precision, p_address text, p_documents uuid[], p_language text, p_synthetic boolean, p_filer bigint, p_parent uuid,
    p_confidential boolean, p_split_from uuid, p_step_limit text, p_step_due timestamptz,
    OUT earlier uuid, OUT earlier_body bytea
) LANGUAGE plpgsql AS $$
BEGIN
    IF p_key <> '' THEN
        INSERT INTO cases_idempotencykey (actor, key, body, case_id, at) VALUES (p_actor, p_key, p_body, p_id, p_at) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            SELECT known.case_id, known.body INTO earlier, earlier_body
            FROM cases_idempotencykey known WHERE known.actor = p_actor AND known.key = p_key;
            RETURN;
        END IF;
    END IF;
    INSERT INTO cases_case (id, code, type_key, fingerprint, agency_id, area_code, area_from, category, step, state, title, channel, filed_at,
        received_at, due_at, provisional, clock, answers, sealed, contacts, lon, lat, address, documents, language, synthetic, filer_id,
        parent_id, confidential, split_from_id, outcome, joined, version)
    VALUES (p_id, p_code, p_type, p_fingerprint, p_agency, p_area, p_area_from, p_category, p_step, p_state, p_title, p_channel, p_at,
        p_at, p_due, p_provisional, p_clock, p_answers, p_sealed, p_contacts, p_lon, p_lat, p_address, p_documents, p_language, p_synthetic,
        p_filer, p_parent, p_confidential, p_split_from, '', 0, 1);
    INSERT INTO cases_event (case_id, agency_id, at, kind, step, actor, message, is_public, facts, entry_id)
    VALUES (p_id, p_agency, p_at, 'opened', p_step, p_actor, '', true, '{}',
        ledger_append('case.opened', 'case:' || p_id, p_entry, p_at));
    IF p_step_limit <> '' THEN
        INSERT INTO cases_stepclock (case_id, agency_id, "limit", began_at, due_at) VALUES (p_id, p_agency, p_step_limit, p_at, p_step_due);
    END IF;
END $$;

-- A merged case is answered with the one it was merged into, so it is counted only where it had become late before.
CREATE VIEW cases_counted AS
SELECT id, type_key, agency_id, area_code, category, channel, received_at, late_at, closed_at, rating
FROM cases_case WHERE merged_into_id IS NULL OR late_at IS NOT NULL;

-- A closed case stays findable for a while: the day of its closing bounds what is read of a busy cell after years.
CREATE INDEX case_near ON cases_case (cell, category, coalesce(closed_at, 'infinity')) WHERE cell IS NOT NULL;
"""


class Migration(migrations.Migration):
    """Replaces cases_open; adds cases_counted and case_near."""

    dependencies = [("cases", "0006_public_and_joined")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
