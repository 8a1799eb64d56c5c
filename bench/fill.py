"""Fills a database with made-up cases, straight into the tables: a year of the city by one statement, with events and tallies that agree.

`python -m bench.fill 1000000` fills the database of DATABASE_URL. The same number gives the same cases.
"""

from __future__ import annotations

import os
import sys
import time

import psycopg

# Categories, channels and their shares are stand-ins: what is measured is volume, not the city.
PEOPLE = """
CREATE TEMPORARY TABLE wards ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY code)::int - 1 AS place, id, area_code FROM identity_agency WHERE kind = 'ward';
CREATE TEMPORARY TABLE others ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY code)::int - 1 AS place, id FROM identity_agency WHERE kind IN ('department', 'company', 'desk');
"""
DRAWN = """
CREATE TEMPORARY TABLE drawn ON COMMIT DROP AS
WITH thrown AS MATERIALIZED (
    SELECT i, random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS r5, random() AS r6
    FROM generate_series(1, %(number)s) i
),
placed AS MATERIALIZED (
    SELECT *, power(r1, 1.6) AS where_at,
        least(now() - interval '1 second', date_trunc('day', now() AT TIME ZONE 'Asia/Ho_Chi_Minh') AT TIME ZONE 'Asia/Ho_Chi_Minh'
            - interval '364 days' + floor(365.0 * (i - 1) / %(number)s) * interval '1 day'
            + (7 + 11 * (r2 + r3) / 2) * interval '1 hour') AS received_at
    FROM thrown
),
timed AS MATERIALIZED (
    SELECT *, ((received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 7 + time '17:00') AT TIME ZONE 'Asia/Ho_Chi_Minh' AS due_at,
        received_at + least(-ln(1 - r4) * 56, 2000) * interval '1 hour' AS closed_at
    FROM placed
)
SELECT i, overlay(overlay(overlay(md5(i || 'case') PLACING lpad(to_hex((extract(epoch FROM received_at) * 1000)::bigint), 12, '0')
        FROM 1 FOR 12) PLACING '7' FROM 13 FOR 1) PLACING '8' FROM 17 FOR 1)::uuid AS id,
    translate(upper(substr(md5(i || 'code'), 1, 13)), 'ILOU', 'WXYZ') AS code,
    wards.area_code, CASE WHEN r5 < 0.62 THEN wards.id ELSE others.id END AS agency_id,
    'category.' || lpad((floor(40 * r6 * r6))::int::text, 2, '0') AS category,
    (ARRAY['app', 'web', 'phone', 'zalo', 'email', 'sms', 'desk'])[1 + floor(7 * r3)::int] AS channel, r2, r3, r4,
    received_at, due_at, CASE WHEN closed_at < now() AND r6 < 0.985 THEN closed_at END AS closed_at,
    CASE WHEN closed_at >= now() AND r6 > 0.9 THEN 'paused' WHEN closed_at < now() AND r6 < 0.985 THEN 'closed' ELSE 'open' END AS state,
    CASE WHEN (closed_at < now() AND r6 < 0.985 AND closed_at > due_at) OR (NOT (closed_at < now() AND r6 < 0.985) AND due_at < now())
        THEN due_at END AS late_at
FROM timed
JOIN wards ON wards.place = floor(where_at * (SELECT count(*) FROM wards))::int
JOIN others ON others.place = floor(r6 * r6 * (SELECT count(*) FROM others))::int
ORDER BY i
"""
CASES = """
INSERT INTO cases_case (id, code, type_key, fingerprint, agency_id, area_code, area_from, category, step, state, title, channel, filed_at,
    received_at, due_at, provisional, late_at, closed_at, outcome, clock, answers, sealed, contacts, lon, lat, address, documents, language,
    synthetic, joined, rating, version, released_at, public_text, cell)
SELECT id, code, 'feedback_1022.report', '0123456789abcdef', agency_id, area_code, date '2025-07-01', category,
    CASE state WHEN 'closed' THEN 'answered' WHEN 'paused' THEN 'asked' ELSE 'assigned' END, state,
    'Việc ' || category || ', đường số ' || (i %% 997), channel, received_at, received_at, CASE WHEN state <> 'paused' THEN due_at END, false,
    late_at, closed_at, CASE WHEN state = 'closed' THEN 'answered' ELSE '' END,
    '{"law": "1022.answer", "limit": {"unit": "working_days", "amount": 5, "cutoff": null}, "legal_basis": "QĐ 1478/QĐ-UBND"}',
    jsonb_build_object('category', category, 'description', 'Mô tả của việc số ' || i || ' ở gần chợ, mấy ngày nay rồi, mong sớm xử lý.'),
    decode(repeat(md5(i::text), 5), 'hex'), ARRAY[decode(md5(i::text) || md5(i || 'c'), 'hex')], 106.5 + r2 / 4, 10.7 + r3 / 4,
    (i %% 499) || ' đường số ' || (i %% 997), '{}', 'vi', true, 0,
    CASE WHEN state = 'closed' AND r2 < 0.2 THEN 1 + floor(5 * sqrt(r3))::int END, 2,
    CASE WHEN r4 < 0.7 THEN received_at + interval '1 hour' END, CASE WHEN r4 < 0.7 THEN 'Đèn đường tắt mấy đêm nay, số ' || i ELSE '' END,
    CASE WHEN r4 < 0.7 THEN (floor((10.7 + r3 / 4 + 90) / 0.002)::int %% 32768) << 16 | floor((106.5 + r2 / 4 + 180) / 0.002)::int %% 65536 END
FROM drawn ORDER BY i
"""
# The same as dossiers: half of a full form, half of procedures of the catalogue, at the states of the national dictionary.
DOSSIERS = (
    CASES.replace(
        "'feedback_1022.report', '0123",
        "CASE WHEN i %% 2 = 0 THEN 'public_services.certified_copy' ELSE 'public_services.dossier' END, '0123",
    )
    .replace("'answered' WHEN 'paused' THEN 'asked' ELSE 'assigned' END, state", "'9' WHEN 'paused' THEN '5' ELSE '4' END, state")
    .replace(
        "}',\n    jsonb",
        "}'::jsonb || CASE WHEN i %% 2 = 0 THEN '{}' ELSE jsonb_build_object('variant', variant) END,\n    jsonb",
    )
    .replace("FROM drawn ORDER BY i", "FROM drawn JOIN known ON known.place = i %% (SELECT count(*) FROM known) ORDER BY i")
)
KNOWN = """
CREATE TEMPORARY TABLE known ON COMMIT DROP AS SELECT row_number() OVER (ORDER BY code, version) - 1 AS place, code || '@' || version AS variant
    FROM (SELECT code, max(version) AS version FROM public_services_procedure GROUP BY code ORDER BY code LIMIT 300) AS procedures
"""
EVENTS = """
INSERT INTO cases_event (case_id, agency_id, at, kind, step, actor, message, is_public, facts, entry_id)
SELECT id, agency_id, at, kind, step, 'system:fill', message, true, '{}', 0
FROM drawn CROSS JOIN LATERAL (VALUES
    (received_at, 'opened', 'assigned', ''), (late_at, 'became_late', 'assigned', ''), (closed_at, 'step', 'answered', 'Đã xử lý xong.')
) AS happened (at, kind, step, message) WHERE at IS NOT NULL ORDER BY i
"""


def fill(url: str, number: int, *, events: bool = True, dossiers: bool = False) -> float:
    """Add so many cases; indexes are made after the rows. Returns how many seconds it took; tallies wait for a recompute."""
    started = time.perf_counter()
    with psycopg.connect(url) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'")
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute("SELECT cases_add_partitions((current_date - 366)::date, (current_date + 31)::date)")
            cursor.execute("SELECT setseed(0.1022)")
            cursor.execute(PEOPLE)
            cursor.execute(DRAWN, {"number": number})
            # The figures are counted anew afterwards: a queue of a million rows would be another benchmark.
            cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER USER")
            dropped = _drop_indexes(cursor)
            if dossiers:
                cursor.execute(KNOWN)
            cursor.execute((DOSSIERS if dossiers else CASES).replace("%%", "%"))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for definition in dropped:
                cursor.execute(definition)
            cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER USER")
            if events:
                cursor.execute(EVENTS)
        connection.commit()
        connection.autocommit = True
        for table in ("cases_case", "cases_event"):
            connection.execute(f"VACUUM (ANALYZE) {table}")
    return time.perf_counter() - started


def _drop_indexes(cursor: psycopg.Cursor[tuple[object, ...]]) -> list[str]:
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'cases_case' AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint WHERE conrelid = 'cases_case'::regclass)"
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [str(definition) for _, definition in found]


if __name__ == "__main__":
    print(f"{fill(os.environ['DATABASE_URL'], int(sys.argv[1])):.1f} s")
