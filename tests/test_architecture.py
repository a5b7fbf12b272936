"""Who may import whom, where each outside package lives, and what the core never does.

A change that has a good reason to break a rule changes the rule here, where a reader sees it.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent

KERNEL = frozenset(
    {
        "aliases",
        "asked",
        "audit",
        "blocks",
        "clock",
        "csvfile",
        "db",
        "definitions",
        "dispatch",
        "doors",
        "errors",
        "fills",
        "findings",
        "folding",
        "gesture",
        "house",
        "logs",
        "manifest",
        "markup",
        "metadata",
        "metrics",
        "migrations",
        "notify",
        "offers",
        "personal",
        "pack_parts",
        "pack_words",
        "pointing",
        "scheduler",
        "search",
        "settings",
        "shipped",
        "tables",
        "timers",
        "versions",
        "words",
        "writer",
        "yamlfile",
    }
)
ROOMS = frozenset(
    {
        "updates",
        "decisions",
        "releases",
        "reviews",
        "naming",
        "enablement",
        "comms",
        "lookback",
        "insights",
        "quarter",
        "registers",
        "rubric",
        "improvements",
        "pulses",
        "roadmap",
        "charter",
        "setup",
    }
)
ABOUT_RELEASES = frozenset({"enablement", "comms", "lookback"})
"""Rooms that stand on the releases, whose records they complete. Releases reach them by house.links alone."""
READING_ROOMS = frozenset(
    {
        "artifacts",
        "checks",
        "digests",
        "edits",
        "feeds",
        "forms",
        "home",
        "load",
        "pilot",
        "measures",
        "pack",
        "preview",
        "status",
        "welcome",
        "who",
        "why",
    }
)
"""These show what the rooms hold; only what puts everything together imports them."""
STARTED_BY = {
    "app": frozenset({"applying", "node", "demo", "doctor", "simulate", "terminal"}),
    "applying": frozenset({"node", "terminal"}),
    "presets": frozenset({"setup", "terminal"}),
    "node": frozenset({"demo", "doctor", "terminal"}),
    "gauges": frozenset({"node"}),
    "nodes": frozenset({"node", "gauges", "doctor", "terminal"}),
    "operations": frozenset({"terminal"}),
    "connection": frozenset({"node", "doctor"}),
    "doctor": frozenset({"terminal"}),
    "demo": frozenset({"terminal"}),
    "samples": frozenset({"doctor", "terminal"}),
    "simulate": frozenset({"terminal"}),
    "terminal": frozenset({"__main__"}),
    "__main__": frozenset[str](),
}
"""What knows everything and puts it together, and who alone may import it."""

WHAT_ROOMS_SEE_OF_RITUALS = ("rituals.kinds", "rituals.model", "rituals.schedule")
WHAT_ROOMS_SEE_OF_PROMPTS = "prompts.flow"
WHAT_ROOMS_SEE_OF_ACTIONS = ("actions.flow", "actions.messages", "actions.model")
WHAT_ROOMS_SEE_OF_THE_API = ("api.bodies", "api.endpoints")
WHAT_READING_ROOMS_SHARE = ("load.figures", "edits.changes")
"""What is shown in two places is computed in one."""
OUTBOX = "delivery.outbox"

HOMES = {
    "aiohttp": ("delivery.slack", "demo", "people.fetch"),
    "alembic": ("migrations",),
    "apscheduler": ("scheduler",),
    "dateutil": ("definitions", "people.ics"),
    "dotenv": ("settings",),
    "holidays": ("definitions",),
    "icalendar": ("feeds.ics", "people.ics"),
    "jinja2": ("words", "samples.checking", "samples.source"),
    "markupsafe": ("markup", "words"),
    "prometheus_client": ("metrics",),
    "pydantic": ("api.bodies", "definitions", "yamlfile"),
    "pydantic_core": ("api.bodies", "definitions", "yamlfile"),
    "rich": ("demo", "preview", "terminal"),
    "ruamel": ("yamlfile",),
    "slack_bolt": ("doors",),
    "slack_sdk": ("delivery.slack",),
    "sqlalchemy": ("",),
    "starlette": ("doors", "node"),
    "structlog": ("logs",),
    "typer": ("__main__", "terminal"),
    "uvicorn": ("doors",),
}
"""Where in `bot` an outside package may be imported: these modules and what is below them."""

LAYERS = ("model", "messages", "flow", "listeners")
"""The files of a room: each may import those before it."""

CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}


def test_the_house_keeps_its_rules() -> None:
    assert faults(REPOSITORY) == []


def faults(root: Path) -> list[str]:
    """Every broken rule in the tree at `root`, as `file:line what`."""
    modules = _modules(root)
    return [
        f"{module.path.relative_to(root)}:{line} {what}"
        for module in modules.values()
        for line, what in (*_import_faults(module, modules), *_core_faults(module))
    ]


@dataclass(frozen=True)
class Module:
    name: str
    """Without the leading `bot.`, such as `updates.flow`; the package `updates` is `updates`."""
    path: Path
    tree: ast.Module

    @property
    def area(self) -> str:
        return self.name.split(".")[0]


def _modules(root: Path) -> dict[str, Module]:
    modules = {}
    for path in sorted((root / "bot").rglob("*.py")):
        parts = path.relative_to(root / "bot").with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules[name] = Module(name, path, ast.parse(path.read_text(encoding="utf-8")))
    return modules


def _import_faults(module: Module, modules: dict[str, Module]) -> Iterator[tuple[int, str]]:
    if module.area not in KERNEL | ROOMS | READING_ROOMS | STARTED_BY.keys() | {
        "",
        "actions",
        "api",
        "delivery",
        "people",
        "prompts",
        "rituals",
    }:
        yield 1, "is new here: say in tests/test_architecture.py where it belongs"
        return
    for line, target in _imports(module, modules):
        if target.startswith("bot."):
            wrong = _wrong_inside(module, target.removeprefix("bot."))
        else:
            wrong = _wrong_outside(module, target)
        if wrong:
            yield line, f"imports {target}: {wrong}"


def _imports(module: Module, modules: dict[str, Module]) -> Iterator[tuple[int, str]]:
    """Everything imported anywhere in the file, absolute; of an import from our package, the module meant."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(module, node)
            for alias in node.names:
                name = f"{source}.{alias.name}"
                is_module = name.removeprefix("bot.") in modules and name.startswith("bot.")
                yield node.lineno, name if is_module else source


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = ["bot", *module.name.split(".")] if module.name else ["bot"]
    if module.path.name != "__init__.py":
        package = package[:-1]
    return ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])


def _wrong_inside(module: Module, target: str) -> str | None:
    area, other = module.area, target.split(".")[0]
    if other in STARTED_BY:
        may = STARTED_BY[other] | {other}
        return None if area in may else f"only {', '.join(sorted(STARTED_BY[other])) or 'Python'} starts it"
    if area in STARTED_BY:
        return None
    if other == area:
        return _wrong_within(module, target)
    if other in KERNEL:
        return None
    return _wrong_between(area, other, target)


def _wrong_within(module: Module, target: str) -> str | None:
    """Inside one folder: listeners call flow, flow reads model, and never the other way."""
    here, there = module.name.split(".")[-1], target.split(".")[-1]
    if module.area in KERNEL or here not in LAYERS or there not in LAYERS:
        return None
    if LAYERS.index(there) > LAYERS.index(here):
        return f"{here} comes before {there}"
    return None


def _wrong_between(area: str, other: str, target: str) -> str | None:
    if area in KERNEL or not area:
        return "the kernel imports only the kernel"
    if area == "api":
        return "the API imports only the kernel, and knows no room"
    if area == "delivery":
        return "delivery imports only the kernel"
    if other == "delivery":
        return None if target == OUTBOX else "only the outbox is for others"
    if area == "people":
        return "people imports only the kernel and the outbox"
    if other == "people":
        return None
    if area == "prompts":
        return "prompts know people and the outbox, and no room"
    if area == "actions":
        return None if target == WHAT_ROOMS_SEE_OF_PROMPTS else "actions know no room: house.links.action_sources"
    if area == "rituals":
        return None if target == WHAT_ROOMS_SEE_OF_PROMPTS else "rituals know no room"
    return _wrong_for_a_room(area, other, target)


def _wrong_for_a_room(area: str, other: str, target: str) -> str | None:
    if area in READING_ROOMS and target in WHAT_READING_ROOMS_SHARE:
        return None
    if other in READING_ROOMS:
        return "nobody imports a reading room"
    if area in READING_ROOMS:
        listens = target.endswith(".listeners")
        return "a reading room reads models and flows, not listeners" if listens else None
    if other == "api":
        return None if target in WHAT_ROOMS_SEE_OF_THE_API else "of the API a room sees endpoints and bodies"
    if other == "prompts":
        return None if target == WHAT_ROOMS_SEE_OF_PROMPTS else "of prompts a room sees only the flow"
    if other == "actions":
        return None if target in WHAT_ROOMS_SEE_OF_ACTIONS else "of actions a room sees flow, messages, model"
    if other == "rituals":
        return None if target in WHAT_ROOMS_SEE_OF_RITUALS else "of rituals a room sees kinds, model, schedule"
    if other == "releases" and area in ABOUT_RELEASES:
        return "of releases others see no listeners" if target.endswith("listeners") else None
    return "a room never imports another room: app.py ties them with house.links"


def _wrong_outside(module: Module, target: str) -> str | None:
    package = target.split(".")[0]
    if package in sys.stdlib_module_names or package == "bot":
        return None
    if package not in HOMES:
        return "a new outside package: give it one home in tests/test_architecture.py"
    if any(_is_in(module.name, home) for home in HOMES[package]):
        return None
    return f"its home is {' and '.join(HOMES[package])}"


def _is_in(name: str, home: str) -> bool:
    return home in ("", name) or name.startswith(home + ".")


def _core_faults(module: Module) -> Iterator[tuple[int, str]]:
    """What is promised of all code: one clock, one place that commits, and a core without `await`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and module.name != "clock" and _called(node) in CLOCKS:
            yield node.lineno, f"asks {_called(node)} for the time: take it from the clock"
        if isinstance(node, ast.Call) and module.name != "db" and _called(node).endswith(".commit"):
            yield node.lineno, "commits: the transaction belongs to whoever opened it"
        if isinstance(node, ast.AsyncFunctionDef) and _is_core(module):
            yield node.lineno, "is asynchronous: only listeners and the edge are"


def _called(call: ast.Call) -> str:
    """The last two names of what is called: `datetime.now` for `datetime.datetime.now()`."""
    return ".".join(ast.unparse(call.func).split(".")[-2:])


def _is_core(module: Module) -> bool:
    name = module.name.split(".")[-1]
    return module.area not in KERNEL | STARTED_BY.keys() and name in ("model", "messages", "flow")


CLEAN = {
    "bot/__init__.py": "",
    "bot/db.py": "import sqlalchemy\ndef end(session): session.commit()",
    "bot/clock.py": "from datetime import datetime\nnow = datetime.now()",
    "bot/scheduler.py": "from apscheduler.triggers.cron import CronTrigger\nfrom bot import timers",
    "bot/timers.py": "import bot.db",
    "bot/doors.py": "import slack_bolt, uvicorn",
    "bot/delivery/__init__.py": "",
    "bot/delivery/outbox.py": "from bot.delivery import model",
    "bot/delivery/model.py": "from bot import db",
    "bot/api/__init__.py": "",
    "bot/api/endpoints.py": "from bot import db",
    "bot/api/model.py": "from bot import db",
    "bot/people/__init__.py": "",
    "bot/people/model.py": "from bot.delivery import outbox",
    "bot/prompts/__init__.py": "",
    "bot/prompts/flow.py": "from bot.delivery import outbox\nfrom bot.people.model import Person",
    "bot/prompts/model.py": "from bot import db",
    "bot/rituals/__init__.py": "",
    "bot/rituals/model.py": "from bot.people.model import Person",
    "bot/rituals/flow.py": "from . import model",
    "bot/updates/__init__.py": "",
    "bot/updates/model.py": "from bot.rituals.model import Occurrence",
    "bot/updates/outside.py": "from bot.api import endpoints",
    "bot/updates/flow.py": "from bot.delivery import outbox\nfrom bot.updates import model\ndef f(): ...",
    "bot/updates/asking.py": "from bot.prompts import flow",
    "bot/updates/listeners.py": "from bot.updates import flow\nasync def f(): ...",
    "bot/releases/__init__.py": "",
    "bot/releases/model.py": "",
    "bot/releases/listeners.py": "",
    "bot/comms/__init__.py": "",
    "bot/comms/flow.py": "from bot.releases import model",
    "bot/decisions/__init__.py": "",
    "bot/decisions/model.py": "",
    "bot/home/__init__.py": "",
    "bot/load/__init__.py": "",
    "bot/load/figures.py": "",
    "bot/load/flow.py": "",
    "bot/home/flow.py": "from bot.updates import flow\nfrom bot.load import figures",
    "bot/demo/__init__.py": "from bot import node",
    "bot/app.py": "from bot.home import flow",
    "bot/node.py": "from bot import app, doors",
    "bot/terminal/__init__.py": "",
    "bot/terminal/running.py": "import typer\nfrom bot import node",
    "bot/terminal/demo.py": "from bot.demo import launcher",
    "bot/demo/launcher.py": "",
    "bot/__main__.py": "import typer\nfrom bot.terminal import demo, running",
}

PLANTED = [
    ("bot/db.py", "from bot.updates import model", "the kernel imports only the kernel"),
    ("bot/timers.py", "import bot.delivery.outbox", "the kernel imports only the kernel"),
    ("bot/clock.py", "def f():\n    from bot import rituals", "the kernel imports only the kernel"),
    ("bot/__init__.py", "from bot.people import model", "the kernel imports only the kernel"),
    ("bot/delivery/model.py", "from bot.people.model import Person", "delivery imports only the kernel"),
    ("bot/people/model.py", "from bot.rituals import model", "people imports only the kernel"),
    ("bot/people/model.py", "from bot.delivery.model import Message", "only the outbox is for others"),
    ("bot/rituals/flow.py", "from bot.updates import flow", "rituals know no room"),
    ("bot/updates/flow.py", "from bot.decisions.model import Decision", "a room never imports another room"),
    ("bot/releases/flow.py", "from bot.comms import flow", "a room never imports another room"),
    ("bot/comms/flow.py", "from bot.releases import listeners", "of releases others see no listeners"),
    ("bot/comms/flow.py", "from bot.decisions import model", "a room never imports another room"),
    ("bot/updates/flow.py", "from ..decisions import model", "a room never imports another room"),
    ("bot/updates/flow.py", "import bot.rituals.flow", "of rituals a room sees"),
    ("bot/updates/flow.py", "from bot.prompts import model", "of prompts a room sees"),
    ("bot/updates/flow.py", "from bot.api import model", "of the API a room sees"),
    ("bot/api/flow.py", "from bot.updates import model", "the API imports only the kernel"),
    ("bot/prompts/flow.py", "from bot.updates import model", "prompts know people and the outbox"),
    ("bot/updates/flow.py", "from bot.home import flow", "nobody imports a reading room"),
    ("bot/updates/flow.py", "from bot.load import figures", "nobody imports a reading room"),
    ("bot/home/flow.py", "from bot.load import flow", "nobody imports a reading room"),
    ("bot/updates/flow.py", "from bot.updates import listeners", "flow comes before listeners"),
    ("bot/updates/model.py", "from bot.updates.flow import f", "model comes before flow"),
    ("bot/home/flow.py", "from bot.updates import listeners", "not listeners"),
    (
        "bot/updates/listeners.py",
        "from bot import app",
        "only applying, demo, doctor, node, simulate, terminal starts it",
    ),
    ("bot/app.py", "import bot.node", "only demo, doctor, terminal starts it"),
    ("bot/node.py", "import bot.demo", "only terminal starts it"),
    ("bot/demo/__init__.py", "from bot import __main__", "only Python starts it"),
    ("bot/__main__.py", "from bot import node", "only demo, doctor, terminal starts it"),
    ("bot/doctor.py", "from bot.terminal import running", "only __main__ starts it"),
    ("bot/updates/model.py", "import slack_bolt", "its home is doors"),
    ("bot/updates/listeners.py", "from slack_sdk.web import WebClient", "its home is delivery.slack"),
    ("bot/timers.py", "import apscheduler", "its home is scheduler"),
    ("bot/updates/messages.py", "from jinja2 import Template", "its home is words"),
    ("bot/updates/flow.py", "import requests", "a new outside package"),
    ("bot/updates/flow.py", "import datetime\nnow = datetime.datetime.now()", "take it from the clock"),
    ("bot/updates/flow.py", "def f(session): session.commit()", "the transaction belongs to"),
    ("bot/updates/flow.py", "async def f(): ...", "is asynchronous"),
    ("bot/drawer.py", "", "is new here"),
    ("bot/drawer/things.py", "", "is new here"),
]


def test_a_tree_that_keeps_the_rules_has_no_faults(tmp_path: Path) -> None:
    plant(tmp_path, CLEAN)

    assert faults(tmp_path) == []


@pytest.mark.parametrize(("file", "source", "rule"), PLANTED)
def test_a_planted_fault_is_found_where_it_is(tmp_path: Path, file: str, source: str, rule: str) -> None:
    plant(tmp_path, CLEAN | {file: source})

    (fault,) = faults(tmp_path)
    assert fault.startswith(file)
    assert rule in fault


def plant(root: Path, files: dict[str, str]) -> None:
    for name, source in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(source)
