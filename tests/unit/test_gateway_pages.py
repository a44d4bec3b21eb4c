"""What pages say of figures and journeys: words, charts, tables and escaping, without a server."""

from datetime import UTC, date, datetime
from fractions import Fraction
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from holdfast.contracts.events import AnyEvent, encode_event, statement_hash
from holdfast.contracts.figures import Figure, MonthEnd, Rating, Reading, ReadTo
from holdfast.contracts.targets import Bound, Target
from holdfast.indicators.breakdowns import BREAKDOWNS
from holdfast.indicators.catalogue import INDICATORS
from services.gateway.charts import LARGE, SMALL, Frame, axis_top, line_chart, timeline
from services.gateway.children.journeys import Account, account
from services.gateway.figures.views import cell_groups, month_rows, tile
from services.gateway.presentation import dimensions, groups, words
from services.gateway.templating import render
from services.placements.account import account_of
from services.placements.store import Held as RegisterHeld
from tests import factories

LOW = Target(date(2000, 1, 1), "low", green=Bound(96, 1000, False), red=Bound(12, 100, True))
ENDS = [date(2017, 4, 30), date(2017, 5, 31), date(2017, 6, 30)]


def figure(readings: list[Reading], ends: list[list[Reading]], indicator: str = "three_or_more_placements") -> Figure:
    return Figure(
        authority="E08000018", indicator=indicator, breakdown="all", as_at="2017-07-05T10:00:00Z", readings=readings,
        month_ends=[MonthEnd(on, each) for on, each in zip(ENDS, ends, strict=False)], ahead=[], definitions="1",
        read_to=ReadTo("care.events", 0, 1),
    )  # fmt: skip


def stock(numerator: int, denominator: int, rating: Rating | None = None) -> list[Reading]:
    return [Reading("on", numerator, denominator, rating)]


def test_a_tile_says_the_value_its_making_its_rating_and_where_it_came_from() -> None:
    made = tile(figure(stock(63, 522, "red"), [stock(58, 501), stock(64, 504), stock(49, 409)]), [LOW])
    assert (made.now.value, made.now.made_of) == ("12.1%", "63 of 522 children looked after")
    assert made.rating is not None
    assert (made.rating.word, made.rating.why) == ("Red", "12% or more")
    assert made.aim == "Green below 9.6%, red 12% or more"
    assert made.travel is not None
    assert made.travel.text == "Up from 11.98% (49 of 409) at 30 June 2017"
    assert made.travel.verdict == "worse"
    assert made.chart is not None
    assert made.sentence == "Three or more placements in twelve months: 12.1%, red"


def test_without_a_target_there_is_a_direction_and_no_colour() -> None:
    made = tile(figure(stock(63, 522), [stock(63, 522)]), [])
    assert made.rating is None
    assert made.aim == ""
    assert made.travel is not None
    assert (made.travel.way, made.travel.verdict) == ("same", "")
    assert made.chart is None  # one month end is no line


def test_a_denominator_of_nothing_is_no_value_and_breaks_the_line() -> None:
    made = tile(figure(stock(0, 0), [stock(1, 10), stock(0, 0), stock(2, 10)]), [LOW])
    assert made.now.value == "No value"
    assert made.travel is None
    assert made.chart is not None
    assert len(made.chart.paths) == 2


def test_a_flow_has_its_month_first_and_travels_by_its_rolling_year() -> None:
    def flow(month: int, year: int) -> list[Reading]:
        return [Reading("month", month), Reading("year_to_date", 30), Reading("rolling_year", year)]

    made = tile(figure(flow(1, 1200), [flow(9, 110), flow(8, 120)], "admissions"), [])
    assert (made.now.value, made.now.made_of) == ("1", "admission")
    assert [(other.label, other.value) for other in made.others] == [
        ("Since 1 April", "30"), ("Last 12 months", "1,200")
    ]  # fmt: skip
    assert made.travel is not None
    assert made.travel.text == "Last 12 months: up from 120 at 31 May 2017"


def test_a_month_end_is_rated_by_the_target_in_force_on_it() -> None:
    later = Target(date(2017, 6, 1), "low", green=Bound(5, 100, False), red=Bound(6, 100, True))
    ends = [MonthEnd(on, stock(10, 100, "red")) for on in ENDS]
    rows = month_rows(ends, "three_or_more_placements", [LOW, later])
    assert [row.rating.why if row.rating else "" for row in rows] == ["12% or more", "12% or more", "6% or more"]


@pytest.mark.parametrize(
    ("values", "percent", "top"),
    [
        ([0, 0], True, 2),
        ([12, 13], True, 20),
        ([69], True, 100),
        ([0], False, 4),
        ([522], False, 1000),
        ([11], False, 20),
    ],
)
def test_axes_end_at_round_numbers_so_that_they_stay_where_they_are(values: list[int], percent: bool, top: int) -> None:
    assert axis_top([Fraction(value) for value in values], percent) == top


def test_a_chart_stays_in_its_frame_and_labels_its_end() -> None:
    points = [(on, Fraction(value)) for on, value in zip(ENDS, (0, 11, 20), strict=True)]
    chart = line_chart(points, "20.0%", per=100, target=LOW, frame=SMALL, summary="x")
    assert chart is not None
    assert chart.dots[0] == (SMALL.left, SMALL.plot_bottom)
    assert chart.dots[-1] == (SMALL.plot_right, SMALL.top)
    assert chart.end is not None
    assert chart.end[2] == "20.0%"
    assert [bound.colour for bound in chart.bounds] == ["red", "green"]


def test_the_words_of_bounds_stand_apart_and_where_the_line_of_values_is_not() -> None:
    high = Target(date(2000, 1, 1), "high", green=Bound(70, 100, True), red=Bound(68, 100, False))
    days = [date(2015 + month // 12, month % 12 + 1, 28) for month in range(24)]
    for target in (high, LOW):
        falling = [(day, Fraction(69 - 2 * number)) for number, day in enumerate(days)]
        chart = line_chart(falling, "23.0%", per=100, target=target, frame=LARGE, summary="x")
        assert chart is not None
        upper, lower = chart.bounds
        assert upper.at < lower.at
        assert upper.text_at[1] < upper.at < lower.at < lower.text_at[1] - 10
        assert upper.anchor == lower.anchor == ("end" if target is high else "start")


@pytest.mark.parametrize("frame", [SMALL, LARGE])
def test_beside_the_end_of_a_line_is_room_for_its_value(frame: Frame) -> None:
    # A bold figure of 14 units is up to 10 wide, and the text begins 9 past the end.
    assert frame.width - frame.plot_right >= 9 + 10 * 5 + 6


def test_every_indicator_and_cell_has_words() -> None:
    for indicator, row in INDICATORS.items():
        assert words(indicator).meaning, indicator
        assert bool(words(indicator).share_of) == (row.denominator is not None or row.of_residents), indicator
    assert words("not_here_yet").title == "Not here yet"
    assert sum(len(cells) for _, cells in dimensions()) == len(BREAKDOWNS)
    assert all(text[0].isupper() or text[0].isdigit() for _, cells in dimensions() for _, text in cells)


def test_every_indicator_is_in_one_part_of_the_scorecard_and_none_is_left_over() -> None:
    placed = [code for codes in groups().values() for code in codes]
    assert sorted(placed) == sorted(INDICATORS)
    assert not groups()["Other figures"]


def test_a_rate_is_per_ten_thousand_and_says_which_estimate_it_takes() -> None:
    def rate(number: int, mid_year: int) -> list[Reading]:
        return [Reading("on", number, 59_521, mid_year=mid_year)]

    aimed = Target(date(2000, 1, 1), "low", green=Bound(80, 10_000, True), red=Bound(100, 10_000, False))
    made = tile(figure(rate(477, 2024), [rate(470, 2023), rate(476, 2024)], "looked_after_rate"), [aimed])
    assert (made.now.value, made.now.made_of) == ("80.1", "477 of 59,521 residents under 18")
    assert made.now.note == "Residents in mid-2024"
    assert made.aim == "Green 80 or less, red above 100"
    assert made.travel is not None
    assert made.travel.text == "Up from 80.0 (476 of 59,521) at 31 May 2017"
    assert made.chart is not None
    assert made.chart.y_ticks[-1].text == "100"
    assert [bound.text for bound in made.chart.bounds] == ["red above 100", "green 80 or less"]


@pytest.mark.parametrize(
    ("unknown", "value", "note"),
    [
        (0, "3.0%", ""),
        (5, "3.0%", "Not known for 5"),
        (6, "x", "Not known for 6, too many to show a percentage"),
    ],
)
def test_how_many_are_unknown_stands_beside_a_value_and_too_many_in_its_place(
    unknown: int, value: str, note: str
) -> None:
    readings = [Reading("on", 3, 100, unknown=unknown)]
    made = tile(figure(readings, [stock(1, 100), stock(2, 100)], "distant"), [])
    assert (made.now.value, made.now.note) == (value, note)
    assert (made.now.numerator, made.now.denominator) == (3, 100)
    assert (made.travel is None) == (value == "x")


def test_a_range_is_told_and_drawn_as_one() -> None:
    within = Target(date(2000, 1, 1), "within", low=Bound(10, 100, True), high=Bound(20, 100, False))
    made = tile(figure(stock(25, 100, "red"), [stock(15, 100, "green"), stock(16, 100, "green")]), [within])
    assert made.aim == "Green 10% or more and below 20%, red below 10% or 20% or more"
    assert made.rating is not None
    assert made.rating.why == "below 10% or 20% or more"
    assert made.chart is not None
    assert [bound.text for bound in made.chart.bounds] == ["green below 20%", "green 10% or more"]
    assert made.travel is not None
    assert made.travel.verdict == ""


def test_a_count_with_a_target_is_told_in_whole_numbers() -> None:
    few = Target(date(2000, 1, 1), "low", green=Bound(10, 1, True), red=Bound(20, 1, False))
    made = tile(figure([Reading("on", 9, None, "green")], [], "looked_after"), [few])
    assert made.aim == "Green 10 or less, red above 20"


def test_month_ends_without_a_reading_are_no_rows() -> None:
    ends = [MonthEnd(ENDS[0], []), MonthEnd(ENDS[1], [Reading("on", 5, 1000, mid_year=2016)])]
    assert [row.on for row in month_rows(ends, "looked_after_rate", [])] == [ENDS[1]]


def test_breakdowns_are_told_by_dimension() -> None:
    held = figure(stock(3, 40), [])
    groups = dict(cell_groups({"sex:male": held, "all": held}, "three_or_more_placements"))
    assert [row.words for row in groups["Sex"]] == ["Male"]
    assert groups["Age"] == []


def told() -> dict[str, object]:
    described = {"begins": "2016-01-10", "ends": None, "type": "U6", "provider": "PR1", "locality": "hash"}
    placement = {
        "begins": "2016-01-10", "ends": None, "by_move": False, "reason_for_change": None, "described": [described],
        "absences": [{"begins": "2016-03-01", "ends": "2016-03-09", "type": "T1"}],
    }  # fmt: skip
    period = {
        "begins": "2016-01-10", "ends": None, "begins_known": False, "category_of_need": "N1", "reason_ceased": None,
        "legal_statuses": [{"begins": "2016-01-10", "legal_status": "C1"}], "placements": [placement],
    }  # fmt: skip
    statement = {
        "type": "care.admission.v1", "fact": "f", "system": "<script>alert(1)</script>", "standing": "standing",
        "recordedtime": "2016-01-11T10:00:00Z", "receivedtime": "2016-01-11T11:00:00Z",
        "data": {"on": "2016-01-10", "began_before": True, "placement": {"type": "U6", "locality": "kept-out"}},
        "statedby": "user:1",
    }  # fmt: skip
    return {
        "periods": [period], "missing": [{"kind": "M", "begins": "2016-05-01", "ends": "2016-05-01"}],
        "findings": [{"sentence": "It does not add up.", "mend": "Mend it.", "on": "2016-01-10"}],
        "statements": [statement], "date_of_birth": "2006-05-03", "sex": "male",
    }  # fmt: skip


def test_a_journey_is_worded_with_both_clocks_and_without_hashes() -> None:
    made = account(told(), date(2017, 6, 30))
    assert made.periods[0].facts[0] == ("Begun", "Before 10 January 2016, on a day not known")
    assert made.periods[0].stays[0].days == 537
    assert made.missing[0][3] == 1
    said = dict(made.statements[0].said)
    assert said == {"Began before": "yes", "Placement": "Fostered (U6)"}
    assert made.lanes == ["Placements", "Temporary", "Legal status", "Missing"]
    text = render(
        "children/child.html", principal=None, path="/", authority={"code": "E08000018", "name": "Rotherham"},
        child="a" * 26, journey=made, today="30 June 2017", names={"user:1": "Ann"},
    )  # fmt: skip
    assert ", Ann</td>" in text
    assert "<script>alert" not in text
    assert "kept-out" not in text
    assert "11:00:00 on 11 January 2016" in text


def test_a_child_of_whom_nothing_stands_has_a_page_too() -> None:
    made = account({"periods": [], "missing": [], "findings": [], "statements": []}, date(2017, 6, 30))
    assert made.timeline is None
    assert made.sex == "Not known"


def test_a_timeline_gives_every_bar_a_width_and_a_place() -> None:
    day = date(2016, 2, 29)
    texts = ("Fostered (U6)", "U6")
    stretches = [(0, day, day, "fostered", texts, "x"), (0, day, None, "fostered", texts, "y")]
    made = timeline([*stretches, (0, day, date(2016, 3, 20), "fostered", texts, "z")], date(2017, 6, 30))
    assert made is not None
    assert all(bar.width >= 3 for bar in made.bars)
    assert [bar.text for bar in made.bars] == ["", "Fostered (U6)", "U6"]
    assert timeline([], day) is None


def account_on(today: date, *said: AnyEvent) -> Account:
    """The page of a child of whom the register was told this."""
    recorded = datetime(2017, 1, 1, tzinfo=UTC)
    held = [
        RegisterHeld("a" * 26, bytes.fromhex(statement_hash(one)), encode_event(one), recorded, recorded, 0, number)
        for number, one in enumerate(said)
    ]
    answer = msgspec.json.decode(msgspec.json.encode(account_of("E08000018", "a" * 26, held, today)))
    return account(answer, today)


def test_who_is_in_care_now_is_so_until_now_and_not_until_a_birthday_to_come() -> None:
    admission = factories.admitted("2017-06-20", "U6", dob="2010-05-01")
    made = account_on(date(2017, 6, 30), admission)
    assert [(stay.ends, stay.days) for stay in made.periods[0].stays] == [(None, 10)]
    assert made.timeline is not None
    assert all(bar.x + bar.width <= made.timeline.today for bar in made.timeline.bars if made.timeline.today)
    assert made.timeline.bars[0].full == "Fostered (U6), 20 June 2017 to now"
    grown = account_on(date(2029, 1, 1), admission)
    assert [stay.ends for stay in grown.periods[0].stays] == [date(2028, 5, 1)]


def test_what_is_said_to_come_is_in_the_tables_and_not_drawn() -> None:
    today = date(2017, 6, 30)
    made = account_on(
        today, factories.admitted("2017-06-20", "U6"), factories.moved("2017-07-10"), factories.discharged("2017-08-01")
    )
    assert [(stay.ends, stay.days) for stay in made.periods[0].stays] == [
        (date(2017, 7, 10), 10), (date(2017, 8, 1), 0)
    ]  # fmt: skip
    assert made.timeline is not None
    assert max(bar.x + bar.width for bar in made.timeline.bars) <= (made.timeline.today or 0)
    assert len([bar for bar in made.timeline.bars if bar.lane == 0]) == 1
    assert account_on(date(2017, 6, 1), factories.admitted("2017-06-20", "U6")).timeline is None


def test_a_description_is_told_where_it_is_shown_differently_from_the_one_after_it() -> None:
    told = account_on(
        date(2017, 6, 30),
        factories.admitted("2016-01-10", "U6", distance_miles=2.0, placement_id="carer"),
        factories.moved("2016-02-01", "T", distance_miles=2.0, placement_id="carer"),
        factories.moved("2016-03-01", "T", place="U4", distance_miles=3.5, placement_id="carer"),
    )
    assert [stay.notes for stay in told.periods[0].stays] == [["Fostered (U6), 2 miles until 1 March 2016"]]


def test_a_temporary_placement_nobody_ended_is_drawn_until_the_stay_around_it_ends() -> None:
    told = account_on(
        date(2017, 6, 30),
        factories.admitted("2016-06-20", "U6"),
        factories.moved("2016-09-01", place="T3"),
        factories.discharged("2016-09-20"),
    )
    assert told.periods[0].stays[0].notes[-1].endswith("1 September 2016 to 20 September 2016")


class Policy(HTMLParser):
    """Collects what a strict content policy would refuse, and ids said twice."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or "style" in names or (tag == "script" and "src" not in names):
            self.refused.append(tag)
        self.refused += [name for name in names if name.startswith("on")]
        self.ids += [names["id"] or ""] if "id" in names else []


def test_no_template_holds_a_script_or_a_style_that_the_policy_refuses() -> None:
    held = [*Path(str(files("services.gateway") / "templates")).rglob("*.html")]
    assert len(held) > 40
    for item in held:
        parser = Policy()
        parser.feed(item.read_text(encoding="utf-8"))
        assert not parser.refused, item.name
        assert len({*parser.ids}) == len(parser.ids), item.name


def test_the_registers_own_account_of_a_child_is_what_the_page_reads() -> None:
    made = account_on(
        date(2017, 6, 30),
        factories.admitted("2016-01-10", "U6", provider="PR1"),
        factories.moved("2016-03-01", place="T3"),
        factories.moved("2016-03-09", place="K2", distance_miles=30.0),
        factories.missing("2016-05-01T21:00:00Z", "2016-05-03T08:00:00Z"),
        factories.discharged("2017-02-01"),
    )
    assert [stay.where for stay in made.periods[0].stays][-1] == "Children's home (K2)"
    assert made.periods[0].ends == date(2017, 2, 1)
    assert len(made.statements) == 5
    assert made.timeline is not None
