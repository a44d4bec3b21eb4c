"""SSDA903 returns: files in, wanted facts and located faults out. Reads files; speaks to no service."""

from holdfast.returns.distances import Directory, NoDirectory
from holdfast.returns.faults import Fault, Origin
from holdfast.returns.offline import facts_offline
from holdfast.returns.progress import Progress
from holdfast.returns.reading import Reading, SeveralReturns, read_returns
from holdfast.returns.wanted import WantedFact

__all__ = [
    "Directory",
    "Fault",
    "NoDirectory",
    "Origin",
    "Progress",
    "Reading",
    "SeveralReturns",
    "WantedFact",
    "facts_offline",
    "read_returns",
]
