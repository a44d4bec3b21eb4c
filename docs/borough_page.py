"""The page on the simulated borough: what it adds up to beside what is published of England, and how it tells.

Counted from what truly happens in five boroughs together. `python -m docs.borough_page` writes it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from holdfast.cli.borough import Borough, lives_by, rates, true_events
from holdfast.cli.borough.chance import Ranges
from holdfast.cli.borough.lives import ADMISSION, MOVE, Happening, Life
from holdfast.contracts.codes import FOSTERED, SHORT_BREAKS, TEMPORARY
from holdfast.contracts.facts import fact_of
from holdfast.contracts.unhashed import unhashed
from holdfast.england.published import ENGLAND, published
from holdfast.indicators.ledger import Ledger
from holdfast.indicators.reading import rows
from holdfast.indicators.steps import fold

DOCS = Path(__file__).parent
PAGE = "borough.md"
SEEDS, CHILDREN, BEGINS_ON, ON = range(1, 6), 300, date(2021, 4, 1), date(2025, 3, 31)
YEAR = (date(2024, 4, 1), ON)
OF_150 = {
    "with the council's own foster carers": 27.9,
    "with an agency's foster carers": 24.8,
    "fostered by relatives or friends": 15.6,
    "in children's homes": 11.4,
    "in supported accommodation": 9.8,
    "with parents": 6.0,
}
OUTSIDE_IN_2025 = 36_350
_RELATIVES = frozenset({"U1", "U2", "U3"})


class Measure(NamedTuple):
    """One line of the table: what is published of England, of when, and the borough's, in percent or as a number."""

    title: str
    england: float
    of: str
    borough: float
    unit: str = "%"


class Counted(NamedTuple):
    """The lives of each borough, and what all add up to: numerator and denominator by indicator, period and cell."""

    boroughs: list[list[Life]]
    figures: Mapping[tuple[str, str, str], tuple[int, int | None]]

    @property
    def lives(self) -> list[Life]:
        """Those of all boroughs; a child's reference is another child's in another borough."""
        return [life for lives in self.boroughs for life in lives]


def counted() -> Counted:
    """Five boroughs, each of its own seed, on one day."""
    boroughs: list[list[Life]] = []
    ledger = Ledger()
    for seed in SEEDS:
        borough = Borough("E08000018", seed, CHILDREN, BEGINS_ON)
        boroughs.append(list(lives_by(borough, ON)))
        for life in boroughs[-1]:
            ledger.add(fold(fact_of(unhashed(event)) for event in true_events(borough.source, life)))
    figures = {
        (row.indicator, str(row.period or "on"), str(row.breakdown or "all")): (row.numerator, row.denominator)
        for row in rows(ledger, ON, breakdowns=True)
    }
    return Counted(boroughs, figures)


def measures(found: Counted) -> list[Measure]:
    """Every line of the table."""
    return [*_stability(found), *_comings_and_goings(found), *_ages(found), *_places(found), *_changes(found)]


def _stability(found: Counted) -> Iterable[Measure]:
    for code, title in (
        ("three_or_more_placements", "three or more placements in the year (NI 062)"),
        ("long_term_stable", "long term in one placement (NI 063)"),
        ("three_or_more_placements_2y", "three or more placements in two years"),
    ):
        yield Measure(title, _published(code), "31 March 2025", _percent(*found.figures[code, "on", "all"]))
    yield Measure("went missing in the year", 11, "2025", _percent(*found.figures["missing_in_year", "on", "all"]))
    for kind, title, england in (
        ("M", "times missing, of those who were", 6.8),
        ("A", "times away, of those who were", 4.5),
    ):
        times = [number for number in (_episodes(life, kind) for life in found.lives) if number]
        yield Measure(title, england, "2025", sum(times) / len(times), "")


def _comings_and_goings(found: Counted) -> Iterable[Measure]:
    there = found.figures["looked_after", "on", "all"][0]
    for indicator, series, title in (
        ("started_in_year", "admissions", "started in the year, of those looked after"),
        ("ceased_in_year", "discharges", "ceased in the year, of those looked after"),
    ):
        of_england = published(series)[2025][ENGLAND].numerator, published("looked_after")[2025][ENGLAND].numerator
        ours = found.figures[indicator, "on", "all"][0]
        yield Measure(title, _percent(*of_england), "2025", _percent(ours, there))
    begun = Counter(_band(life, happening.on) for life in found.lives for happening in _admissions(life))
    for band, england in {"under 1": 16, "1 to 4": 15, "5 to 9": 15, "10 to 15": 26, "16 and over": 29}.items():
        yield Measure(f"started aged {band}", england, "2024", _percent(begun[band], begun.total()))


def _ages(found: Counted) -> Iterable[Measure]:
    there = found.figures["looked_after", "on", "all"][0]
    for band, england in {"under_1": 5, "1_to_4": 14, "5_to_9": 18, "10_to_15": 39, "16_and_over": 25}.items():
        ours = found.figures["looked_after", "on", f"age_band:{band}"][0]
        yield Measure(f"aged {band.replace('_', ' ')}", england, "31 March 2022", _percent(ours, there))


def _places(found: Counted) -> Iterable[Measure]:
    places = [place for life in found.lives if (place := _place(life)) is not None]
    kinds = Counter(_kind(place) for place in places)
    for kind, england in OF_150.items():
        yield Measure(kind, england, "150 authorities, September 2024", _percent(kinds[kind], len(places)))
    outside = sum(not place["in_authority"] for place in places)
    of_england = _percent(OUTSIDE_IN_2025, published("looked_after")[2025][ENGLAND].numerator)
    yield Measure("placed outside the authority", of_england, "31 March 2025", _percent(outside, len(places)))
    together = [each for lives in found.boroughs for each in _with_siblings(lives)]
    title = "with none of their brothers and sisters in care, of those who have any"
    yield Measure(title, 37, "Children's Commissioner", _percent(together.count(False), len(together)))


def _with_siblings(lives: list[Life]) -> Iterator[bool]:
    """Of each child with a brother or sister in care, whether it lives with one."""
    there = {life.child: place["postcode"] for life in lives if (place := _place(life)) is not None}
    for life in lives:
        theirs = [there[child] for child in life.siblings if child in there]
        if life.child in there and theirs:
            yield there[life.child] in theirs


def _changes(found: Counted) -> Iterable[Measure]:
    because = Counter(
        happening.data["reason_for_placement_change"]
        for life in found.lives
        for happening in life.happenings
        if happening.type == MOVE and _in_year(happening) and "reason_for_placement_change" in happening.data
    )
    of_england = {"CARPL": 31, "PLACE": 24, "OTHER": 22, "CREQB": 8, "CREQO": 6, "CHILD": 3}
    for code, england in of_england.items():
        yield Measure(f"placement changes because `{code}`", england, "2024", _percent(because[code], because.total()))


# --- Of one life ------------------------------------------------------------------------------------------------------


def _in_year(happening: Happening) -> bool:
    return YEAR[0] <= happening.on <= YEAR[1]


def _admissions(life: Life) -> list[Happening]:
    return [
        happening
        for happening in life.happenings
        if happening.type == ADMISSION and _in_year(happening) and happening.data["legal_status"] not in SHORT_BREAKS
    ]


def _band(life: Life, on: date) -> str:
    days = (on - date.fromisoformat(life.happenings[0].data["date_of_birth"])).days
    years = days / 365.25
    edges = {1: "under 1", 5: "1 to 4", 10: "5 to 9", 16: "10 to 15"}
    return next((band for edge, band in edges.items() if years < edge), "16 and over")


def _episodes(life: Life, kind: str) -> int:
    return sum(absence.kind == kind and YEAR[0] <= absence.begins_at.date() <= YEAR[1] for absence in life.absences)


def _place(life: Life) -> dict[str, str] | None:
    """Where the child lives on the day, absences apart; None where it isn't looked after, or for short breaks alone."""
    place: dict[str, str] | None = None
    for happening in life.happenings:
        if happening.data.get("legal_status") in SHORT_BREAKS or happening.type.startswith("care.discharge"):
            place = None
        elif happening.data.get("placement", {"type": "T0"})["type"] not in TEMPORARY:
            place = happening.data["placement"]
    return place


def _kind(place: Mapping[str, str]) -> str:
    kind, provider = place["type"], place["provider"]
    if kind in _RELATIVES:
        return "fostered by relatives or friends"
    if kind in FOSTERED:
        return "with the council's own foster carers" if provider == "PR1" else "with an agency's foster carers"
    known = {"K2": "in children's homes", "K3": "in supported accommodation", "H5": "in supported accommodation"}
    return known.get(kind, "with parents" if kind == "P1" else "elsewhere")


def _published(code: str) -> float:
    figure = published(code)[2025][ENGLAND]
    return _percent(figure.numerator, figure.denominator)


def _percent(numerator: int | None, denominator: int | None) -> float:
    return 100 * (numerator or 0) / (denominator or 1)


# --- The page ---------------------------------------------------------------------------------------------------------


def page(found: Counted) -> str:
    """The page, in Markdown."""
    there = found.figures["looked_after", "on", "all"][0]
    text = f"""# The simulated borough

Made by `make docs` from the code; don't edit.

`make up` lets a made-up borough live on the platform: ten years of history at once, then a day a minute. Its families,
children, carers and mistakes are drawn by rates that stand in one file, [rates.py](../holdfast/cli/borough/rates.py).
This page says what they add up to. The borough's own truth is what truly happens to its children; everything below but
the last table is counted of that, by the platform's engine or from the lives themselves.

## Beside England

Five boroughs (seeds {SEEDS.start} to {SEEDS.stop - 1}) of about {CHILDREN} children: {there:,} looked after on
{ON:%-d %B %Y}, and the year to it. England's numbers are the Department for Education's, of the year given; placements
are what 150 authorities answered of theirs. No borough is England, and a small one swings: these are near enough to be
recognised, and no more.

| | England | of | the borough |
| --- | --: | --- | --: |
"""
    lines = [
        f"| {each.title} | {_shown(each.england, each.unit)} | {each.of} | {_shown(each.borough, each.unit)} |"
        for each in measures(found)
    ]
    return text + "\n".join(lines) + "\n" + _telling()


def _shown(value: float, unit: str) -> str:
    return f"{value:.1f}{unit}"


def _telling() -> str:
    late = {"admissions and moves": rates.PUNCTUAL, "legal statuses and discharges": rates.TARDY}
    head = [f"{least} to {most}" if least != most else str(least) for least, most in rates.PUNCTUAL.shares]
    lines = [f"| {name} | {' | '.join(_shares(ranges))} |" for name, ranges in late.items()]
    return f"""
## How it tells

What happens is recorded so many days later:

| days | {" | ".join(head)} |
| --- | {" | ".join("--:" for _ in head)} |
{chr(10).join(lines)}

- {rates.WRONG_AT_FIRST:.0%} are recorded wrongly at first (a date, a type, a reason, a need) and mended, mostly soon.
- {rates.UNDER_ANOTHER_CHILD:.1%} of moves are recorded under another child too, a brother or sister where there is one;
  {rates.TWICE:.1%} are recorded twice, and beside {rates.NEVER_WAS:.1%} one that fell through: all is found out within
  weeks and withdrawn.
- {rates.RESTARTED:.1%} of stays are closed and begun again though nothing happened. That stays, and is a finding.
- {rates.SENT_AGAIN:.0%} of statements are sent again, up to {rates.SENT_AGAIN_MOST} times.
- Who is missing is told of when it is noticed, on return, and once more when the conversation after it was offered.

In the end all of it adds up to what truly happened: [late-entry.md](late-entry.md) shows how soon.
"""


def _shares(ranges: Ranges) -> list[str]:
    total = sum(ranges.shares.values())
    return [f"{100 * share / total:.0f}%" for share in ranges.shares.values()]


def main() -> None:
    """Write the page."""
    (DOCS / PAGE).write_text(page(counted()), encoding="utf-8")


if __name__ == "__main__":
    main()
