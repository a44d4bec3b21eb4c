"""Where each indicator begins and ends, in words, and the cases of the spec tables that show it. Data for the page of
indicators; what an indicator is called, and what it counts, is in the catalogue.
"""

from typing import NamedTuple


class Explained(NamedTuple):
    """`boundaries` are sentences; `examples` the titles of one or two cases of the spec tables."""

    boundaries: tuple[str, ...]
    examples: tuple[str, ...]


_TYPE = (
    "While a child is away in a temporary placement (`T0` to `T4`) it is the placement that was left that counts, "
    "unless the child then went elsewhere."
)
_FAR = (
    "Exactly 20 miles is not more than 20.",
    "A distance that is not said, or is given as 999.9, is not known and not far.",
)
_DISCHARGES = "With no discharge in the period there is no percentage."

EXPLAINED: dict[str, Explained] = {
    "looked_after": Explained(
        (
            "The day of the admission counts, the day of the discharge does not.",
            "Days under an agreement for short breaks (`V3`, `V4`) do not count.",
            "The day before the 18th birthday is the last that counts, but for a child accommodated (`V2`) in a "
            "children's home (`K2`).",
        ),
        (
            "looked after from the day of the admission to the day before the discharge",
            "the day before the 18th birthday is the last, though the discharge was stated for a later day",
        ),
    ),
    "looked_after_rate": Explained(
        (
            "The residents are those of the mid-year estimate of the calendar year in which the day's financial year "
            "began; until that is published, of the latest before it. The figure says which year's it is.",
            "For the whole authority only.",
        ),
        (
            "the rate is of Rotherham's residents under 18 in the middle of the financial year's first calendar year",
            "until an estimate is published the rate is of the latest before it",
        ),
    ),
    "three_or_more_placements": Explained(
        (
            "The twelve months end with the day itself: on 31 March they began on 1 April.",
            "The placement that was open as they began counts; one that ended on their first day does not.",
            "Coming back into care is another placement, with the same carer too.",
            "A change with the same carer, adoption by the carer, and a temporary placement that the child came back "
            "from are none.",
        ),
        (
            "the placement open as the rolling year begins counts, until the year begins on the day it ended",
            "placements of all periods of care in the year count, and only while the child is looked after",
        ),
    ),
    "long_term_stable": Explained(
        (
            "Denominator: under 16 on the day, and in the present period of care for 30 months or more. The day on "
            "which the 30 months are up counts; the 16th birthday does not.",
            "Numerator: 24 months or more in the present placement, the day on which they are up included.",
            "Placed for adoption, the clock is that of the placement of the day before it became one for adoption, "
            "and of none further back.",
            "Periods of care do not add up, even where one begins on the day the other ended.",
            "A child whose date of birth is not known is never in it.",
        ),
        (
            "two years in a placement are up on the same day two years on, and 29 February is not waited for",
            "placed for adoption with others: the clock is that of the placement of the day before, and none further "
            "back",
        ),
    ),
    "three_or_more_placements_2y": Explained(
        (
            "Denominator: looked after on the day, and on at least one day of the twelve months before the last "
            "twelve.",
            "Numerator: of those, three or more placements that touch the 24 months that end with the day.",
            "The choice `two_year_cohort` can ask instead that the present period of care began 24 months ago or "
            "earlier.",
        ),
        (
            "looked after on the last day of the year before is enough for the two-year figure",
            "three placements in two years: the first counts until the two years begin on the day it ended",
        ),
    ),
    "family_based": Explained(
        ("Types `U1` to `U6`, `P1` and `A3` to `A6`.", _TYPE),
        (
            "a fortnight in hospital and back is living with the carer throughout",
            "a fortnight in hospital and on to a home is not living in a family from the first day of it",
        ),
    ),
    "placed_with_parents": Explained(
        ("Type `P1` alone.", _TYPE),
        ("home with a parent and out again",),
    ),
    "commissioned": Explained(
        ("Providers `PR2` to `PR5`, whatever the type of the placement.", "A provider that is not known is not one."),
        (
            "whose placement it is: other authorities, public bodies, private and voluntary are commissioned",
            "the same carer changes agency, and is commissioned from that day",
        ),
    ),
    "fostered": Explained(
        ("Types `U1` to `U6`.", "Placed for adoption is not fostered, with the same carer either.", _TYPE),
        ("no longer fostered on the day of the move, and fostered again on the day of the next",),
    ),
    "fostered_in_house": Explained(
        ("Denominator: fostered (`U1` to `U6`). Numerator: of those, provider `PR1`.",),
        ("fostered by the authority's own carers is of those who are fostered alone",),
    ),
    "residential": Explained(
        ("Types `K1`, `K2`, `R1` and `S1`.", "Nursing, family centres and custody (`R2`, `R3`, `R5`) are not.", _TYPE),
        (
            "a weekend out of a home and back is residential throughout",
            "registered supported accommodation is neither residential nor a children's home",
        ),
    ),
    "childrens_homes": Explained(
        ("Types `K1` and `K2`.", _TYPE),
        ("children's homes, secure or not; neither care homes nor schools",),
    ),
    "distant": Explained(
        (
            *_FAR,
            "It must be said that the placement is outside the authority.",
            "Beside it stands of how many it can't be told: those whose distance is not known, and those who are far "
            "but not said to be inside or outside. Where they are over 5% the percentage is shown as `x`.",
        ),
        (
            "exactly 20 miles is not far, 20.1 outside the authority is, and 20.1 inside it is not",
            "not known how far, or far and not known whether inside, is not far and is said to be unknown",
        ),
    ),
    "over_20_miles": Explained(
        (
            *_FAR,
            "Inside the authority counts as outside does.",
            "Beside it stands of how many the distance is not known. Where they are over 5% the percentage is shown as "
            "`x`.",
        ),
        ("more than 20 miles from home, inside the authority or outside it",),
    ),
    "missing_now": Explained(
        (
            "Missing (`M`), not away with the whereabouts known (`A`).",
            "From the London day of leaving to the day before the return. Back on the same day is not missing at the "
            "end of it.",
            "A discharge does not end an episode, but only those who are looked after count.",
        ),
        (
            "missing from the day of leaving to the day before the return",
            "nobody has recorded a return: missing on, but only while looked after",
        ),
    ),
    "missing_in_year": Explained(
        (
            "Denominator: looked after on any day of the twelve months, still or no longer.",
            "Numerator: of those, missing (`M`) on one of these days on which the child was also looked after.",
            "An episode covers at least the day on which it began.",
        ),
        (
            "missing on one day of the year is missing in the year, until the year begins after that day",
            "missing and looked after within the year, but on no one day both, is not missing in the year",
        ),
    ),
    "repeat_missing": Explained(
        (
            "Three episodes (`M`) or more that began on the day or in the 89 days before.",
            "Each must have begun on a day looked after, of this period of care or of an earlier one.",
        ),
        (
            "three times in ninety days: the day of the first is the 89th before",
            "a time that began before care is not one of the three",
        ),
    ),
    "started_in_year": Explained(
        (
            "One admission in the twelve months is enough, and two are one child.",
            "It counts whether or not the child is still looked after.",
            "What is no admission is no start: see `admissions`.",
        ),
        (
            "came into care twice within the year, and is one child who came into care",
            "came into care on the first day of the year, and is in it whether or not in care at its end",
        ),
    ),
    "ceased_in_year": Explained(
        (
            "One discharge in the twelve months is enough, and two are one child.",
            "It counts though the child has come back.",
            "What is no discharge is no end: see `discharges`.",
        ),
        (
            "left care and came back, and is still one child who left in the year",
            "left care twice within the year, and is one child who left",
        ),
    ),
    "admissions": Explained(
        (
            "Not under short breaks (`V3`, `V4`), nor out of them into care within a period.",
            "Not where the true beginning is not known, nor where the child was in care already.",
            "Not where the child left on the same day.",
        ),
        ("admissions in months of every length, of the year to date and of the rolling year",),
    ),
    "discharges": Explained(
        (
            "By the day on which care ended. The day before must have been one looked after.",
            "After the 18th birthday a discharge counts on its own day, if the child was looked after until then.",
        ),
        (
            "discharges by the day care ended, whatever the reason",
            "a discharge after the 18th birthday counts on its own day, if in care until that birthday",
        ),
    ),
    "discharged_to_permanence": Explained(
        ("Reasons `E11`, `E12`, `E41` and `E43` to `E48`.", _DISCHARGES),
        ("home in one month and adopted in another: of the year's discharges half are for permanence",),
    ),
    "discharged_to_special_guardianship": Explained(
        ("Reasons `E43` to `E48`.", _DISCHARGES),
        ("to a special guardian, home, and to a special guardian again",),
    ),
    "adoptions": Explained(
        ("Reasons `E11` and `E12`.", _DISCHARGES),
        ("home in one month and adopted in another: of the year's discharges half are for permanence",),
    ),
    "placement_moves": Explained(
        (
            "A placement begun by a move to another carer (`P`, `B`), by the day it began.",
            "Not an admission, a change with the same carer (`T`, `U`), adoption by the carer (`A3`, `A5`), nor a "
            "temporary placement that the child came back from. If the child went elsewhere both moves count.",
            "Of several moves on one day only the last counts.",
        ),
        (
            "a move counts on its day, and neither an admission nor a readmission is one",
            "what stays with one carer is no move: T, U, adoption by the carer, hospital and back",
        ),
    ),
    "unplanned_moves": Explained(
        (
            "The reason is why the placement before ended: `ALLEG`, `APPRR`, `CHILD`, `CLOSE`, `CREQB`, `CREQO` or "
            "`STAND`. A move of which nothing is said is not unplanned.",
            "A stay of less than a day passes on the reason of the stay that really ended.",
        ),
        (
            "of an absence that failed both moves count, each with its own reason",
            "a move is broken down by the placement moved to, an unplanned one by the placement that ended",
        ),
    ),
    "missing_episodes": Explained(
        (
            "Kind `M`, by the London day on which it began; the child must be looked after at the end of that day.",
            "An episode that overlaps an earlier one of its kind does not count.",
        ),
        (
            "an episode counts in the month in which it began, not in that of the return",
            "an episode counts from the day of the admission to the day before the discharge",
        ),
    ),
    "away_episodes": Explained(
        ("As missing episodes are, but of kind `A`.",),
        (
            "away without leave counts by the day it began, in care",
            "away while missing is an episode of each kind",
        ),
    ),
}
