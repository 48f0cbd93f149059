"""What may know what, read from the imports; how long files and functions may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS = (
    {"model", "errors"},
    {"text", "tomlcheck", "sandbox"},
    {"fetch", "tagging", "stories", "search"},
    {"query"},
    {"config", "digests", "trends"},
    {"parse", "store", "publish", "deliver", "references"},
    {"refresh", "bootstrap", "web"},
    {"jobs"},
    {"cli"},
    {"__main__"},
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
CLOSED_TO_THE_SITE = {"fetch", "parse", "deliver", "refresh", "jobs", "bootstrap", "cli"}

PURE = ("model", "query.py", "search", "text", "parse", "publish", "tagging", "stories", "digests", "trends")
PURE += tuple(f"refresh/{name}.py" for name in ("normalise", "schedule", "decide", "identify"))
PURE += ("deliver/backoff.py", "deliver/message.py")
IMPURE_LIBRARIES = {
    "sqlalchemy",
    "sqlmodel",
    "alembic",
    "psycopg",
    "pycurl",
    "aiohttp",
    "socket",
    "requests",
    "httpx",
    "sqlite3",
    "smtplib",
}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic"}
FILES = {"open", "read_text", "read_bytes", "write_text", "write_bytes"}
MAY_READ_FILES = {"aggregator.tagging.load", "aggregator.stories.glossary"}

LONGEST_FILE = 250
LONGEST_FUNCTION = 40


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def files_under(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    """aggregator/store/__init__.py → aggregator.store"""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in files_under("aggregator", "web")}


def room_of(module: str) -> str:
    """aggregator.store.items → store, web.app → web; "" for other people's modules and the package itself."""
    first, *rest = module.split(".")
    if first == "web":
        return "web"
    return rest[0] if first == "aggregator" and rest else ""


def imports_of(module: str) -> Iterator[tuple[str, int]]:
    """Every module that a module imports, wherever in it, with the line."""
    path = MODULES[module]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield inner if inner in MODULES else source, node.lineno


def arrows() -> Iterator[tuple[str, str, int]]:
    """(from, to, line) for every import."""
    for module in MODULES:
        yield from ((module, target, line) for target, line in imports_of(module))


def may_import(room: str, other: str) -> bool:
    return room == other or FLOOR_OF[other] < FLOOR_OF[room]


def test_every_room_stands_on_a_floor() -> None:
    rooms = {room_of(module) for module in MODULES} - {""}
    assert rooms <= FLOOR_OF.keys()
    assert {"model", "errors", "text", "fetch", "parse", "config", "query"} <= rooms


def test_no_arrow_goes_up() -> None:
    upward = [
        f"{module}:{line} imports {target}"
        for module, target, line in arrows()
        if room_of(module) and room_of(target) and not may_import(room_of(module), room_of(target))
    ]
    assert upward == []


def test_rule_finds_upward_and_sideways_arrows() -> None:
    assert may_import("store", "query")
    assert may_import("config", "query")
    assert not may_import("bootstrap", "refresh")
    assert not may_import("parse", "store")
    assert not may_import("text", "fetch")


def test_only_the_command_line_knows_the_site() -> None:
    known = [
        f"{module}:{line}"
        for module, target, line in arrows()
        if room_of(module) not in ("web", "cli") and target.split(".")[0] in ("flask", "web", "jinja2", "werkzeug")
    ]
    assert known == []


def test_site_knows_nothing_of_fetching() -> None:
    known = [
        f"{module}:{line} imports {target}"
        for module, target, line in arrows()
        if room_of(module) == "web"
        and (room_of(target) in CLOSED_TO_THE_SITE or target.startswith("aggregator.store.tables"))
    ]
    assert known == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module: {target for target, _ in imports_of(module) if target in MODULES} for module in MODULES}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
    assert set(order) == MODULES.keys()


def pure_modules() -> list[str]:
    paths = [ROOT / "aggregator" / place for place in PURE]
    files = [file for path in paths for file in ([path] if path.suffix else sorted(path.rglob("*.py")))]
    assert all(file.exists() for file in files)
    return [name_of(file) for file in files]


def calls_in(module: str) -> set[str]:
    """What a module calls, by the last one or two parts of the name: "open", "datetime.now", "read_text"."""
    found = set()
    for node in ast.walk(tree_of(MODULES[module])):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                found.add(name)
            case ast.Call(func=ast.Attribute(value=value, attr=name)):
                owner = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
                found |= {name, f"{owner}.{name}"}
    return found


@pytest.mark.parametrize("module", pure_modules())
def test_pure_module_touches_neither_network_nor_store_nor_clock(module: str) -> None:
    assert {target.split(".")[0] for target, _ in imports_of(module)} & IMPURE_LIBRARIES == set()
    calls = calls_in(module)
    assert calls & CLOCKS == set()
    assert calls & FILES == set() or module in MAY_READ_FILES


def test_exceptions_are_still_needed() -> None:
    assert all(calls_in(module) & FILES for module in MAY_READ_FILES)


def measured() -> list[Path]:
    files = files_under("aggregator", "web", "tests", "benchmarks", "scripts")
    return [path for path in files if "migrations" not in path.parts]


def test_no_file_is_too_long() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in measured()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    functions = [
        (name_of(path), node)
        for path in measured()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = {f"{name}:{node.name}": (node.end_lineno or 0) - node.lineno + 1 for name, node in functions}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    assert [name_of(path) for path in measured() if path.stem in ("utils", "util", "helpers", "misc", "common")] == []
