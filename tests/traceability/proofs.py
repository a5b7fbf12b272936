"""Which tests prove what: the `proves` marks, read from the sources without running anything.

`@pytest.mark.proves("R17")` says that a test would fail without R17. `@pytest.mark.proves(each="rule")` says that each
case of a parametrised test proves the id that it is given as `rule`.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Proof:
    """A test that proves something."""

    id: str
    file: str
    """From the root of the repository."""
    test: str
    """The name of the function."""

    @property
    def sentence(self) -> str:
        return self.test.removeprefix("test_").replace("_", " ")


def proofs(root: Path) -> list[Proof]:
    """All of them in `root`, in the order in which they stand there.

    Raises `ValueError` when a mark does not say its ids in a way that can be read here.
    """
    return [
        Proof(id, path.relative_to(root).as_posix(), function.name)
        for path in sorted((root / "tests").rglob("test_*.py"))
        for function, id in _in_source(path.read_text("utf-8"))
    ]


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _in_source(text: str) -> Iterator[tuple[Function, str]]:
    if "mark.proves" not in text:
        return
    tree = ast.parse(text)
    for function in tree.body:
        if isinstance(function, Function):
            for mark in _marks(function, "proves"):
                for value in mark.args:
                    yield function, _constant(value)
                for keyword in mark.keywords:
                    for id in _each(tree, function, _constant(keyword.value)):
                        yield function, id


def _marks(function: Function, name: str) -> Iterator[ast.Call]:
    for each in function.decorator_list:
        if isinstance(each, ast.Call) and ast.unparse(each.func) == f"pytest.mark.{name}":
            yield each


def _each(tree: ast.Module, function: Function, argument: str) -> list[str]:
    """What a parametrised test is given as `argument`, each value once."""
    for mark in _marks(function, "parametrize"):
        names, cases = (ast.literal_eval(mark.args[0]), _assigned(tree, mark.args[1]))
        if argument in names:
            position = names.index(argument)
            return list(dict.fromkeys(_constant(_values(case)[position]) for case in cases))
    raise ValueError(f"{function.name} is given no {argument}")


def _assigned(tree: ast.Module, cases: ast.expr) -> list[ast.expr]:
    """The cases, which may stand under a name of their own."""
    if isinstance(cases, ast.Name):
        for each in tree.body:
            targets = each.targets if isinstance(each, ast.Assign) else [getattr(each, "target", None)]
            if any(isinstance(target, ast.Name) and target.id == cases.id for target in targets):
                return _values(each.value)  # type: ignore[attr-defined]  # both sorts of assignment have one
    return _values(cases)


def _values(case: ast.expr) -> list[ast.expr]:
    if isinstance(case, ast.Tuple | ast.List):
        return case.elts
    if isinstance(case, ast.Call):  # pytest.param
        return case.args
    raise ValueError(f"line {case.lineno}: cases must be written out to be read here")


def _constant(value: ast.expr) -> str:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    raise ValueError(f"line {value.lineno}: an id must be written out to be read here")
