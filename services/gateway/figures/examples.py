"""What figures, benchmarks and targets look like in JSON, for their OpenAPI description. Made-up throughout."""

from typing import Any

from services.gateway.api.parameters import THREE

TARGET: dict[str, Any] = {
    "in_force_from": "2017-04-01",
    "good": "low",
    "green": {"value": 10, "of": 100, "inclusive": True},
    "red": {"value": 12, "of": 100, "inclusive": False},
}
ROWS = [
    {"indicator": THREE, "date": "2017-06-30", "numerator": 38, "denominator": 402, "breakdown": None},
    {"indicator": "admissions", "date": "2017-06-30", "period": "month", "numerator": 9, "denominator": None,
     "breakdown": {"dimension": "age_band", "value": "5_to_9"}},
]  # fmt: skip
BENCHMARKS = {
    "indicator": "long_term_stable",
    "series": "long_term_stable",
    "year_ending": "2025-03-31",
    "per": 100,
    "authority": 62.6,
    "england": 68.5,
    "region": {"name": "Yorkshire and The Humber", "value": 68.9},
    "neighbours": {"average": 66.7, "averaged": 10, "best": 73.2, "best_names": ["Doncaster"]},
    "top_quartile": {"value": 72.3, "authorities": 150},
}
TARGETS = [TARGET]
TARGETS_SET = {
    "authority": "E08000018",
    "indicator": THREE,
    "targets": TARGETS,
    "set_by": "user:8c1f",
    "set_at": "2017-03-28T10:15:00Z",
}
VERSION = {
    "ETag": {"description": "Send it in `If-Match` to change them", "schema": {"type": "string"}, "example": '"41"'}
}
