"""What the files of a return are called where people read it: as short as they can be told apart."""

import os
from collections.abc import Iterable
from pathlib import Path


def short_names(files: Iterable[str]) -> dict[str, str]:
    """Files without the folder that all of them are in."""
    paths = sorted(set(files))
    common = os.path.commonpath([str(Path(file).absolute().parent) for file in paths]) if paths else ""
    return {file: str(Path(file).absolute().relative_to(common)) for file in paths}
