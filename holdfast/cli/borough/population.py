"""Which borough it is, and whose lives begin with each day in it."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from msgspec import Struct

from holdfast.cli.borough.families import families_on
from holdfast.cli.borough.homes import Homes
from holdfast.cli.borough.lives import Life
from holdfast.cli.borough.living import lives_of

# Who is looked after when the history begins was admitted in the years before.
YEARS_BEFORE = 18
# How many days of care come of a family on average, measured: so that about as many are looked after as were asked for.
DAYS_OF_A_FAMILY = 1420.0
# What a figure of the first month end may ask for: the two years before it.
_ASKED_BEFORE = timedelta(2 * 366)

# A day, and the lives that begin with it.
Admitted = tuple[date, list[Life]]


class Borough(Struct, frozen=True):
    """Which borough it is: all that it does follows from this. About `children` are looked after at any time.

    `like` names the council whose printed figures it comes to, if any.
    """

    authority: str
    seed: int
    children: int
    begins_on: date
    like: str | None = None

    @property
    def source(self) -> str:
        """The source that its events name."""
        return f"/authorities/{self.authority}/systems/borough"

    @property
    def name(self) -> str:
        """What its chances are drawn from."""
        return f"{self.authority}/{self.seed}/{self.begins_on.isoformat()}"


def admissions(name: str, children: int, begins_on: date, called: str = "DEMO") -> Iterator[Admitted]:
    """The lives that begin with each day, from years before the borough does and without end.

    `name` is what chances are drawn from, `called` begins the children's references. Of those who left long before the
    borough begins there is none. A brother or sister may be admitted some days later.
    """
    homes = Homes(name)
    since = begins_on - timedelta(YEARS_BEFORE * 365)
    for ahead in count():
        on = since + timedelta(ahead)
        families = families_on(name, children / DAYS_OF_A_FAMILY, on, called)
        yield on, [life for family in families for life in lives_of(name, homes, family, begins_on - _ASKED_BEFORE)]
