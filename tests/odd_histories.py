"""Histories written by hand in which the order within a day, a cut, a window or a name decides: seldom made by chance.

Each is told under what is odd about it. What they add up to is not said here: the engine and the twin are compared.
"""

from holdfast.contracts.events import AnyEvent
from tests.factories import admitted, discharged, legal_status, missing, moved, returned

BEGUN_BEFORE, SETTLED = moved("2016-01-05"), admitted("2016-01-01", dob="2006-02-28")
AWAY, LEFT = moved("2016-02-01", "P", "T1"), discharged("2016-03-01")
ODD: dict[str, list[AnyEvent]] = {
    "left and moved on one day, begun by a move": [BEGUN_BEFORE, LEFT, moved("2016-03-01", "P", "K2")],
    "left and moved on one day, with nothing before": [LEFT, moved("2016-03-01", "P", "K2"), moved("2016-05-01")],
    "left before anything, then moved": [LEFT, moved("2016-04-01")],
    "back by `T` and on, on one day": [
        *(SETTLED, AWAY, moved("2016-02-10", "T", "U6", sequence=1), moved("2016-02-10", "P", "U4", sequence=2))
    ],
    "back by `P` and on, on one day": [
        *(SETTLED, AWAY, moved("2016-02-10", "P", "U6", sequence=1), moved("2016-02-10", "P", "U4", sequence=2))
    ],
    "begun, away and back by `T` on one day": [
        *(SETTLED, moved("2016-02-10", "P", "U4", sequence=1), moved("2016-02-10", "P", "T3", sequence=2)),
        moved("2016-02-10", "T", "U4", sequence=3, locality="q"),
    ],
    "begun and away by `T` on one day, then back": [
        *(SETTLED, moved("2016-02-10", "P", "U4", sequence=1), moved("2016-02-10", "T", "T3", sequence=2)),
        moved("2016-02-20", "P", "U4"),
    ],
    "from one temporary placement to another, same carer": [
        *(SETTLED, AWAY, moved("2016-02-12", "T", "T4"), moved("2016-02-20", "P", "K2"))
    ],
    "an absence that ends as a cut begins": [
        *(SETTLED, AWAY, moved("2016-02-20", "B", "K2", legal="V3"), legal_status("2016-04-01", "V2"))
    ],
    "a provider kept by a return before a cut, and by one inside a cut": [
        *(admitted("2016-01-01", provider="PR1"), AWAY, returned("2016-02-10"), legal_status("2016-03-01", "V3")),
        *(legal_status("2016-04-01", "V2"), moved("2016-05-01", "P", "T1"), legal_status("2016-05-05", "V4")),
        *(returned("2016-05-10"), legal_status("2016-06-01", "V2")),
    ],
    "born on the day stated last, though first stated first": [
        *(admitted("2016-01-01", dob="2006-03-03", fact="one", recorded="2016-01-01T00:00:00Z"), LEFT),
        admitted("2017-01-01", dob="2000-03-03", sex="male", recorded="2017-01-01T00:00:00Z"),
        admitted("2016-01-01", dob="2006-03-03", fact="one", recorded="2018-01-01T00:00:00Z"),
    ],
    "short breaks and accommodation on one day": [
        *(SETTLED, legal_status("2016-02-01", "V3", sequence=1), legal_status("2016-02-01", "V2", sequence=2))
    ],
    "left, back and left on one day": [
        *(SETTLED, LEFT, admitted("2016-03-01", recorded="2016-03-03T00:00:00Z")),
        discharged("2016-03-01", fact="again", recorded="2016-03-03T00:00:01Z"),
    ],
    "left twice on the day of coming back": [
        *(SETTLED, LEFT, admitted("2016-03-01", recorded="2016-03-03T00:00:00Z")),
        discharged("2016-03-01", fact="again", recorded="2016-03-03T00:00:00Z"),
    ],
    "left on the 10th birthday": [admitted("2016-01-01", dob="2006-03-01"), LEFT],
    "left over 18, after some days in a children's home": [
        *(admitted("2016-01-01", dob="1999-02-28"), moved("2017-04-01", "B", "K2", legal="V2")),
        *(moved("2017-05-01", "P", "U6"), discharged("2017-06-01")),
    ],
    "left on the 18th birthday": [admitted("2016-01-01", dob="1999-02-28"), discharged("2017-02-28")],
    "left after the 18th birthday, born on a leap day": [
        *(admitted("2016-01-01", dob="2000-02-29"), discharged("2018-05-28"))
    ],
    "over 18 in a children's home": [
        *(admitted("2019-01-01", "K2", legal="V2", dob="2000-02-29"), moved("2019-03-01", "P", "T1")),
        *(returned("2019-03-05", "K2"), discharged("2019-05-28")),
    ],
    "missing over midnights of summer time": [
        *(SETTLED, missing("2016-06-30T23:30:00Z", "2016-07-02T23:00:00Z"), missing("2016-07-02T22:59:00Z")),
        *(missing("2016-07-03"), missing("2016-07-05", "2016-07-05"), missing("2016-07-05T10:00:00Z", "2016-07-06")),
    ],
    "admitted into a temporary placement": [
        *(admitted("2016-01-01", "T1"), moved("2016-01-03", "P", "T1"), moved("2016-01-05"))
    ],
    "away on the day of admission": [admitted("2016-01-01"), moved("2016-01-01", "P", "T3"), moved("2016-01-09")],
    "adoptive twice with one carer": [
        *(admitted("2011-01-01"), moved("2014-01-01", "P", "A6"), moved("2015-02-01", "T", "U4")),
        moved("2015-08-09", "T", "A5"),
    ],
    "admitted again into `A5`": [admitted("2013-01-01", "U4"), admitted("2015-02-01", "A5", need=None)],
    "missing from before care began until after it ended": [
        *(SETTLED, missing("2015-12-20", "2016-03-20"), LEFT, missing("2016-03-10", kind="A"))
    ],
    "missing for no time, on the first, the last and the day of leaving": [
        *(SETTLED, missing("2016-01-01", "2016-01-01"), missing("2016-02-29", "2016-02-29"), LEFT),
        missing("2016-03-01", "2016-03-01"),
    ],
    "missing only between two periods of care": [
        *(
            SETTLED,
            LEFT,
            missing("2016-03-01", "2016-03-20"),
            admitted("2016-03-20", need=None, dob=None),
            missing("2016-04-01"),
        )
    ],
    "missing three times in ninety days, and in ninety-one": [
        *(SETTLED, missing("2016-01-10", "2016-01-11"), missing("2016-02-20", "2016-02-21")),
        *(missing("2016-04-08", "2016-04-09"), missing("2016-07-08", "2016-07-09")),
        *(missing("2016-08-01", "2016-08-02"), missing("2016-10-06")),
    ],
    "missing three times on one day, then once": [
        *(SETTLED, missing("2016-02-01T08:00:00Z", "2016-02-01T09:00:00Z", fact="one")),
        *(missing("2016-02-01T10:00:00Z", "2016-02-01T11:00:00Z"), missing("2016-02-01T12:00:00Z", "2016-02-02")),
        missing("2016-05-01", kind="A"),
    ],
    "missing three times, one of them on the day before care and one under short breaks": [
        *(SETTLED, missing("2015-12-31", "2016-01-01"), legal_status("2016-02-01", "V3"), missing("2016-02-03")),
        *(legal_status("2016-02-10", "V2"), missing("2016-02-10", "2016-02-12"), missing("2016-02-20", "2016-02-21")),
    ],
    "missing as the year turns, over a leap day, and then out of care": [
        *(
            SETTLED,
            missing("2016-02-28", "2016-02-29"),
            LEFT,
            admitted("2017-02-27", "K2", dob=None),
            discharged("2017-03-01"),
        )
    ],
    "missing until the morning of leaving, and still missing": [
        *(SETTLED, missing("2016-02-20", "2016-03-01"), LEFT, missing("2016-03-01"))
    ],
    "in care in one of two years, back on the day a year later": [
        *(SETTLED, LEFT, admitted("2017-03-01", dob=None), moved("2017-05-01"), moved("2017-06-01", "P", "K2"))
    ],
    "two years since the cut, and since the admission": [
        *(SETTLED, legal_status("2016-06-01", "V4"), legal_status("2016-06-02", "V2"), moved("2017-01-01")),
        moved("2018-01-01", "P", "K2"),
    ],
    "adopted and back within the year, twice": [
        *(
            SETTLED,
            discharged("2016-03-01", "E12"),
            admitted("2016-08-31", "A6", dob=None),
            discharged("2017-02-28", "E11"),
        ),
        admitted("2017-02-28", "U4", fact="third", dob=None),
    ],
    "left under short breaks": [SETTLED, legal_status("2016-02-01", "V4"), LEFT],
    "grew up after leaving": [
        admitted("2015-05-01", dob="1999-06-15"),
        discharged("2015-06-10"),
        missing("2015-06-09"),
    ],
    "an unplanned move out of an absence that failed": [
        *(SETTLED, moved("2016-02-01", "P", "T1", change="ALLEG"), moved("2016-02-10", "P", "K2", change="CLOSE"))
    ],
    "three moves on one day, each with its reason": [
        *(SETTLED, moved("2016-02-01", "P", "K2", change="CHILD", sequence=1)),
        *(moved("2016-02-01", "P", "R1", change="CARPL", sequence=2, locality="r"),),
        *(moved("2016-02-01", "P", "U4", change="OTHER", sequence=3),),
    ],
    "re-described and moved on one day, each with its reason": [
        *(SETTLED, moved("2016-02-01", "T", "U6", change="PLACE", sequence=1, provider="PR4")),
        moved("2016-02-01", "P", "K2", change="STAND", sequence=2),
    ],
    "a move on the day of admission, unplanned": [SETTLED, moved("2016-01-01", "P", "K2", change="APPRR")],
    "a move on the 16th birthday and one on the day after": [
        *(admitted("2016-01-01", dob="2000-02-29"), moved("2016-02-28", "P", "K2", change="CREQB")),
        moved("2016-02-29", "P", "U4", change="CREQO"),
    ],
    "far, then not known, then kept by a return": [
        *(admitted("2016-01-01", distance_miles=20.1, in_authority=False), AWAY, returned("2016-02-10")),
        *(moved("2016-03-01", "T", "U6"), moved("2016-04-01", "P", "K2", distance_miles=999.9, in_authority=False)),
        *(moved("2016-05-01", "T", "K2", distance_miles=20.0, in_authority=False),),
        *(moved("2016-06-01", "T", "K2", distance_miles=64.0), moved("2016-07-01", "P", "T1", distance_miles=99.0)),
    ],
}
