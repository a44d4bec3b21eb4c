"""How far the reading of big files is: a bar with the rate and the time left, on a terminal and nowhere else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from holdfast.returns import Progress as Reached


class Bar:
    """What a reading tells, as a bar that is on the screen while this is open."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def show(self, reached: Reached) -> None:
        """Show how far it is."""
        task = self._tasks.get(reached.doing)
        if task is None:
            task = self._tasks[reached.doing] = self._bar.add_task(reached.doing, rate="")
        seconds = max(time.monotonic() - self._began, 0.001)
        rate = f"{reached.rows:,} rows, {reached.rows / seconds:,.0f} a second" if reached.rows else ""
        self._bar.update(task, completed=reached.done, total=reached.total, rate=rate)

    def now(self) -> RenderableType:
        """What is on the screen."""
        return self._bar.get_renderable()


@contextmanager
def progress(console: Console) -> Iterator[Callable[[Reached], None] | None]:
    """What a reading tells how far it is; None where nobody looks on. The bar goes once the reading is over."""
    if not console.is_terminal:
        yield None
        return
    with Bar(console) as bar:
        yield bar.show
