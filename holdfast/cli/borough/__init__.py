"""The demonstration borough: a made-up population of looked-after children, and what its case system says of them.

Pure and seeded: the same seed, size and beginning always give the same lives and the same events. Lives are put
together by `living` from what `families`, `courses`, `legal`, `homes`, `stays`, `away` and `absences` draw with the
`rates`; what is said of them, and when, is in `telling`. With `likeness` they are chosen so that they come to figures
that a council has `printed`. Posting it is `holdfast simulate`.
"""

from holdfast.cli.borough.days import Day, days, lives_by
from holdfast.cli.borough.population import Borough
from holdfast.cli.borough.telling import Posting
from holdfast.cli.borough.truth import true_events

__all__ = ["Borough", "Day", "Posting", "days", "lives_by", "true_events"]
