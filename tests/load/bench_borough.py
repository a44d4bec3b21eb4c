"""How fast ten years of a borough are made up, and what memory that takes. Posts nothing; prints, asserts nothing."""

import argparse
import resource
import sys
import time
from datetime import date

import msgspec

from holdfast.cli.borough import Borough, days

BEGINS_ON, LAST = date(2016, 4, 1), date(2026, 3, 31)


def main() -> None:
    """One line for each size asked for, in a process of its own where memory matters."""
    parser = argparse.ArgumentParser()
    parser.add_argument("children", type=int, nargs="*", default=[400, 20_000])
    for children in parser.parse_args().children:
        print(_made_up(children), flush=True)


def _made_up(children: int) -> str:
    began, cpu, events, first_seconds = time.perf_counter(), time.process_time(), 0, 0.0
    for day in days(Borough("E08000018", 7, children, BEGINS_ON)):
        events += len(day.postings)
        msgspec.json.encode([posting.event for posting in day.postings])
        first_seconds = first_seconds or time.process_time() - cpu
        if day.on == LAST:
            break
    seconds = time.process_time() - cpu
    unit = 1 if sys.platform == "darwin" else 1024
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    return (
        f"{children:,} children: {events:,} events of ten years in {seconds:.1f} s of a processor "
        f"({time.perf_counter() - began:.1f} s passed), {events / seconds:,.0f} a second; "
        f"the first after {first_seconds:.1f} s; at most {peak_mib:.0f} MiB"
    )


if __name__ == "__main__":
    main()
