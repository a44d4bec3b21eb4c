"""England's published figures: what is given and what is not, benchmarks reckoned by hand, residents by the day."""

from datetime import date
from fractions import Fraction

import pytest

from holdfast.contracts.authorities import authorities
from holdfast.england import published as figures
from holdfast.england.benchmarks import benchmarks, neighbours, percentile
from holdfast.england.published import ENGLAND, SERIES, Published, published, years
from holdfast.england.residents import mid_year_of, residents_of

ROTHERHAM, CAMDEN, CITY, CUMBRIA = "E08000018", "E09000007", "E09000001", "E10000006"
# Rotherham's ten neighbours, the nearest first, with the parts published for 31 March 2025.
NEIGHBOURS_2025 = [
    ("Barnsley", 68, 120), ("Tameside", 140, 210), ("Doncaster", 112, 153), ("Wakefield", 170, 245),
    ("Telford and Wrekin", 97, 166), ("Dudley", 156, 238), ("Redcar and Cleveland", 88, 125), ("Sunderland", 113, 170),
    ("Gateshead", 119, 170), ("County Durham", 292, 417),
]  # fmt: skip


@pytest.mark.parametrize(
    ("series", "code", "year", "numerator", "denominator"),
    [
        ("long_term_stable", ROTHERHAM, 2021, 164, 240),
        ("long_term_stable", ROTHERHAM, 2022, 169, 241),
        ("long_term_stable", ROTHERHAM, 2023, 142, 220),
        ("long_term_stable", ROTHERHAM, 2024, 138, 206),
        ("long_term_stable", ROTHERHAM, 2025, 117, 187),
        ("three_or_more_placements", ROTHERHAM, 2021, 53, 595),
        ("three_or_more_placements", ROTHERHAM, 2025, 62, 476),
        ("three_or_more_placements_2y", ROTHERHAM, 2025, 80, 352),
        ("long_term_stable", ENGLAND, 2025, 19_680, 28_710),
        ("three_or_more_placements", ENGLAND, 2025, 8_500, 81_770),
    ],
)
def test_a_share_is_that_of_the_published_parts(
    series: str, code: str, year: int, numerator: int, denominator: int
) -> None:
    figure = published(series)[year][code]
    assert (figure.numerator, figure.denominator) == (numerator, denominator)
    assert figure.value == Fraction(100 * numerator, denominator)


def test_counts_are_counts_and_rates_are_per_ten_thousand_residents() -> None:
    counted = {name: published(name)[2025][ROTHERHAM].value for name in ("looked_after", "admissions", "discharges")}
    assert counted == {"looked_after": 476, "admissions": 165, "discharges": 191}
    assert published("looked_after_rate")[2025][ROTHERHAM].value == Fraction(10_000 * 476, 59_521)
    assert published("admissions_rate")[2025][ENGLAND].value == Fraction(10_000 * 32_270, 12_183_016)


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown", "value"),
    [
        ("63", "522", "12", Fraction(6300, 522)),
        ("0", "c", "0", 0),  # the printed percentage, where a part is withheld
        ("9", "c", "30", 30),
        ("c", "31", "c", None),
        ("c", "c", "c", None),
        ("z", "0", "z", None),
        ("z", "z", "z", None),
        ("12", "x", "7", 7),
        ("k", "900", "k", 0),  # rounded to nothing is no exact part, and is shown as nothing
    ],
)
def test_a_symbol_is_no_number_and_k_is_nothing(
    numerator: str, denominator: str, shown: str, value: Fraction | int | None
) -> None:
    row = {"numerator": numerator, "denominator": denominator, "percent": shown}
    assert figures._figure(SERIES["long_term_stable"], row).value == value


def test_a_symbol_that_nobody_explained_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="low"):
        figures.number("low")


def test_the_city_of_londons_withheld_denominator_leaves_the_printed_percentage() -> None:
    assert published("three_or_more_placements_2y")[2024][CITY] == Published(0, None, 0, 100)
    assert published("three_or_more_placements_2y")[2025][CITY].value is None


def test_every_series_is_there_for_every_authority_in_every_year() -> None:
    for series in SERIES:
        assert years(series) == [2021, 2022, 2023, 2024, 2025]
        for year in years(series):
            assert set(authorities()) < set(published(series)[year])


def test_what_was_printed_is_the_exact_value_rounded_for_every_authority() -> None:
    # England's and the regions' parts are rounded themselves, so theirs may be off.
    compared = 0
    for series in SERIES:
        for by_code in published(series).values():
            for code in authorities():
                figure = by_code[code]
                if figure.value is not None and figure.shown is not None and figure.per:
                    assert abs(figure.value - figure.shown) <= Fraction(51, 100), (series, code)
                    compared += 1
    assert compared > 4000


def test_rotherham_in_2025_is_held_against_its_ten_neighbours() -> None:
    assert [near.name for near in neighbours(ROTHERHAM)] == [name for name, _, _ in NEIGHBOURS_2025]
    held = benchmarks(ROTHERHAM, "long_term_stable", 2025, "high")
    assert held.own == Fraction(11_700, 187)
    assert held.england == Fraction(1_968_000, 28_710)
    assert (held.region_name, held.region) == ("Yorkshire and The Humber", Fraction(2280 * 100, 3310))
    # The mean of the ten shares, each reckoned alone: 66.680 to three places.
    shares = [Fraction(100 * numerator, denominator) for _, numerator, denominator in NEIGHBOURS_2025]
    assert held.average == sum(shares) / 10
    assert round(float(held.average), 3) == 66.680
    assert held.averaged == 10
    assert (held.best, held.best_names) == (Fraction(11_200, 153), ("Doncaster",))


def test_best_is_by_what_is_good_and_there_is_none_where_neither_is() -> None:
    high, low, neither = (benchmarks(ROTHERHAM, "long_term_stable", 2025, good) for good in ("high", "low", "none"))
    assert (high.best, low.best) == (Fraction(11_200, 153), Fraction(6_800, 120))
    assert low.best_names == ("Barnsley",)
    assert (neither.best, neither.best_names, neither.top_quartile) == (None, (), None)
    assert neither.average == high.average


def test_a_neighbour_with_a_suppressed_value_is_left_out_of_the_average() -> None:
    # Of Camden's ten neighbours Kensington and Chelsea withheld its numerator. The other nine, the nearest first:
    given = [(60, 91), (21, 25), (47, 68), (79, 107), (46, 85), (78, 121), (89, 121), (84, 118), (53, 84)]
    held = benchmarks(CAMDEN, "long_term_stable", 2025, "high")
    assert len(neighbours(CAMDEN)) == 10
    assert held.averaged == 9
    assert held.average == sum(Fraction(100 * numerator, denominator) for numerator, denominator in given) / 9
    assert (held.best, held.best_names) == (Fraction(84), ("Westminster",))


def test_an_authority_that_is_no_more_has_no_neighbours_but_england_still() -> None:
    held = benchmarks(CUMBRIA, "long_term_stable", 2025, "high")
    assert (held.own, held.average, held.averaged, held.best) == (None, None, 0, None)
    assert held.england is not None
    assert held.authorities == 150


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([7], Fraction(3, 4), Fraction(7)),
        ([1, 2, 3, 4, 5], Fraction(3, 4), Fraction(4)),  # place 3, counted from 0
        ([4, 1, 3, 2], Fraction(3, 4), Fraction(13, 4)),  # place 2.25: a quarter of the way from 3 to 4
        ([4, 1, 3, 2], Fraction(1, 4), Fraction(7, 4)),  # place 0.75: three quarters of the way from 1 to 2
        ([0, 10], Fraction(1, 4), Fraction(5, 2)),
    ],
)
def test_a_percentile_lies_between_two_values_by_linear_interpolation(
    values: list[int], share: Fraction, expected: Fraction
) -> None:
    assert percentile([Fraction(value) for value in values], share) == expected


def test_the_top_quartile_of_2025_reckoned_by_hand() -> None:
    # 150 authorities have a value. In order from 0, place 149 x 3/4 = 111.75 is three quarters of the way from the
    # 111th (Tower Hamlets, 13 of 18) to the 112th (Leicester, 167 of 231).
    held = benchmarks(ROTHERHAM, "long_term_stable", 2025, "high")
    assert held.authorities == 150
    assert held.top_quartile == Fraction(1, 4) * Fraction(1300, 18) + Fraction(3, 4) * Fraction(16_700, 231)
    # 151 have one. Place 150 x 1/4 = 37.5 is halfway from the 37th (1 of 12) to the 38th (37 of 439).
    moved = benchmarks(ROTHERHAM, "three_or_more_placements", 2025, "low")
    assert moved.authorities == 151
    assert moved.top_quartile == (Fraction(100, 12) + Fraction(3_700, 439)) / 2


@pytest.mark.parametrize(
    ("day", "mid_year", "residents"),
    [
        ("2017-06-30", 2017, 56_706),  # its financial year ends on 31 March 2018
        ("2017-04-01", 2017, 56_706),
        ("2017-03-31", 2016, 56_509),  # the last day of the financial year 2016-17
        ("2018-03-31", 2017, 56_706),
        ("2025-03-31", 2024, 59_521),
        ("2025-04-01", 2024, 59_521),  # mid-2025 is not published: the latest earlier one, and it says which
        ("2030-01-01", 2024, 59_521),
        ("2012-04-01", 2012, 56_103),
    ],
)
def test_a_day_takes_the_estimate_before_the_31_march_that_ends_its_financial_year(
    day: str, mid_year: int, residents: int
) -> None:
    assert residents_of(ROTHERHAM)(date.fromisoformat(day).toordinal()) == (residents, mid_year)


def test_before_the_first_estimate_and_for_nowhere_there_is_none() -> None:
    assert residents_of(ROTHERHAM)(date(2012, 3, 31).toordinal()) is None
    assert residents_of("E00000000")(date(2020, 1, 1).toordinal()) is None


def test_a_county_that_became_one_authority_keeps_its_earlier_estimates() -> None:
    for code in ("E06000060", "E06000065", "E06000066"):
        assert [residents_of(code)(date(year, 6, 30).toordinal())[1] for year in range(2012, 2025)] == [  # type: ignore[index]
            *range(2012, 2025)
        ]


def test_the_departments_own_rates_take_the_same_estimates() -> None:
    given = [row for row in figures.rows("looked-after.csv") if row["residents_under_18"] != "x"]
    compared = [row for row in given if row["level"] == "authority"]
    assert len(compared) > 2000
    for row in compared:
        year_end = date(int(row["year_ending_31_march"]), 3, 31).toordinal()
        # A reorganised authority's last years stand beside no estimate of their own.
        if residents_of(row["code"])(year_end) is not None and row["count"] != "z":
            assert residents_of(row["code"])(year_end) == (int(row["residents_under_18"]), mid_year_of(year_end)), row
