"""The timeline of cases, partitioned by month, with the function that adds partitions."""

from django.db import migrations

FORWARD = """
CREATE TABLE cases_event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    case_id uuid NOT NULL,
    agency_id integer,
    at timestamptz NOT NULL,
    kind varchar(20) NOT NULL,
    step varchar(40) NOT NULL,
    actor varchar(80) NOT NULL,
    message text NOT NULL,
    is_public boolean NOT NULL,
    facts jsonb NOT NULL,
    entry_id bigint NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX cases_event_case ON cases_event (case_id, at);
CREATE TABLE cases_event_earlier PARTITION OF cases_event DEFAULT;

CREATE FUNCTION cases_add_partitions(first date, last date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    month date := date_trunc('month', first);
    name text;
BEGIN
    WHILE month <= last LOOP
        name := 'cases_event_' || to_char(month, 'YYYY_MM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF cases_event FOR VALUES FROM (%L) TO (%L)',
                name, month::timestamptz, (month + interval '1 month')::timestamptz);
        END IF;
        month := month + interval '1 month';
    END LOOP;
END $$;
SELECT cases_add_partitions((current_date - 365)::date, (current_date + 93)::date);
"""


class Migration(migrations.Migration):
    """Adds cases_event."""

    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE cases_event; DROP FUNCTION cases_add_partitions(date, date);")]
