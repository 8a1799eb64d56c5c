"""The terms of a case stand in its row: walking a range and comparing terms costs no work per row; and an index of what is open near a place."""

from django.db import migrations

TERMS = """
DROP INDEX case_terms;
ALTER TABLE cases_case ADD COLUMN terms tsvector
    GENERATED ALWAYS AS (cases_terms(title, address, category, area_code, agency_id)) STORED;
ALTER TABLE cases_case ALTER COLUMN terms SET STATISTICS 1000;
CREATE INDEX case_terms ON cases_case USING gin (terms);
CREATE INDEX case_open_near ON cases_case (category, lat, lon) WHERE closed_at IS NULL;
"""
NO_TERMS = """
DROP INDEX case_open_near;
ALTER TABLE cases_case DROP COLUMN terms;
CREATE INDEX case_terms ON cases_case USING gin (cases_terms(title, address, category, area_code, agency_id));
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_changed_and_counted")]

    operations = [migrations.RunSQL(TERMS, NO_TERMS)]
