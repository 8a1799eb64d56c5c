"""How the tables of figures lie on disk, and the one row of the board."""

from django.db import migrations

# The queue is emptied twice a second, so it is vacuumed by count; shortening its file would take a lock that acts wait for.
# Tallies are updated in place: room in each page keeps the new version beside the old one, without touching the index.
FORWARD = """
ALTER TABLE indicators_scoreevent SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_threshold = 1000000000, vacuum_truncate = false);
ALTER TABLE indicators_tally SET (fillfactor = 80);
ALTER TABLE indicators_spread SET (fillfactor = 80);
CREATE TABLE indicators_board (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    version bigint NOT NULL,
    folded_at timestamptz NOT NULL
) WITH (fillfactor = 10);
INSERT INTO indicators_board (version, folded_at) VALUES (0, now());
"""


class Migration(migrations.Migration):
    """Settings of storage, and the first row."""

    dependencies = [("indicators", "0001_initial"), ("cases", "0002_timeline_by_month")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE indicators_board")]
