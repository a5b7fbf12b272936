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
        names = ast.literal_eval(mark.args[0])
        if argument in names:
            return list(dict.fromkeys(_column(tree, mark.args[1], names.index(argument))))
    raise ValueError(f"{function.name} is given no {argument}")


def _column(tree: ast.Module, cases: ast.expr, position: int) -> Iterator[str]:
    """What stands there in each case; cases may stand under names of their own, and be made of others."""
    match cases:
        case ast.Name(id=name):
            yield from _column(tree, _assigned(tree, name), position)
        case ast.Starred(value=others):
            yield from _column(tree, others, position)
        case ast.GeneratorExp(elt=ast.Tuple(elts=made), generators=[ast.comprehension(ast.Tuple(elts=taken), others)]):
            names = [ast.unparse(each) for each in taken]
            yield from _column(tree, others, names.index(ast.unparse(made[position])))
        case ast.Tuple(elts=[*several]) | ast.List(elts=[*several]):
            for each in several:
                if isinstance(each, ast.Tuple | ast.Call):
                    yield _constant((each.elts if isinstance(each, ast.Tuple) else each.args)[position])
                else:
                    yield from _column(tree, each, position)
        case _:
            raise ValueError(f"line {cases.lineno}: cases must be written out to be read here")


def _assigned(tree: ast.Module, name: str) -> ast.expr:
    for each in tree.body:
        match each:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                return value
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                return value
    raise ValueError(f"{name} must be assigned where it is used to be read here")


def _constant(value: ast.expr) -> str:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    raise ValueError(f"line {value.lineno}: an id must be written out to be read here")
