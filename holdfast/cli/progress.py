"""How far the reading of big files is: a bar with the rate and the time left, on a terminal and nowhere else."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from holdfast.returns import Progress as Reached


@contextmanager
def progress(console: Console) -> Iterator[Callable[[Reached], None] | None]:
    """What a reading tells how far it is; None where nobody looks on. The bar goes once the reading is over."""
    if not console.is_terminal:
        yield None
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    began = time.monotonic()

    def show(reached: Reached) -> None:
        task = tasks.get(reached.doing)
        if task is None:
            task = tasks[reached.doing] = bar.add_task(reached.doing, rate="")
        seconds = max(time.monotonic() - began, 0.001)
        rate = f"{reached.rows:,} rows, {reached.rows / seconds:,.0f} a second" if reached.rows else ""
        bar.update(task, completed=reached.done, total=reached.total, rate=rate)

    tasks: dict[str, TaskID] = {}
    with bar:
        yield show
