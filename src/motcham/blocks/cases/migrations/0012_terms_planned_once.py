"""Terms as before, by a function whose plan a connection keeps: one in SQL is planned anew for every case that is opened."""

from django.db import migrations

TERMS = r"""
CREATE OR REPLACE FUNCTION cases_terms(title text, address text, category text, area_code text, agency_id int) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN strip(to_tsvector('simple'::regconfig, regexp_replace(regexp_replace(
            normalize(translate(lower(title || ' ' || address), 'đ', 'd'), NFD), '[\u0300-\u036f]', '', 'g'), '[^a-z0-9]+', ' ', 'g')))
        || array_to_tsvector(array_remove(ARRAY['agency=' || agency_id, 'category=' || nullif(category, ''),
            'area=' || nullif(area_code, '')], NULL));
END $$;
"""


class Migration(migrations.Migration):
    """Writes cases_terms anew."""

    dependencies = [("cases", "0011_holder_without_trigger")]
    operations = [migrations.RunSQL(TERMS, migrations.RunSQL.noop)]
