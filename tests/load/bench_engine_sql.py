"""The headline indicators as an analyst would write them in SQL, for DuckDB, over rows of care and of placements.

The rows are the engine's own periods of care and placements: the rules that make them out of statements are not
written in SQL here, so what is timed is the counting alone.
"""

import time
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from tests.load.bench_engine_bulk import PERIOD_COLUMNS, PROCESSES, STAY_COLUMNS, Rows

# By (indicator, `numerator` or `denominator`), a count for each of the month ends, in order.
Counts = dict[tuple[str, str], list[int]]

_TABLES = """
CREATE TABLE month_ends AS
    SELECT on_day, (on_day + 1 - INTERVAL 12 MONTH)::DATE AS year_begins
    FROM (SELECT DATE '0001-01-01' + on_day - 1 AS on_day FROM given_days);
CREATE TABLE periods AS
    SELECT child, period, DATE '0001-01-01' + begins - 1 AS begins,
        CASE WHEN ends > 0 THEN DATE '0001-01-01' + ends - 1 END AS ends,
        discharged = 1 AS discharged, DATE '0001-01-01' + date_of_birth - 1 AS date_of_birth
    FROM given_periods;
CREATE TABLE stays AS
    SELECT child, period, DATE '0001-01-01' + begins - 1 AS begins,
        CASE WHEN ends > 0 THEN DATE '0001-01-01' + ends - 1 END AS ends, adoptive = 1 AS adoptive
    FROM given_stays;
"""

_LOOKED_AFTER = """
SELECT on_day, count(*) FROM month_ends
JOIN periods ON begins <= on_day AND (ends IS NULL OR ends > on_day)
GROUP BY on_day
"""
_THREE_OR_MORE = """
SELECT on_day, count(*) FROM (
    SELECT on_day, child FROM month_ends
    JOIN stays ON begins <= on_day AND (ends IS NULL OR ends > year_begins)
    GROUP BY on_day, child
    HAVING count(*) >= 3 AND bool_or(ends IS NULL OR ends > on_day)
) GROUP BY on_day
"""
_LONG_TERM = """
SELECT on_day, count(*) FROM month_ends
JOIN periods ON begins + INTERVAL 30 MONTH <= on_day AND (ends IS NULL OR ends > on_day)
WHERE date_of_birth + INTERVAL 16 YEAR > on_day
GROUP BY on_day
"""
# A placement for adoption takes over the clock of the one before it.
_STABLE = """
WITH clocks AS (
    SELECT *, CASE WHEN adoptive THEN coalesce(lag(begins) OVER (PARTITION BY period ORDER BY begins), begins)
        ELSE begins END AS since
    FROM stays
)
SELECT on_day, count(*) FROM month_ends
JOIN clocks ON begins <= on_day AND (ends IS NULL OR ends > on_day)
JOIN periods USING (period)
WHERE since + INTERVAL 24 MONTH <= on_day
    AND periods.begins + INTERVAL 30 MONTH <= on_day AND date_of_birth + INTERVAL 16 YEAR > on_day
GROUP BY on_day
"""
_ADMISSIONS = """
SELECT on_day, count(*) FROM month_ends JOIN periods ON begins BETWEEN year_begins AND on_day GROUP BY on_day
"""
_DISCHARGES = """
SELECT on_day, count(*) FROM month_ends JOIN periods ON ends BETWEEN year_begins AND on_day
WHERE discharged GROUP BY on_day
"""
QUERIES = {
    ("looked_after", "numerator"): _LOOKED_AFTER,
    ("three_or_more_placements", "numerator"): _THREE_OR_MORE,
    ("long_term_stable", "numerator"): _STABLE,
    ("long_term_stable", "denominator"): _LONG_TERM,
    ("admissions", "numerator"): _ADMISSIONS,
    ("discharges", "numerator"): _DISCHARGES,
}


class Queried(NamedTuple):
    """What DuckDB counted; seconds by query, making the tables left out."""

    version: str
    counts: Counts
    seconds: dict[tuple[str, str], float]


def query(periods: Rows, stays: Rows, days: Sequence[int]) -> Queried | None:
    """Every headline count on days (ordinals) by as many threads as there are processes; None without DuckDB."""
    try:
        import duckdb
    except ImportError:
        return None
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {PROCESSES}")
        for name, given in (
            ("given_days", {"on_day": np.array(days, np.int32)}),
            ("given_periods", _by_column(PERIOD_COLUMNS, periods)),
            ("given_stays", _by_column(STAY_COLUMNS, stays)),
        ):
            connection.register(name, given)
        connection.execute(_TABLES)
        counts: Counts = {}
        seconds: dict[tuple[str, str], float] = {}
        for counted, sql in QUERIES.items():
            began = time.perf_counter()
            found: dict[date, int] = dict(connection.execute(sql).fetchall())
            seconds[counted] = time.perf_counter() - began
            counts[counted] = [found.get(date.fromordinal(day), 0) for day in days]
        return Queried(duckdb.__version__, counts, seconds)


def _by_column(names: Sequence[str], rows: Rows) -> dict[str, Any]:
    return {name: np.ascontiguousarray(rows[:, column]) for column, name in enumerate(names)}
