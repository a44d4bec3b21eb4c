"""SSDA903 returns: files in, wanted facts and located faults out. Reads files; speaks to no service."""

from holdfast.returns.faults import Fault, Origin
from holdfast.returns.offline import facts_offline
from holdfast.returns.reading import Reading, read_returns
from holdfast.returns.wanted import WantedFact

__all__ = ["Fault", "Origin", "Reading", "WantedFact", "facts_offline", "read_returns"]
