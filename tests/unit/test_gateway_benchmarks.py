"""What of England's figures stands beside an indicator, on its page and for machines."""

import pytest

from holdfast.indicators.catalogue import INDICATORS
from services.gateway.figures.benchmarks import benchmark_rows, benchmarks_of, benchmarks_told
from services.gateway.presentation import published_words


def test_an_indicator_that_equals_a_published_series_is_held_against_it() -> None:
    held = benchmarks_of("E08000018", "long_term_stable")
    assert held is not None
    assert held.year == 2025
    assert [(row.name, row.value, row.note) for row in benchmark_rows(held, "Rotherham")] == [
        ("Rotherham, as published", "62.6%", ""),
        ("Statistical neighbours' average", "66.7%", "10 of 10 have a figure"),
        ("Best neighbour: Doncaster", "73.2%", ""),
        ("Yorkshire and The Humber", "68.9%", "from counts rounded to 10"),
        ("England", "68.5%", "from counts rounded to 10"),
        ("Top quartile of England", "72.3%", "over 150 authorities"),
    ]
    told = benchmarks_told("long_term_stable", held)
    assert told.england == pytest.approx(100 * 19_680 / 28_710)
    assert told.neighbours.averaged == 10


def test_a_count_is_held_against_counts_without_a_best() -> None:
    held = benchmarks_of("E08000018", "started_in_year")
    assert held is not None
    rows = {row.name: row.value for row in benchmark_rows(held, "Rotherham")}
    assert rows["Rotherham, as published"] == "165"
    assert rows["England"] == "32,270"
    assert not any(name.startswith(("Best", "Top")) for name in rows)


def test_an_indicator_that_equals_nothing_published_is_held_against_nothing() -> None:
    assert benchmarks_of("E08000018", "admissions") is None
    assert benchmarks_of("E08000018", "long_term_stable", 1999) is None
    assert benchmarks_of("E00000000", "long_term_stable") is None
    for code, row in INDICATORS.items():
        assert (benchmarks_of("E08000018", code) is None) == (row.benchmark is None)


def test_what_is_published_names_other_indicators_by_their_titles() -> None:
    assert "“Children who came into care in the last twelve months”" in published_words("admissions")
    assert not any("`" in published_words(code) for code in INDICATORS)
