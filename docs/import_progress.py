"""The picture of `holdfast import --check` at work on a terminal: its own display, of a return that is made up.

`python -m docs.import_progress` makes the return, reads it and writes the picture. It says how fast it was read on the
machine that it was made on, so no other is the same: it is made anew by hand (`make docs-progress`).
"""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from holdfast.cli.import_shown import show_check, show_reading
from holdfast.cli.progress import Bar
from holdfast.returns import Progress, read_returns
from tests.load.bench_import_return import write_csv

PICTURE = Path(__file__).parent / "import-progress.svg"
ROWS, WIDTH = 250_000, 110
# It is looked at when so much of the reading is done, and of what comes after it.
LOOKED_AT = 0.6

_SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: monospace; font-size: {char_height}px; line-height: {line_height}px }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def drawn(rows: int) -> str:
    """The picture of reading so many rows of Episodes: the bar at two moments, and what is said at the end."""
    screen, picture = (
        Console(
            file=io.StringIO(), force_terminal=True, width=WIDTH, record=record, highlight=False, color_system="256"
        )
        for record in (False, True)
    )
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "returns"
        folder.mkdir()
        write_csv(folder, rows)
        picture.print("$ holdfast import returns --authority E08000016 --check", style="bold")
        with Bar(screen) as bar:
            reading = read_returns([folder], told=_looking(bar, picture))
        picture.print()
        show_reading(picture, reading)
        show_check(picture, reading)
    return picture.export_svg(title="holdfast import --check", code_format=_SVG, unique_id="import")


def _looking(bar: Bar, picture: Console) -> Callable[[Progress], None]:
    seen: set[str] = set()

    def told(reached: Progress) -> None:
        bar.show(reached)
        if reached.doing not in seen and reached.done >= LOOKED_AT * reached.total:
            seen.add(reached.doing)
            picture.print()
            picture.print(bar.now())

    return told


if __name__ == "__main__":
    # No line of it ends in blanks.
    PICTURE.write_text("".join(f"{line.rstrip()}\n" for line in drawn(ROWS).splitlines()))
