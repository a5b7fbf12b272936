"""Every block of every shipped template has sample data, by which its words are shown, read and checked."""

import ast
import importlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from bot.samples import data, source
from bot.samples.checking import problems, templates, without_sample
from bot.samples.data import WHOLE
from bot.samples.listing import listing
from bot.samples.source import Block
from tests.fakes import ROOT, shipped_words

TEMPLATES = ROOT / "templates"
GOLDEN = Path(__file__).parent / "golden"
RENEW = "DRUMBEAT_GOLDEN"
HOW = f"Read what has changed; if it is meant, say {RENEW}=1 pytest tests/samples, and commit the golden texts."

SHIPPED = templates(TEMPLATES)


@pytest.mark.parametrize("template", SHIPPED)
def test_every_block_has_a_sample_filled_and_empty(template: str) -> None:
    blocks, cases = blocks_of(template), data.cases(template)

    how = f"Write it into {data.file_of(template)}; docs/words.md says how."
    assert without_sample(blocks, cases) == [], f"These lack a sample, or an empty one. {how}"
    assert [name for name in cases if name not in blocks] == [], "These samples belong to no block."


def test_every_file_of_samples_belongs_to_a_template() -> None:
    there = {f"{path.relative_to(data.FOLDER).with_suffix('').as_posix()}.j2" for path in data.FOLDER.rglob("*.yaml")}

    assert sorted(there - set(SHIPPED)) == []


@pytest.mark.parametrize("template", SHIPPED)
def test_what_a_template_says_is_what_we_have_read(template: str) -> None:
    golden = GOLDEN / template.removesuffix(".j2")
    said = listing(shipped_words(), template, [*blocks_of(template)], data.cases(template))

    if RENEW in os.environ:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(said, encoding="utf-8")
    assert golden.is_file(), HOW
    assert said == golden.read_text(encoding="utf-8"), HOW


def test_every_golden_text_is_of_a_template() -> None:
    there = {f"{path.relative_to(GOLDEN).as_posix()}.j2" for path in GOLDEN.rglob("*.*")}

    assert sorted(there - set(SHIPPED)) == []


def test_the_shipped_templates_have_no_mistakes() -> None:
    assert problems([TEMPLATES]) == []


@pytest.mark.parametrize("template", SHIPPED)
def test_every_block_is_asked_for_somewhere(template: str) -> None:
    blocks, is_named = blocks_of(template), names_near(template)
    asked = {WHOLE} | {name for block in blocks.values() for name in block.asks}

    assert [name for name in blocks if name not in asked and not is_named(name)] == [], "Nothing shows these."


def test_no_code_asks_for_a_block_that_there_is_not() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} {template} {block}"
        for path, tree in code().items()
        for line, template, block in asked_for(tree, path)
        if not (TEMPLATES / template).is_file() or block not in blocks_of(template)
    ]

    assert wrong == []


@cache
def code() -> dict[Path, ast.Module]:
    files = [path for path in sorted((ROOT / "bot").rglob("*.py")) if "samples" not in path.parts]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}


def names_near(template: str) -> Callable[[str], bool]:
    """Whether a name is written in the rooms that speak of a template, or in the definitions, which choose some blocks.

    Each room's own folder of templates is its own. `f"{what}_title"` is every name that ends so.
    """
    rooms = {path.parent for path in code() if template in named_in(path)} | {ROOT / "bot" / Path(template).parts[0]}
    near = [path for path in code() if path.parent in rooms or "definitions" in path.parts]
    # What the definitions call `two-options` is the block `two_options`.
    written = {spelt for path in near for text in texts(path) for spelt in (text, text.replace("-", "_"))}
    return lambda name: any(pattern.fullmatch(name) for path in near for pattern in formed(path)) or name in written


@cache
def named_in(path: Path) -> set[str]:
    """The templates that a file names, also by another's constant."""
    modules = [module := module_of(path), *(each for each in vars(module).values() if isinstance(each, ModuleType))]
    named = {each for found in modules for each in vars(found).values() if isinstance(each, str)} | texts(path)
    return {each for each in named if each.endswith(".j2")}


def module_of(path: Path) -> ModuleType:
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


@cache
def texts(path: Path) -> set[str]:
    found = (each.value for each in ast.walk(code()[path]) if isinstance(each, ast.Constant))
    return {each for each in found if isinstance(each, str)}


@cache
def formed(path: Path) -> list[re.Pattern[str]]:
    """The texts of a file that are put together, if they can be names."""
    found = (each.values for each in ast.walk(code()[path]) if isinstance(each, ast.JoinedStr))
    written = ["".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in each) for each in found]
    return [re.compile(each.replace("*", r"\w+")) for each in written if re.fullmatch(r"[a-z_*]*_[a-z_*]*", each)]


@cache
def blocks_of(template: str) -> Mapping[str, Block]:
    return source.blocks(TEMPLATES / template)


def asked_for(tree: ast.Module, path: Path) -> Iterator[tuple[int, str, str]]:
    """Where code asks for a block by name: line, template, block; also by way of a function of the same file."""
    module = module_of(path)
    by_way_of: dict[str, tuple[int, str]] = {}
    for function in (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)):
        parameters = [each.arg for each in function.args.args]
        for call in parts(function):
            template, block = template_of(module, call), call.args[1]
            # A name that stands for the words themselves is another thing in each function.
            if template and isinstance(block, ast.Name) and block.id in parameters and function.name != "part":
                by_way_of[function.name] = parameters.index(block.id), template
    for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in by_way_of:
            at, template = by_way_of[call.func.id]
            yield from ((call.lineno, template, name) for name in literals(call.args[at : at + 1]))
    for call in parts(tree):
        if template := template_of(module, call):
            yield from ((call.lineno, template, name) for name in literals(call.args[1:2]))


def parts(tree: ast.AST) -> Iterator[ast.Call]:
    for each in ast.walk(tree):
        if isinstance(each, ast.Call) and ast.unparse(each.func).split(".")[-1] == "part" and len(each.args) == 2:
            yield each


def template_of(module: ModuleType, call: ast.Call) -> str:
    """The template that a call names, as text or by a constant."""
    found: object = module
    if isinstance(call.args[0], ast.Constant):
        found = call.args[0].value
    else:
        for name in ast.unparse(call.args[0]).split("."):
            found = getattr(found, name, None)
    return found if isinstance(found, str) and found.endswith(".j2") else ""


def literals(arguments: list[ast.expr]) -> Iterator[str]:
    """The names that stand there as they are, or one or the other by a condition."""
    for each in arguments:
        if isinstance(each, ast.IfExp):
            yield from literals([each.body, each.orelse])
        elif isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.isidentifier():
            yield each.value
