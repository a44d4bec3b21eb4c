"""The demonstration borough: a made-up population of looked-after children, and what its case system says of them.

Pure and seeded: the same seed and beginning always give the same events. Posting them is `holdfast simulate`.
"""

from holdfast.cli.borough.days import Day, days
from holdfast.cli.borough.telling import Posting

__all__ = ["Day", "Posting", "days"]
