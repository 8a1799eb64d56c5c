"""The one statement of what a case contributes to the tallies: used by the fold over a few acts and by the recompute over all cases.

Both read a relation `slim`, one row for each case as it stands (or as it stood, with n = -1). A million cases are counted by
five keys in a few seconds because each key is packed into one whole number:

    bits 60-62 what it counts by | 50-59 case type | 16-49 whom or what | 0-15 day since 1990-01-01
"""

from __future__ import annotations

from motcham.blocks.indicators.rules import EDGES

TALLY = ("received", "closed", "on_time", "late", "rated", "stars")
TALLY_KEY = "scope, span, start, key, case_type"
SPREAD_KEY = "measure, scope, start, key, case_type, bucket"
_FIGURES = ", ".join(TALLY)
_SUMMED = ", ".join(f"sum({name})::int AS {name}" for name in TALLY)
_EDGES = ",".join(map(str, EDGES[1:]))
_EPOCH = "date '1990-01-01'"

# The words of types, categories and channels as small numbers, for the time of one statement.
WORDS = """
SELECT case_type, category, channel, (dense_rank() OVER (ORDER BY case_type))::int8 AS t, (dense_rank() OVER (ORDER BY category))::int8 AS c,
    (dense_rank() OVER (ORDER BY channel))::int8 AS h
FROM (SELECT DISTINCT {case_type} AS case_type, category, channel FROM {source}) AS met
"""


def _day(column: str) -> str:
    return f"({column}::date - {_EPOCH}) AS {column[:-3]}"


def _month(day: str) -> str:
    # Of a day, not of the moment once more: to put a moment into a time zone is what costs.
    return f"({day} - date_part('day', {_EPOCH} + {day})::int + 1)"


# Days are those of the city, by the time zone of the session. The code of a commune is a number of five digits by law.
SLIM = f"""
SELECT {{n}} AS n, rating, t, {_day("received_at")}, {_day("late_at")}, {_day("closed_at")},
    date_part('hour', received_at)::int2 AS hour,
    width_bucket(date_part('epoch', closed_at - received_at) / 3600, '{{{{{_EDGES}}}}}'::float8[])::int8 AS bucket,
    (1::int8 << 60) | (t << 50) | (agency_id::int8 << 16) AS by_agency,
    (2::int8 << 60) | (t << 50) | (coalesce(nullif(area_code, ''), '0')::int8 << 16) AS by_area,
    (3::int8 << 60) | (t << 50) | (c << 16) AS by_category,
    (4::int8 << 60) | (t << 50) | (h << 16) AS by_channel,
    (5::int8 << 60) | (t << 50) | (agency_id::int8 << 28) | (c << 16) AS by_cell
FROM {{source}} AS known JOIN words ON words.case_type = known.{{case_type}} AND words.category = known.category
    AND words.channel = known.channel
"""


def _counted(day: str, *sums: str) -> str:
    keys = [f"by_{name} + {day}" for name in ("agency", "area", "category", "channel")] + [f"by_cell + {_month(day)}"]
    named = ", ".join(f"coalesce(sum({term}), 0)::int AS {name}" for name, term in zip("abcd", sums, strict=False))
    return f"""SELECT coalesce({", ".join(keys)}) AS packed, {named} FROM slim WHERE {day} IS NOT NULL
        GROUP BY GROUPING SETS ({", ".join(f"({key})" for key in keys)})"""


_OF_CLOSED = ("n", "CASE WHEN late IS NULL THEN n END", "CASE WHEN rating IS NOT NULL THEN n END", "n * rating")
# All branches have the same types, so that a recompute may have them made side by side.
COUNTS = f"""
moves AS (
    SELECT packed, a AS received, 0 AS closed, 0 AS on_time, 0 AS late, 0 AS rated, 0 AS stars FROM ({_counted("received", "n")}) AS one
    UNION ALL SELECT packed, 0, a, b, 0, c, d FROM ({_counted("closed", *_OF_CLOSED)}) AS two
    UNION ALL SELECT packed, 0, 0, 0, a, 0, 0 FROM ({_counted("late", "n")}) AS three
),
by_day AS MATERIALIZED (
    SELECT packed >> 60 AS by, packed >> 50 & 1023 AS t, packed >> 16 & 17179869183 AS code, {_EPOCH} + (packed & 65535)::int AS day, {_SUMMED}
    FROM moves GROUP BY packed
),
named AS MATERIALIZED (
    SELECT CASE by WHEN 1 THEN 'agency' WHEN 2 THEN 'area' WHEN 3 THEN 'category' WHEN 4 THEN 'channel' ELSE 'cell' END AS scope, day,
        CASE by WHEN 1 THEN code::text WHEN 2 THEN CASE code WHEN 0 THEN '' ELSE lpad(code::text, 5, '0') END WHEN 3 THEN categories.category
            WHEN 4 THEN channels.channel ELSE (code >> 12) || ' ' || categories.category END AS key,
        types.case_type, {_FIGURES}
    FROM by_day JOIN (SELECT DISTINCT t, case_type FROM words) AS types USING (t)
    LEFT JOIN (SELECT DISTINCT c, category FROM words) AS categories ON by IN (3, 5) AND categories.c = (code & 4095)
    LEFT JOIN (SELECT DISTINCT h, channel FROM words) AS channels ON by = 4 AND channels.h = code
),
tallied AS (
    SELECT scope, CASE scope WHEN 'cell' THEN 'month' ELSE 'day' END AS span, day AS start, key, case_type, {_FIGURES} FROM named
    UNION ALL
    SELECT scope, CASE grouping(date_trunc('month', day::timestamp)) WHEN 0 THEN 'month' ELSE 'ever' END,
        coalesce(date_trunc('month', day::timestamp)::date, date '0001-01-01'), key, case_type, {_SUMMED}
    FROM named WHERE scope <> 'cell'
    GROUP BY GROUPING SETS ((scope, key, case_type, date_trunc('month', day::timestamp)), (scope, key, case_type))
    UNION ALL
    SELECT 'city', CASE WHEN grouping(day) = 0 THEN 'day' WHEN grouping(date_trunc('month', day::timestamp)) = 0 THEN 'month' ELSE 'ever' END,
        coalesce(day, date_trunc('month', day::timestamp)::date, date '0001-01-01'), '', case_type, {_SUMMED}
    FROM named WHERE scope = 'agency'
    GROUP BY GROUPING SETS ((case_type, day), (case_type, date_trunc('month', day::timestamp)), (case_type))
)"""

# Two plain groupings rather than one of two sets, which the database will not share out among its workers.
_HANDLED = " UNION ALL ".join(
    f"SELECT (by_{name} + {_month('closed')}) | (bucket << 42) AS packed, sum(n)::int AS n FROM slim WHERE closed IS NOT NULL GROUP BY 1"
    for name in ("agency", "area")
)
SPREADS = f"""
handled AS MATERIALIZED (
    SELECT packed >> 60 AS by, packed >> 50 & 1023 AS t, packed >> 16 & 67108863 AS code, (packed >> 42 & 255)::int2 AS bucket,
        {_EPOCH} + (packed & 65535)::int AS month, n
    FROM (
        {_HANDLED}
    ) AS both_ways
),
typed AS (SELECT DISTINCT t, case_type FROM words),
spread AS (
    SELECT 'handling' AS measure, 'city' AS scope, month AS start, '' AS key, case_type, bucket, sum(n)::int AS n
    FROM handled JOIN typed USING (t) WHERE by = 1 GROUP BY month, case_type, bucket
    UNION ALL SELECT 'handling', CASE by WHEN 1 THEN 'agency' ELSE 'area' END, month,
        CASE WHEN by = 1 THEN code::text WHEN code = 0 THEN '' ELSE lpad(code::text, 5, '0') END, case_type, bucket, n
    FROM handled JOIN typed USING (t)
    UNION ALL SELECT 'hour', 'city', {_EPOCH} + received, '', case_type, hour, n
    FROM (SELECT t, received, hour, sum(n)::int AS n FROM slim GROUP BY t, received, hour) AS hours JOIN typed USING (t)
)"""


def _add(table: str, key: str, figures: tuple[str, ...], source: str) -> str:
    names = ", ".join(figures)
    changed = " OR ".join(f"{name} <> 0" for name in figures)
    sums = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in figures)
    return f"""INSERT INTO {table} ({key}, {names}) SELECT {key}, {names} FROM {source} WHERE {changed}
    ON CONFLICT ({key}) DO UPDATE SET {sums}"""


FOLD = f"""
WITH taken AS MATERIALIZED (
    DELETE FROM indicators_scoreevent WHERE id IN (SELECT id FROM indicators_scoreevent ORDER BY id LIMIT %(most)s) RETURNING *
),
words AS MATERIALIZED ({WORDS.format(case_type="case_type", source="taken")}),
slim AS MATERIALIZED ({SLIM.format(n="n", case_type="case_type", source="taken")}),
{COUNTS}, {SPREADS},
counted AS ({_add("indicators_tally", TALLY_KEY, TALLY, "tallied")}),
spreaded AS ({_add("indicators_spread", SPREAD_KEY, ("n",), "spread")})
UPDATE indicators_board SET version = version + 1, folded_at = clock_timestamp() RETURNING (SELECT count(*) FROM taken)
"""

# Tables made in this transaction, not temporary ones: parallel workers may read them.
RECOMPUTE = (
    f"CREATE UNLOGGED TABLE words AS {WORDS.format(case_type='type_key', source='cases_counted')}",
    "ANALYZE words",
    f"CREATE UNLOGGED TABLE slim AS {SLIM.format(n=1, case_type='type_key', source='cases_counted')}",
    f"CREATE TEMPORARY TABLE fresh_tally ON COMMIT DROP AS WITH {COUNTS} SELECT * FROM tallied",
    f"CREATE TEMPORARY TABLE fresh_spread ON COMMIT DROP AS WITH {SPREADS} SELECT * FROM spread",
    "DROP TABLE slim, words",
    "DELETE FROM indicators_scoreevent",
)


def put(table: str, fresh: str, key: str, figures: tuple[str, ...]) -> str:
    """Return the statement that writes the rows of a fresh table that are missing or differ; in the order of the key, for the index."""
    row = f"{key}, {', '.join(figures)}"
    update = ", ".join(f"{name} = excluded.{name}" for name in figures)
    return f"""INSERT INTO {table} ({row})
        SELECT {row} FROM (SELECT {row} FROM {fresh} EXCEPT SELECT {row} FROM {table}) AS wrong ORDER BY {key}
        ON CONFLICT ({key}) DO UPDATE SET {update}"""


def fill(table: str, fresh: str, key: str, figures: tuple[str, ...]) -> str:
    """Return the statement that writes a fresh table into an empty one."""
    row = f"{key}, {', '.join(figures)}"
    return f"INSERT INTO {table} ({row}) SELECT {row} FROM {fresh} ORDER BY {key}"


def take_away(table: str, fresh: str, key: str) -> str:
    """Return the statement that deletes the rows that a fresh table has not."""
    return f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} EXCEPT SELECT {key} FROM {fresh})"
