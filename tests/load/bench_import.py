"""What reading a very large return takes: rows a second and bytes a row at the peak, of the whole command with --check.

The command runs as a process of its own, and what the system says that it took is printed: nothing else is measured.
`python -m tests.load.bench_import --rows N` for others than a million.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.load.bench_import_return import write_csv, write_xml, write_zip

ROWS = 1_000_000
ROOT = Path(__file__).parents[2]


def main() -> None:
    """Print what was measured, a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="hf-bench-") as made:
        folder = Path(made) / "csv"
        folder.mkdir()
        write_csv(folder, rows)
        forms = {
            "CSV": folder,
            "zip": write_zip(Path(made) / "return.zip", folder),
            "XML": write_xml(Path(made) / "return.xml", rows),
        }
        for name, path in forms.items():
            _check(name, path, rows)


def _check(name: str, path: Path, rows: int) -> None:
    command = [sys.executable, "-m", "holdfast.cli", "import", str(path), "--authority", "E08000016", "--check"]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    facts = next((line for line in said.splitlines() if " facts of " in line), "")
    if process.returncode or f"{rows:,}" not in said:
        raise SystemExit(f"The check of {path.name} went wrong:\n{said}")
    peak = used.ru_maxrss * 1024
    busy = used.ru_utime + used.ru_stime
    print(f"{name}: {facts}")
    print(f"  {rows / seconds:,.0f} rows of Episodes a second by the clock ({seconds:.1f} s)")
    print(f"  {rows / busy:,.0f} a second of the processor ({busy:.1f} s)")
    print(f"  {peak / rows:,.0f} bytes a row at the peak of the whole process ({peak / 1e6:,.0f} MB)", flush=True)


if __name__ == "__main__":
    main()
