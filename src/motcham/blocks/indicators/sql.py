"""The one statement of what a case contributes to the tallies: used by the fold over a few acts and by the recompute over all cases.

Everything reads a relation `slim`: one row for each case as it stands (or stood, with n = -1), its instants cut to days of
the city by the time zone of the session.
"""

from __future__ import annotations

from motcham.blocks.indicators.rules import EDGES

SLIM = f"""
SELECT {{n}} AS n, {{case_type}} AS case_type, agency_id, area_code, category, channel, rating,
    received_at::date AS received, date_part('hour', received_at)::smallint AS hour,
    late_at::date AS late, closed_at::date AS closed,
    (width_bucket(date_part('epoch', closed_at - received_at) / 3600, '{{{{{",".join(map(str, EDGES[1:]))}}}}}'::float8[]))::smallint AS bucket
FROM {{source}}
"""

# grouping() tells by its bits which of agency, area, category and channel a row is *not* counted by.
_BY = "grouping(agency_id, area_code, category, channel)"
_KEYS = "agency_id, area_code, category, channel"


def _counted(day: str, *sums: str) -> str:
    month = f"date_trunc('month', {day}::timestamp)::date"
    named = ", ".join(f"sum({term}) AS {name}" for name, term in zip(("a", "b", "c", "d"), sums, strict=False))
    sets = ", ".join(f"(case_type, {day}, {key})" for key in _KEYS.split(", "))
    return f"""
SELECT {_BY} AS by, case_type, coalesce({day}, {month}) AS day, {_KEYS}, {named} FROM slim WHERE {day} IS NOT NULL
GROUP BY GROUPING SETS ({sets}, (case_type, {month}, agency_id, category))"""


COUNTS = f"""
was_received AS MATERIALIZED ({_counted("received", "n")}),
was_closed AS MATERIALIZED (
{_counted("closed", "n", "CASE WHEN late IS NULL THEN n END", "CASE WHEN rating IS NOT NULL THEN n END", "n * rating")}),
was_late AS MATERIALIZED ({_counted("late", "n")}),
moves AS (
    SELECT by, case_type, day, {_KEYS}, a AS received, 0 AS closed, 0 AS on_time, 0 AS late, 0 AS rated, 0 AS stars FROM was_received
    UNION ALL SELECT by, case_type, day, {_KEYS}, 0, a, coalesce(b, 0), 0, coalesce(c, 0), coalesce(d, 0) FROM was_closed
    UNION ALL SELECT by, case_type, day, {_KEYS}, 0, 0, 0, a, 0, 0 FROM was_late
),
tallied AS (
    SELECT scope, span,
        CASE span WHEN 'day' THEN day WHEN 'month' THEN date_trunc('month', day::timestamp)::date ELSE date '0001-01-01' END AS start,
        CASE scope WHEN 'city' THEN '' WHEN 'agency' THEN agency_id::text WHEN 'area' THEN area_code WHEN 'category' THEN category
            WHEN 'channel' THEN channel ELSE agency_id || ' ' || category END AS key,
        case_type, sum(received)::int AS received, sum(closed)::int AS closed, sum(on_time)::int AS on_time, sum(late)::int AS late,
        sum(rated)::int AS rated, sum(stars)::int AS stars
    FROM moves
    JOIN (VALUES (7, 'agency'), (7, 'city'), (11, 'area'), (13, 'category'), (14, 'channel'), (5, 'cell')) AS counted (by, scope) USING (by)
    JOIN (VALUES ('day'), ('month'), ('ever')) AS spans (span) ON scope <> 'cell' OR span = 'month'
    GROUP BY 1, 2, 3, 4, 5
)"""

SPREADS = """
handled AS MATERIALIZED (
    SELECT grouping(agency_id, area_code) AS by, case_type, date_trunc('month', closed::timestamp)::date AS month, bucket, agency_id,
        area_code, sum(n) AS n
    FROM slim WHERE closed IS NOT NULL
    GROUP BY GROUPING SETS ((case_type, date_trunc('month', closed::timestamp)::date, bucket, agency_id),
        (case_type, date_trunc('month', closed::timestamp)::date, bucket, area_code))
),
spread AS (
    SELECT 'handling' AS measure, 'city' AS scope, month AS start, '' AS key, case_type, bucket, sum(n)::int AS n
    FROM handled WHERE by = 1 GROUP BY case_type, month, bucket
    UNION ALL SELECT 'handling', 'agency', month, agency_id::text, case_type, bucket, n::int FROM handled WHERE by = 1
    UNION ALL SELECT 'handling', 'area', month, area_code, case_type, bucket, n::int FROM handled WHERE by = 2
    UNION ALL SELECT 'hour', 'city', received, '', case_type, hour, sum(n)::int FROM slim GROUP BY received, case_type, hour
)"""

TALLY_KEY = "scope, span, start, key, case_type"
TALLY = ("received", "closed", "on_time", "late", "rated", "stars")
SPREAD_KEY = "measure, scope, start, key, case_type, bucket"


def _add(table: str, key: str, figures: tuple[str, ...], source: str) -> str:
    names = ", ".join(figures)
    changed = " OR ".join(f"{name} <> 0" for name in figures)
    sums = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in figures)
    return f"""INSERT INTO {table} ({key}, {names}) SELECT {key}, {names} FROM {source} WHERE {changed}
    ON CONFLICT ({key}) DO UPDATE SET {sums} RETURNING 1"""


FOLD = f"""
WITH taken AS MATERIALIZED (
    DELETE FROM indicators_scoreevent WHERE id IN (SELECT id FROM indicators_scoreevent ORDER BY id LIMIT %(most)s) RETURNING *
),
slim AS MATERIALIZED ({SLIM.format(n="n", case_type="case_type", source="taken")}),
{COUNTS}, {SPREADS},
counted AS ({_add("indicators_tally", TALLY_KEY, TALLY, "tallied")}),
spreaded AS ({_add("indicators_spread", SPREAD_KEY, ("n",), "spread")})
UPDATE indicators_board SET version = version + 1, folded_at = clock_timestamp()
RETURNING (SELECT count(*) FROM taken), (SELECT count(*) FROM counted), (SELECT count(*) FROM spreaded)
"""

# A table made in this transaction, not a temporary one: parallel workers may read it.
RECOMPUTE_SLIM = f"CREATE UNLOGGED TABLE slim AS {SLIM.format(n=1, case_type='type_key', source='cases_case')}"
RECOMPUTE_TALLY = f"CREATE TEMPORARY TABLE fresh_tally ON COMMIT DROP AS WITH {COUNTS} SELECT * FROM tallied"
RECOMPUTE_SPREAD = f"CREATE TEMPORARY TABLE fresh_spread ON COMMIT DROP AS WITH {SPREADS} SELECT * FROM spread"


def replace(table: str, fresh: str, key: str, figures: tuple[str, ...]) -> tuple[str, str]:
    """Return the two statements that make a table equal to a fresh one, touching only the rows that differ."""
    names = ", ".join(figures)
    row = f"{key}, {names}"
    update = ", ".join(f"{name} = excluded.{name}" for name in figures)
    gone = f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} EXCEPT SELECT {key} FROM {fresh})"
    put = f"""INSERT INTO {table} ({row}) SELECT {row} FROM {fresh} EXCEPT SELECT {row} FROM {table}
        ON CONFLICT ({key}) DO UPDATE SET {update}"""
    return gone, put
