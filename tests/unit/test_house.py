"""The house rules that can be measured: sizes, imports, broad excepts, docstrings, and paths of a machine."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_MODULE_LINES = 400
LONGEST_FUNCTION_LINES = 60
# Modules of fewer lines than this may go without saying what they are responsible for.
SHORT_MODULE_LINES = 15

SERVICES = ("intake", "placements", "metrics", "gateway")

# What each part may import of ours. Anything third-party is free, but for Faust.
MAY_IMPORT = {
    "holdfast.contracts": ("holdfast.contracts",),
    "holdfast.indicators": ("holdfast.indicators", "holdfast.contracts"),
    "holdfast.england": ("holdfast.england", "holdfast.contracts"),
    "holdfast.returns": ("holdfast.returns", "holdfast.contracts"),
    "holdfast.runtime": ("holdfast.runtime", "holdfast.contracts"),
    "holdfast.cli": ("holdfast",),
    "tests.system": ("tests.system",),
} | {
    f"services.{name}": (
        f"services.{name}",
        "holdfast.contracts",
        "holdfast.indicators",
        "holdfast.england",
        "holdfast.runtime",
    )
    for name in SERVICES
}
MAY_IMPORT["holdfast.runtime"] = ("holdfast.runtime", "holdfast.contracts")
# A return uploaded in the browser is read by the code that reads one anywhere.
MAY_IMPORT["services.gateway"] += ("holdfast.returns",)
DOMAIN_MAY_IMPORT = ("holdfast.contracts", "holdfast.indicators")
DOMAIN_MAY_USE = ("msgspec", "numpy")


def _committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


FILES = _committed()
MODULES = [path for path in FILES if path.suffix == ".py"]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
PRODUCT = [path for path in MODULES if path.relative_to(ROOT).parts[0] in ("holdfast", "services")]


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def test_there_is_something_to_check() -> None:
    assert len(PRODUCT) > 20


@pytest.mark.parametrize("path", MODULES, ids=_shown)
def test_no_module_is_longer_than_400_lines_and_no_function_longer_than_60(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE_LINES
    too_long = [
        f"{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION_LINES
    ]
    assert not too_long


def test_every_module_says_what_it_is_responsible_for() -> None:
    silent = [
        _shown(path)
        for path in MODULES
        if len(path.read_text(encoding="utf-8").splitlines()) > SHORT_MODULE_LINES
        and not ast.get_docstring(TREES[path])
    ]
    assert not silent


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports_point_one_way(part: str) -> None:
    wrong = [
        f"{_name(path)} imports {name}"
        for path in MODULES
        if _within(_name(path), (part,))
        for name in _imports(path)
        if _within(name, ("holdfast", "services", "tests"))
        and not _within(name, MAY_IMPORT[part])
        and name not in ("holdfast", "services", "tests")
    ]
    assert not wrong


def test_a_domain_imports_only_contracts_indicators_and_the_standard_library() -> None:
    import sys

    allowed = (*DOMAIN_MAY_IMPORT, *DOMAIN_MAY_USE, *sys.stdlib_module_names)
    domains = [path for path in PRODUCT if path.name == "domain.py"]
    wrong = [
        f"{_name(path)} imports {name}" for path in domains for name in _imports(path) if not _within(name, allowed)
    ]
    assert domains
    assert not [text for text in wrong if not text.endswith(" imports holdfast")]


def test_faust_appears_in_metrics_alone() -> None:
    users = {_name(path) for path in PRODUCT for name in _imports(path) if _within(name, ("faust", "mode"))}
    assert users
    assert all(_within(name, ("services.metrics",)) for name in users)


def test_the_pure_packages_use_nothing_that_needs_a_service() -> None:
    pure = ("holdfast.contracts", "holdfast.indicators", "holdfast.england", "holdfast.returns")
    allowed_packages = {"holdfast", "msgspec", "numpy", "rich", "typer", "httpx"}
    import sys

    wrong = [
        f"{_name(path)} imports {name}"
        for path in PRODUCT
        if _within(_name(path), pure)
        for name in _imports(path)
        if name.split(".")[0] not in allowed_packages | sys.stdlib_module_names
    ]
    assert not wrong


def test_tests_that_share_a_platform_share_no_authority() -> None:
    users: dict[str, list[str]] = {}
    for path in (ROOT / "tests" / "system").glob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\b(platform|breakable): Platform", text) and "def platform(" not in text:
            for authority in set(re.findall(r"\bE\d{8}\b", text)):
                users.setdefault(authority, []).append(path.name)
    assert {authority: names for authority, names in users.items() if len(names) > 1} == {}
    assert len(users) > 10


def test_any_exception_is_caught_in_one_place_only() -> None:
    broad = []
    for path in PRODUCT:
        for node in ast.walk(TREES[path]):
            if isinstance(node, ast.ExceptHandler):
                kinds = {getattr(item, "id", "") for item in ast.walk(node.type)} if node.type else {"bare"}
                if kinds & {"Exception", "BaseException", "bare"}:
                    broad.append(f"{_shown(path)}:{node.lineno}")
    assert len(broad) <= 1, broad


def test_nothing_committed_holds_a_path_of_a_machine_or_an_address_of_a_registry() -> None:
    forbidden = re.compile(
        r"(?<![\w.])/(work|farm|root)/\w|pypi\."
        r"org|pythonhosted|repo1\.maven|repo\.maven|registry\.npmjs|deb\.debian"
    )
    found = []
    for path in FILES:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path != Path(__file__) and forbidden.search(text):
            found.append(_shown(path))
    assert not found


def test_nothing_in_the_core_reads_the_clock_or_the_environment() -> None:
    core = ("holdfast.contracts", "holdfast.indicators", "holdfast.england", "holdfast.returns")
    forbidden = {"now", "today", "utcnow", "environ", "getenv", "time_ns", "monotonic"}
    found = [
        f"{_shown(path)}:{node.lineno} {node.attr}"
        for path in PRODUCT
        if _within(_name(path), core) or path.name == "domain.py"
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Attribute)
        and node.attr in forbidden
        # A settings or clock value passed in may be asked; the modules that tell the time may not.
        and isinstance(node.value, ast.Name)
        and node.value.id in {"date", "datetime", "time", "os"}
    ]
    assert not found


def test_every_package_of_the_product_has_the_same_service_files() -> None:
    for name in SERVICES:
        folder = ROOT / "services" / name
        for file in ("__main__.py", "app.py", "settings.py", "telemetry.py", "domain.py"):
            assert (folder / file).is_file(), f"services/{name}/{file} is missing"
