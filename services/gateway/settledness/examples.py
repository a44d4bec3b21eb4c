"""What settledness looks like in JSON, for its OpenAPI description. Made-up throughout."""

SETTLEDNESS = {
    "authority": "E08000018",
    "on": "2017-07-14",
    "first": "2015-07-01",
    "last": "2017-04-13",
    "whole": {
        "source": None,
        "facts": 812,
        "months": 22,
        "points": [
            {"days": 0, "share": 0.41, "low": 0.33, "high": 0.49},
            {"days": 1, "share": 0.58, "low": 0.5, "high": 0.66},
        ],
    },
    "sources": [{"source": "liquidlogic", "facts": 12, "months": 2, "points": []}],
    "month_ends": [
        {"on": "2017-06-30", "days": 14, "point": {"days": 14, "share": 0.93, "low": 0.89, "high": 0.97}},
        {"on": "2017-05-31", "days": 44, "point": None},
    ],
}
