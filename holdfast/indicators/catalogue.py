"""The catalogue: one row of data an indicator, in the order of the definitions. What the rows make up is in `parts`.

Adding one touches nothing else but, where its rule is new, `rules`, `happenings` or `places`.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from holdfast.contracts.facts import Described
from holdfast.indicators import happenings, places, rules
from holdfast.indicators.care import Journey

Rule = Callable[[Journey], Sequence[tuple[int, int]]]
PlaceRule = Callable[[Described], bool]


class Indicator(Struct, frozen=True, kw_only=True):
    """One indicator. `kind`: a `stock` holds on days, a `flow` is counted over periods.

    What it counts is a `numerator` (a rule, or the code of a row that counts the same) or, of the children looked
    after, those `in_place`. `denominator`: another row's code, a rule of its own, or None for a count. `of_residents`:
    it is of the residents under 18, whom no event tells of, and has no breakdowns. `per`: 100 for percentages.
    `after_care`: it is also of children no longer looked after, by the values of their last day; `denominator_after` is
    the rule of those in the denominator. `unknown`: which places it can't be told of; their number is shown beside it.

    `meaning` is told to people as it stands; `counted` and `counted_one` name what a count is of, `share_of` what a
    numerator is a share of. `pack`: its numbers in the panel's scorecard. `published`: the published measure that it
    equals, or how it differs from those there are; `benchmark`: the series of England's figures that it equals.
    """

    code: str
    title: str
    meaning: str
    counted: str = "children"
    counted_one: str = "child"
    share_of: str = ""
    kind: Literal["stock", "flow"] = "stock"
    numerator: str | Rule | None = None
    in_place: PlaceRule | None = None
    denominator: str | Rule | None = None
    denominator_after: Rule | None = None
    of_residents: bool = False
    per: int = 100
    after_care: bool = False
    unknown: PlaceRule | None = None
    good: Literal["high", "low", "within", "none"] = "none"
    pack: str | None = None
    published: str
    benchmark: str | None = None


_ALL = "children looked after"
_NONE_PUBLISHED = "No published measure counts this."

INDICATORS: dict[str, Indicator] = {
    row.code: row
    for row in (
        Indicator(
            code="looked_after",
            title="Children looked after",
            meaning="Children in the authority's care at the end of the day. Agreed short breaks are left out.",
            numerator=rules.looked_after,
            pack="6.1",
            published="Equals the department's number of children looked after at 31 March.",
            benchmark="looked_after",
        ),
        Indicator(
            code="looked_after_rate",
            title="Children looked after, rate per 10,000",
            meaning="Children in care for every 10,000 residents under 18, by the latest mid-year estimate then due.",
            share_of="residents under 18",
            numerator="looked_after",
            of_residents=True,
            per=10_000,
            pack="6.2",
            published="Equals the department's rate of children looked after at 31 March per 10,000 under 18.",
            benchmark="looked_after_rate",
        ),
        Indicator(
            code="three_or_more_placements",
            title="Three or more placements in twelve months",
            meaning=(
                "Of the children looked after now, those who lived in three or more placements over the last twelve "
                "months."
            ),
            share_of=_ALL,
            numerator=rules.three_or_more_placements,
            denominator="looked_after",
            good="low",
            pack="8.2",
            published="Equals NI 062, and the department's three or more placements during the year.",
            benchmark="three_or_more_placements",
        ),
        Indicator(
            code="long_term_stable",
            title="Looked after long term and two years in the same placement",
            meaning=(
                "Of the children under 16 looked after for two and a half years or more, those in the same placement "
                "for two years or more. The placement before one for adoption counts with it."
            ),
            share_of="children looked after long term",
            numerator=rules.long_term_stable,
            denominator=rules.settled_long_enough,
            good="high",
            pack="8.1",
            published="Equals NI 063, and the department's long-term stability of placements.",
            benchmark="long_term_stable",
        ),
        Indicator(
            code="three_or_more_placements_2y",
            title="Three or more placements in two years",
            meaning=(
                "Of the children looked after now and at some time in the year before the last twelve months, those "
                "who lived in three or more placements over the last two years."
            ),
            share_of="children looked after in both years",
            numerator=rules.three_or_more_placements_2y,
            denominator=rules.two_year_cohort,
            good="low",
            published="Equals the department's three or more placements over two years.",
            benchmark="three_or_more_placements_2y",
        ),
        Indicator(
            code="family_based",
            title="Living in a family",
            meaning="Of the children looked after now, those fostered, with parents, or placed for adoption.",
            share_of=_ALL,
            in_place=places.family_based,
            denominator="looked_after",
            good="high",
            pack="8.3",
            published="The panel's own measure; the department publishes the placements that make it up.",
        ),
        Indicator(
            code="placed_with_parents",
            title="Placed with parents",
            meaning="Of the children looked after now, those who live with someone with parental responsibility.",
            share_of=_ALL,
            in_place=places.placed_with_parents,
            denominator="looked_after",
            good="low",
            pack="8.4",
            published="Equals the department's children placed with parents at 31 March.",
        ),
        Indicator(
            code="commissioned",
            title="Commissioned placements",
            meaning=(
                "Of the children looked after now, those whose placement another authority, another public body or the "
                "private or voluntary sector provides."
            ),
            share_of=_ALL,
            in_place=places.commissioned,
            denominator="looked_after",
            good="low",
            pack="8.5",
            published="The panel's own measure; the department publishes each sector of provider by itself.",
        ),
        Indicator(
            code="fostered",
            title="Fostered",
            meaning="Of the children looked after now, those who live with a foster carer, a relative or not.",
            share_of=_ALL,
            in_place=places.fostered,
            denominator="looked_after",
            good="high",
            pack="9.1, 9.2",
            published="Equals the department's children in foster placements at 31 March.",
        ),
        Indicator(
            code="fostered_in_house",
            title="Fostered by the authority's own carers",
            meaning="Of the children who are fostered, those whose carer is the authority's own.",
            share_of="children fostered",
            in_place=places.fostered_in_house,
            denominator="fostered",
            good="high",
            published=_NONE_PUBLISHED,
        ),
        Indicator(
            code="residential",
            title="In residential care",
            meaning=(
                "Of the children looked after now, those in a children's home, a residential care home or a "
                "residential school."
            ),
            share_of=_ALL,
            in_place=places.residential,
            denominator="looked_after",
            good="low",
            published="Wider than the department's children's homes, which is `childrens_homes`.",
        ),
        Indicator(
            code="childrens_homes",
            title="In children's homes",
            meaning="Of the children looked after now, those in a children's home, secure or not.",
            share_of=_ALL,
            in_place=places.childrens_homes,
            denominator="looked_after",
            published="Equals the department's children in secure units and children's homes, without other settings.",
        ),
        Indicator(
            code="distant",
            title="Far from home and outside the authority",
            meaning=(
                "Of the children looked after now, those placed more than 20 miles from home and outside the "
                "authority. A distance that is not known is not far."
            ),
            share_of=_ALL,
            in_place=places.distant,
            denominator="looked_after",
            unknown=places.distant_unknown,
            good="low",
            published="Equals the interactive tool's placements over 20 miles from home and outside the authority.",
        ),
        Indicator(
            code="over_20_miles",
            title="More than 20 miles from home",
            meaning="Of the children looked after now, those placed more than 20 miles from home, wherever that is.",
            share_of=_ALL,
            in_place=places.over_20_miles,
            denominator="looked_after",
            unknown=places.distance_unknown,
            published="Equals the department's children placed over 20 miles from home.",
        ),
        Indicator(
            code="missing_now",
            title="Missing now",
            meaning="Of the children looked after now, those who are missing and whose return nobody has recorded.",
            share_of=_ALL,
            numerator=rules.missing_now,
            denominator="looked_after",
            good="low",
            published=_NONE_PUBLISHED,
        ),
        Indicator(
            code="missing_in_year",
            title="Missing in the last twelve months",
            meaning="Of the children looked after in the last twelve months, those who were missing in them.",
            share_of="children looked after in the year",
            numerator=rules.missing_in_year,
            denominator="looked_after",
            denominator_after=rules.left_in_year,
            after_care=True,
            good="low",
            published="Equals the interactive tool's children who went missing from care during the year.",
        ),
        Indicator(
            code="repeat_missing",
            title="Repeatedly missing",
            meaning="Of the children looked after now, those who went missing three times or more in the last 90 days.",
            share_of=_ALL,
            numerator=rules.repeat_missing,
            denominator="looked_after",
            good="low",
            published=_NONE_PUBLISHED,
        ),
        Indicator(
            code="started_in_year",
            title="Children who came into care in the last twelve months",
            meaning="Children who came into care in the last twelve months, each counted once.",
            numerator=rules.started_in_year,
            after_care=True,
            published="Equals the department's children who started to be looked after during the year.",
            benchmark="admissions",
        ),
        Indicator(
            code="ceased_in_year",
            title="Children who left care in the last twelve months",
            meaning="Children who left care in the last twelve months, each counted once.",
            numerator=rules.ceased_in_year,
            after_care=True,
            published="Equals the department's children who ceased to be looked after during the year.",
            benchmark="discharges",
        ),
        Indicator(
            code="admissions",
            title="Admissions to care",
            meaning="Times that a child came into care.",
            counted="admissions",
            counted_one="admission",
            kind="flow",
            numerator=happenings.admissions,
            pack="6.3",
            published="Counts periods of care; the department counts children once, which is `started_in_year`.",
        ),
        Indicator(
            code="discharges",
            title="Discharges from care",
            meaning="Times that a child left care.",
            counted="discharges",
            counted_one="discharge",
            kind="flow",
            numerator=happenings.discharges,
            pack="6.4",
            published="Counts periods of care; the department counts children once, which is `ceased_in_year`.",
        ),
        Indicator(
            code="discharged_to_permanence",
            title="Left care for permanence",
            meaning="Of the discharges, those to adoption, special guardianship or a child arrangements order.",
            share_of="discharges",
            counted="discharges",
            counted_one="discharge",
            kind="flow",
            numerator=happenings.discharged_to_permanence,
            denominator="discharges",
            good="high",
            pack="6.5",
            published="The panel's own measure; the department counts children once, by the reason they left.",
        ),
        Indicator(
            code="discharged_to_special_guardianship",
            title="Left care for special guardianship",
            meaning="Of the discharges, those to a special guardianship order.",
            share_of="discharges",
            counted="discharges",
            counted_one="discharge",
            kind="flow",
            numerator=happenings.discharged_to_special_guardianship,
            denominator="discharges",
            good="high",
            pack="6.6",
            published="Counts periods of care; the department counts children once.",
        ),
        Indicator(
            code="adoptions",
            title="Left care for adoption",
            meaning="Of the discharges, those to adoption.",
            share_of="discharges",
            counted="discharges",
            counted_one="discharge",
            kind="flow",
            numerator=happenings.adoptions,
            denominator="discharges",
            good="high",
            pack="6.8, 10.1",
            published="Counts periods of care; the department counts children once.",
        ),
        Indicator(
            code="placement_moves",
            title="Placement moves",
            meaning="Times that a child in care moved to another placement. Coming into care is not a move.",
            counted="moves",
            counted_one="move",
            kind="flow",
            numerator=happenings.placement_moves,
            good="low",
            published=_NONE_PUBLISHED,
        ),
        Indicator(
            code="unplanned_moves",
            title="Unplanned moves",
            meaning=(
                "Of the placement moves, those after a placement that ended unplanned: at the carer's or the child's "
                "wish, or by an allegation, a failing, a closure or a resignation."
            ),
            counted="moves",
            counted_one="move",
            share_of="moves",
            kind="flow",
            numerator=happenings.unplanned_moves,
            denominator=happenings.moves_by_what_ended,
            good="low",
            published=_NONE_PUBLISHED,
        ),
        Indicator(
            code="missing_episodes",
            title="Missing episodes",
            meaning="Times that a child in care went missing.",
            counted="episodes",
            counted_one="episode",
            kind="flow",
            numerator=happenings.missing_episodes,
            good="low",
            published="Counts what the department's missing incidents count, by the day each began in care.",
        ),
        Indicator(
            code="away_episodes",
            title="Away episodes",
            meaning="Times that a child in care was away without leave, at a place that was known.",
            counted="episodes",
            counted_one="episode",
            kind="flow",
            numerator=happenings.away_episodes,
            good="low",
            published="Counts what the department's away incidents count, by the day each began in care.",
        ),
    )
}
