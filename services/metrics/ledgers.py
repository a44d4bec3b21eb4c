"""The ledgers of the authorities assigned here, derived from the children's facts and brought up to date when asked.

Between two sayings only the children touched are noted, each with its facts as the ledger knows them; then the old
steps are subtracted and the new added. A partition read back is all its children touched and none known.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable

from holdfast.contracts.topics import partition_of
from holdfast.indicators.choices import DEFAULTS, Choices
from holdfast.indicators.ledger import Ledger
from services.metrics.domain import Child, Encoded, Unreadable, authority_of, steps_of
from services.metrics.table import Table

# The group expels a worker whose loop does not turn, and a figure waits for the slice before it.
SLICE_SECONDS = 0.05
# Folded together, which is quicker than one by one, and in a small part of a slice.
_AT_A_TIME = 32

Cell = tuple[str, str]


class Account:
    """One authority's ledger, and what has happened since it was last brought up to date.

    `touched`: each child whose facts changed since, with its facts as the ledger knows them (None: it knows none).
    Bounded by the authority's children. `owing` is what the settling in hand has still to fold, `read_to` the offset
    that it settles to, `unsaid` the cells to be said, `took` the seconds that the changes last said took, `daily_kept`
    the day of daily figures noted in the changelog.
    """

    def __init__(self, authority: str, partition: int, choices: Choices) -> None:
        self.authority = authority
        self._choices = choices
        self.partition = partition
        self.ledger = Ledger()
        self.touched: dict[Child, Encoded | None] = {}
        self.touched_at: float | None = None
        self.owing: deque[tuple[Encoded | None, Encoded | None]] = deque()
        self.read_to = 0
        self.unsaid: set[Cell] = set()
        self.unsaid_daily: set[Cell] = set()
        self.said_at = float("-inf")
        self.took = 0.0
        self.all_due_at = float("inf")
        self.daily_kept: int | None = None
        self.closed = False

    def touch(self, child: Child, before: Encoded | None) -> None:
        """Note that a child's facts are about to change from `before`."""
        self.touched.setdefault(child, before)
        if self.touched_at is None:
            self.touched_at = time.monotonic()

    @property
    def settled(self) -> bool:
        """Whether the ledger is that of the facts held."""
        return not self.touched and not self.owing

    def take(self, held: Callable[[Child], Encoded | None], position: int) -> None:
        """Begin to settle: what is folded from here on is the facts held now, whatever is touched meanwhile."""
        if not self.owing:
            self.owing.extend((before, held(child)) for child, before in self.touched.items())
            self.touched.clear()
            self.touched_at = None
            self.read_to = position

    def fold_slice(self, until: float) -> None:
        """Fold what is owed until the clock passes `until` (monotonic seconds)."""
        while self.owing:
            some = [self.owing.popleft() for _ in range(min(_AT_A_TIME, len(self.owing)))]
            for steps in steps_of((before for before, _ in some if before is not None), self._choices):
                self.ledger.subtract(steps)
            for steps in steps_of((after for _, after in some if after is not None), self._choices):
                self.ledger.add(steps)
            if time.monotonic() >= until:
                return

    def settle(self) -> float:
        """Once nothing is owed: the cells whose series changed join the unsaid; returns the share that they are."""
        changed = self.ledger.settle()
        self.unsaid |= changed
        return len(changed) / max(1, len(self.unsaid) + len(self.unsaid_daily))


class Ledgers:
    """The accounts of the authorities assigned, and of no others."""

    def __init__(self, table: Table, partitions: int, choices: Choices = DEFAULTS) -> None:
        self._table = table
        self._partitions = partitions
        self._choices = choices
        self.accounts: dict[str, Account] = {}

    def touch(self, partition: int, children: Iterable[Child], *, all_due_at: float) -> None:
        """Note that the facts of children of a partition are about to change. Raises where one isn't of it.

        An authority heard of for the first time is said whole from `all_due_at` (monotonic seconds) on.
        """
        held = self._table[partition].children.get
        for child in children:
            self._account(partition, child, all_due_at).touch(child, held(child))

    def say_all(self, children: Iterable[Child], *, at: float) -> None:
        """Every figure of these children's authorities is to be said, changed or not, from `at` (monotonic) on."""
        for authority in set(map(authority_of, children)):
            account = self.accounts.get(authority)
            if account is not None:
                account.all_due_at = min(account.all_due_at, at)

    def restored(self, partition: int, *, all_due_at: float) -> None:
        """Begin the partition's ledgers anew from the facts held."""
        self.drop({partition})
        for child in self._table[partition].children:
            self._account(partition, child, all_due_at).touch(child, None)

    def drop(self, partitions: set[int]) -> None:
        """Forget the ledgers of partitions."""
        for account in [account for account in self.accounts.values() if account.partition in partitions]:
            account.closed = True
            del self.accounts[account.authority]

    def _account(self, partition: int, child: Child, all_due_at: float) -> Account:
        authority = authority_of(child)
        account = self.accounts.get(authority)
        if account is None:
            if partition_of(authority, self._partitions) != partition:
                raise Unreadable("an authority's events are in a partition that is not its own")
            account = self.accounts[authority] = Account(authority, partition, self._choices)
            account.all_due_at = all_due_at
        return account

    @property
    def entries(self) -> int:
        """How many days with a change all ledgers hold."""
        return sum(len(account.ledger) for account in self.accounts.values())
