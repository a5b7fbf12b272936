"""What stands in a template's file, without showing it: its blocks, and the values that each of them uses."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.meta import find_undeclared_variables

from bot.samples.data import WHOLE

GIVEN_BY_JINJA = frozenset({*DEFAULT_NAMESPACE, "self", "super", "loop"})


@dataclass(frozen=True)
class Block:
    """One part of a template, or all of it."""

    name: str
    line: int
    uses: Mapping[str, int]
    """The values it is given from outside that it names, and the first line on which it does."""
    chooses: bool
    """Whether it says one thing or another, as its values are."""
    asks: Set[str]
    """The other blocks of the file that it shows itself."""


def blocks(file: Path) -> dict[str, Block]:
    """The blocks of a template by name; TemplateSyntaxError when it cannot be read. A file without blocks is one."""
    environment = Environment()
    tree = environment.parse(file.read_text(encoding="utf-8"), filename=str(file))
    # Which filters there are, is found out when it is shown.
    environment.filters |= {each.name: str for each in tree.find_all(nodes.Filter)}
    found = {each.name: _block(each.name, each.lineno, each) for each in tree.find_all(nodes.Block)}
    return found or {WHOLE: _block(WHOLE, 1, tree)}


def _block(name: str, line: int, part: nodes.Node) -> Block:
    body = part.body if isinstance(part, nodes.Block) else [part]
    alone = part if isinstance(part, nodes.Template) else nodes.Template(body, lineno=line)
    alone.set_environment(part.environment)  # type: ignore[arg-type]  # a parsed node has one
    # What is set in one branch alone counts for Jinja as coming from outside.
    set_here = {each.name for each in part.find_all(nodes.Name) if each.ctx == "store"}
    outside = find_undeclared_variables(alone) - GIVEN_BY_JINJA - set_here
    lines = {each.name: each.lineno for each in reversed([*part.find_all(nodes.Name)]) if each.name in outside}
    return Block(name, line, lines, any(_choices(part)), frozenset(_asked(part)))


def _choices(part: nodes.Node) -> Iterator[nodes.Node]:
    yield from part.find_all((nodes.If, nodes.For, nodes.CondExpr, nodes.Or))
    yield from (each for each in part.find_all(nodes.Filter) if each.name in ("default", "d"))


def _asked(part: nodes.Node) -> Iterator[str]:
    for each in part.find_all(nodes.Getattr):
        if isinstance(each.node, nodes.Name) and each.node.name == "self":
            yield each.attr
