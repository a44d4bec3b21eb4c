"""What receipts, bridges and the months ahead look like in JSON, for their OpenAPI description. Made-up throughout."""

from typing import Any

from services.gateway.api.parameters import CHILD, THREE

_OTHER = "q7k2mzt4w5n6x3cjv2ahs4yfbe"
_FIGURE: dict[str, Any] = {
    "authority": "E08000018",
    "indicator": THREE,
    "title": "Three or more placements in the year",
    "breakdown": "all",
    "period": "on",
}
_CUT = {"known_at": None, "clock": "recorded", "read_to": 1284, "erased_since": False}
_NAMED = {"indicator": THREE, "breakdown": "all", "period": "on"}
_LINK = {**_NAMED, "on": "2017-06-30", "read_to": "1284", "definitions": "1"}

RECEIPT = {
    **_FIGURE,
    "on": "2017-06-30",
    "definitions": "1",
    "cut": _CUT,
    "numerator": 1,
    "denominator": 4,
    "children": 4,
    "near_misses": 1,
    "lines": [
        {
            "child": CHILD,
            "of": "numerator",
            "numerator": 1,
            "denominator": 1,
            "checks": [
                {"of": "denominator", "holds": True, "sentence": "Looked after on 30 June 2017, since 5 January 2016."},
                {"of": "numerator", "holds": True, "sentence": "Three placements in the last 12 months."},
            ],
            "stays": [],
            "left_out": [],
            "occurrences": [],
            "near": [],
        },
        {
            "child": _OTHER,
            "of": "near miss",
            "numerator": 0,
            "denominator": 1,
            "checks": [],
            "stays": [],
            "left_out": [],
            "occurrences": [],
            "near": [
                {
                    "kind": "count",
                    "by": 1,
                    "sentence": "Two placements in the last 12 months, and the second began on 3 May 2017.",
                    "turns_on": None,
                    "way": None,
                    "fact": None,
                    "happened_on": None,
                }
            ],
        },
    ],
    "link": _LINK,
    "next": "200",
}
_READING = {"on": "2017-06-30", "definitions": "1", "cut": _CUT, "pack": None}
BRIDGE = {
    **_FIGURE,
    "first": {**_READING, "cut": {**_CUT, "known_at": "2017-07-10T09:00:00Z"}},
    "second": _READING,
    "turned": False,
    "adds_up": True,
    "numerator": {"first": 1, "second": 2, "steps": [{"cause": "entered late", "came": 1, "went": 0}], "adds_up": True},
    "denominator": {"first": 4, "second": 4, "steps": [], "adds_up": True},
    "number_of_changes": 1,
    "changes": [
        {
            "of": "numerator",
            "way": "came",
            "child": CHILD,
            "cause": "entered late",
            "sentence": "A move on 9 May 2017 was recorded on 12 July 2017.",
            "happened_on": None,
            "fact": None,
            "about": "2017-05-09",
            "recorded_at": 1499850000000000,
        }
    ],
    "link": {**_NAMED, "first_on": "2017-06-30", "second_on": "2017-06-30", "clock": "recorded"},
    "next": None,
}
_AMBER = {"period": "on", "numerator": 44, "denominator": 402}
_ROOM = {"rating": "amber", "headroom": [{"rating": "red", "begins_at": 49, "by": 5}]}
AHEAD = {
    **_FIGURE,
    "on": "2017-06-14",
    "definitions": "1",
    "cut": _CUT,
    "reading": _AMBER,
    "now": {"on": "2017-06-14", "reading": _AMBER, **_ROOM},
    "month_ends": [{"on": "2017-06-30", "reading": _AMBER, **_ROOM}],
    "number_of_crossings": 1,
    "crossings": [
        {
            "crossing": {"on": "2017-06-21", "of": "numerator", "way": "goes", "child": CHILD, "happened_on": None},
            "sentence": "From 21 June 2017 two placements in the last 12 months, if nothing further is said.",
        }
    ],
    "link": {**_NAMED, "on": "2017-06-14", "read_to": "1284", "definitions": "1"},
    "next": None,
}
RECEIPT_CSV = f"child,of\n{CHILD},numerator\n"
