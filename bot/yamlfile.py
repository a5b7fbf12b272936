"""Reads the YAML a team edits. Every complaint names file, line and column, and says how to mend it.

All scalars reach the models as text, and only an empty value, `~` or `null` is None: so `10:00` stays a time,
`no` stays Norway, and the model alone decides what a value means.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

MAX_BYTES = 1_000_000
MAX_VALUES = 50_000
"""How many values a file may come to once its aliases are written out; stops alias bombs."""

M = TypeVar("M", bound=BaseModel)
KeyPath = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, both from 1."""
Level = Literal["error", "warning", "info"]
"""Only an error keeps definitions from being used."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend in a file a person edits. Line and column count from 1."""

    file: str
    line: int
    column: int
    message: str
    mend: str = ""
    level: Level = "error"
    rule: str = ""
    """The id of the check that it breaks, such as `CA03`; empty when it is no more than a slip of the pen."""


@dataclass(frozen=True)
class Document:
    """A YAML file as plain data (dicts, lists, text and None) that remembers where everything stands."""

    file: str
    data: Any
    keys: Mapping[KeyPath, Place]
    values: Mapping[KeyPath, Place]

    def problem(
        self,
        path: KeyPath,
        message: str,
        mend: str = "",
        *,
        at_key: bool = False,
        level: Level = "error",
        rule: str = "",
    ) -> Problem:
        """A complaint about the value at `path`, or about the nearest thing around it that the file holds."""
        places = self.keys if at_key and path in self.keys else self.values
        while path not in places:
            path = path[:-1]
        return Problem(self.file, *places[path], message, mend, level, rule)


def read(path: Path, model: type[M]) -> tuple[M | None, list[Problem]]:
    """The file at `path` as a `model`, or everything that is wrong with it."""
    document, problems = open_document(path)
    if document is None:
        return None, problems
    found, more = validate(document, model)
    return (None if problems or more else found), sorted(problems + more)


def open_document(path: Path) -> tuple[Document | None, list[Problem]]:
    """Read and parse the file at `path`; no model checks it yet. A document may come with problems."""
    content, problems = content_of(path)
    return (None, problems) if content is None else parse(content, shown(path))


def content_of(path: Path) -> tuple[bytes | None, list[Problem]]:
    """What is in the file at `path`, as far as may be parsed; or why it cannot be read."""
    file = shown(path)
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1), []
    except FileNotFoundError:
        return None, [Problem(file, 1, 1, "there is no such file", f"create {path.name} in this folder")]
    except OSError as error:
        return None, [Problem(file, 1, 1, f"the file cannot be read: {error.strerror}", "check what it is")]


def parse(content: bytes, file: str) -> tuple[Document | None, list[Problem]]:
    """Parse YAML; `file` is the name to show in complaints."""
    if len(content) > MAX_BYTES:
        return None, [Problem(file, 1, 1, "the file is larger than 1 MB", "split it, or remove what is not needed")]
    try:
        return _document(content.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        return None, [_not_utf8(content, error.start, file)]
    except _Refused as refused:
        return None, [Problem(file, *refused.place, refused.message, refused.mend)]
    except ReaderError as error:
        line, column = _place_in(content.decode("utf-8-sig"), error.position)
        message = "there is a control character here that YAML does not allow"
        return None, [Problem(file, line, column, message, "delete it and type the text again")]
    except MarkedYAMLError as error:
        return None, [_syntax_problem(error, content, file)]
    except RecursionError:
        message = "lists and blocks are nested too deeply here"
        return None, [Problem(file, 1, 1, message, "close each `[` and `{`, and indent less")]
    except (YAMLError, ValueError):
        return None, [Problem(file, 1, 1, "this is not YAML that can be read", "use plain `key: value` lines")]


def sample_data(text: str) -> Any:
    """What a YAML file holds that comes with Drumbeat: there, numbers, days and moments are such, and not text."""
    return YAML(typ="safe", pure=True).load(text)


def edited(text: str, change: Callable[[Any], None]) -> str:
    """The YAML `text` after `change` was made to its data in place; its comments stay where they are."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(text)
    change(data)
    out = StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def validate(document: Document, model: type[M]) -> tuple[M | None, list[Problem]]:
    """Hold a document against a model.

    Unknown keys are complained of and then left out: when they are the only fault, a model comes back beside
    the problems, so that checks that need the whole of it can still speak.
    """
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
    # A list whose entries are all wrong counts as empty, too; what is wrong with each is enough.
    told = [detail for detail in errors if not (detail["type"] == "too_short" and detail["input"])]
    problems = sorted({_complaint(document, model, detail) for detail in told})
    if any(detail["type"] != "extra_forbidden" for detail in errors):
        return None, problems
    data = document.data
    for detail in errors:
        data = _without(data, _path_in(document, detail["loc"]))
    found, more = validate(replace(document, data=data), model)
    return found, sorted({*problems, *more})


def wrong(message: str, mend: str = "", *, at: str = "", rule: str = "") -> PydanticCustomError:
    """What a validator raises: a sentence, how to mend it, and, on a whole block, the key it is about.

    `rule` is the id of the check that it breaks.
    """
    return PydanticCustomError("wrong", "{message}", {"message": message, "mend": mend, "at": at, "rule": rule})


def nearest(word: str, known: Iterable[str], *, by: Callable[[str], str] = str.casefold) -> str:
    """For `mend`: what to write, the nearest known words (compared `by` some part of them), else all of them."""
    known = list(known)
    parts = {by(each): each for each in known}
    if close := difflib.get_close_matches(by(word), parts, n=3, cutoff=0.6):
        return "write " + " or ".join(f"`{parts[part]}`" for part in close)
    if not known:
        return ""
    more = ", …" if len(known) > 20 else ""
    return "write one of: " + ", ".join(known[:20]) + more


class _Refused(Exception):
    """Well-formed YAML that we do not take."""

    def __init__(self, place: Place, message: str, mend: str) -> None:
        super().__init__(message)
        self.place, self.message, self.mend = place, message, mend


def _document(text: str, file: str) -> tuple[Document, list[Problem]]:
    document, problems = _read(text)
    return replace(document, file=file), [replace(each, file=file) for each in problems]


@lru_cache(maxsize=32)
def _read(text: str) -> tuple[Document, tuple[Problem, ...]]:
    """Of a file without a name. Kept, since of a team's files most stay as they are from one look to the next."""
    root = YAML(typ="safe", pure=True).compose(text)
    if root is None or _is_nothing(root):
        raise _Refused((1, 1), "the file is empty", "write its keys, as in the starter definitions")
    reading = _Reading()
    data = reading.plain(root, (), [])
    return Document("", data, reading.keys, reading.values), tuple(reading.problems)


class _Reading:
    """Turns parsed nodes into plain data and notes where each key and value stands."""

    def __init__(self) -> None:
        self.keys: dict[KeyPath, Place] = {}
        self.values: dict[KeyPath, Place] = {}
        self.problems: list[Problem] = []
        self._count = 0

    def plain(self, node: Node, path: KeyPath, above: list[Node]) -> Any:
        self._count += 1
        if self._count > MAX_VALUES:
            raise _Refused(
                _start(node), "the file holds too many values", "write fewer aliases (`*name`), or split the file"
            )
        if any(node is each for each in above):
            raise _Refused(_start(node), "an alias here refers to itself", "write the values out")
        if not str(node.tag).startswith("tag:yaml.org,2002:"):
            self._complain(node, f"the tag `{node.tag}` means nothing here", "remove it")
        self.values[path] = _start(node)
        if isinstance(node, MappingNode):
            return self._mapping(node, path, [*above, node])
        if isinstance(node, SequenceNode):
            return [self.plain(each, (*path, i), [*above, node]) for i, each in enumerate(node.value)]
        return None if _is_nothing(node) else node.value

    def _mapping(self, node: MappingNode, path: KeyPath, above: list[Node]) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._complain(key_node, "a key must be one word or text", "write `key: value`")
                continue
            key = str(key_node.value)
            here = (*path, key)
            if key in plain:
                line = self.keys[here][0]
                message = f"the key `{key}` stands here twice; the first is on line {line}"
                self._complain(key_node, message, "keep one of them")
                continue
            self.keys[here] = _start(key_node)
            plain[key] = self.plain(value_node, here, above)
            if _is_nothing(value_node):
                self.values[here] = _start(key_node)
        return plain

    def _complain(self, node: Node, message: str, mend: str) -> None:
        self.problems.append(Problem("", *_start(node), message, mend))


def _is_nothing(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _start(node: Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _not_utf8(content: bytes, position: int, file: str) -> Problem:
    before = content[:position].decode("utf-8", errors="replace")
    line, column = _place_in(before, len(before))
    return Problem(file, line, column, "the file is not UTF-8 text", "save it with the encoding UTF-8")


def _place_in(text: str, position: int) -> Place:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _syntax_problem(error: MarkedYAMLError, content: bytes, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    trouble = str(error.problem or error.context or "this is not YAML")
    if "'\\t'" in trouble or _is_indented_by_tab(content, line):
        return Problem(file, line, column, "a tab stands where YAML wants spaces", "indent with spaces")
    for sign, message, mend in _SYNTAX:
        if sign in trouble:
            return Problem(file, line, column, message, mend)
    return Problem(file, line, column, f"this is not YAML: {trouble}", "compare with the lines around it")


_SYNTAX = (
    ("mapping values are not allowed", "a second `: ` on this line, or a wrong indent",
     'put text that holds `: ` in quotes: "…", or line the key up with its neighbours'),
    ("another document", "a second document begins here (`---`)", "keep one document in a file"),
    ("undefined alias", "an alias (`*name`) without its anchor (`&name`)", "quote the text, or write it out"),
    ("unexpected end of stream", "a quote is never closed", "close it at the end of the text"),
    ("expected ',' or ']'", "a list that begins with `[` is never closed", "close it with `]`"),
    ("expected ',' or '}'", "a block that begins with `{` is never closed", "close it with `}`"),
    ("expected <block end>", "this line is not lined up with those above", "indent it like its neighbours"),
    ("could not find expected ':'", "a key without `: ` and a value", "write `key: value`"),
    ("expected the node content", "something is missing before this, or a `[` or `{` above is never closed",
     'close it; text that begins with # needs quotes: "#name"'),
    ("cannot start any token", "text may not begin with this character", 'put the text in quotes: "…"'),
)  # fmt: skip


def _is_indented_by_tab(content: bytes, line: int) -> bool:
    lines = content.splitlines()[max(0, line - 2) : line]
    return any(b"\t" in each[: len(each) - len(each.lstrip())] for each in lines)


def _complaint(document: Document, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    problem = _in_words(document, model, detail)
    is_nothing = detail["type"] in ("missing", "too_short", "string_too_short") or detail["input"] is None
    return replace(problem, rule=_rule(model, document, detail)) if is_nothing and not problem.rule else problem


def _in_words(document: Document, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    kind, context = detail["type"], detail.get("ctx", {})
    path = _path_in(document, detail["loc"])
    name = _name_of(path)
    if kind == "wrong":
        path = (*path, context["at"]) if context["at"] else path
        return document.problem(path, context["message"], context["mend"], rule=context["rule"])
    if kind == "missing":
        key = str(detail["loc"][-1])
        return document.problem(path, f"`{key}` is missing", _meaning(model, (*path, key)) or f"add `{key}: …`")
    if kind == "extra_forbidden":
        models = _models_at(model, path[:-1])
        known = [field.alias or key for each in models for key, field in each.model_fields.items()]
        return document.problem(path, f"unknown key `{name}`", nearest(name, known), at_key=True)
    if detail["input"] is None or kind == "string_too_short":
        return document.problem(path, f"`{name}` is empty", _meaning(model, path) or f"write a value after `{name}:`")
    if kind in ("literal_error", "enum"):
        choices = re.findall(r"'([^']*)'", context["expected"])
        message = f"`{name}` cannot be `{detail['input']}`"
        return document.problem(path, message, nearest(str(detail["input"]), choices))
    if kind == "too_short":
        return document.problem(
            path, f"`{name}` has no entry", _meaning(model, path) or "write at least one after `- `"
        )
    if kind == "string_too_long":
        longest = context["max_length"]
        message = f"`{name}` is {len(detail['input'])} characters long"
        return document.problem(path, message, f"write at most {longest}")
    message, mend = _IN_WORDS.get(kind, (f"this does not fit: {detail['msg']}", ""))
    return document.problem(path, f"`{name}`: {message}", mend)


_IN_WORDS = {
    "string_type": ("one piece of text belongs here", "write text, in quotes if it holds signs"),
    "model_type": ("a block of `key: value` lines belongs here", "indent its keys below it"),
    "model_attributes_type": ("a block of `key: value` lines belongs here", "indent its keys below it"),
    "dict_type": ("a block of `key: value` lines belongs here", "indent its keys below it"),
    "list_type": ("a list belongs here", "write each entry on its own line after `- `"),
    "tuple_type": ("a list belongs here", "write each entry on its own line after `- `"),
    "int_parsing": ("a whole number belongs here", "write digits only, such as 5"),
    "int_type": ("a whole number belongs here", "write digits only, such as 5"),
    "bool_parsing": ("yes or no belongs here", "write `true` or `false`"),
    "bool_type": ("yes or no belongs here", "write `true` or `false`"),
}


def _path_in(document: Document, loc: tuple[str | int, ...]) -> KeyPath:
    """Where a model's complaint points: its own steps (such as the member of a union) are not in the file."""
    path: KeyPath = ()
    for step in loc:
        if (*path, step) in document.values:
            path = (*path, step)
    return path


def _name_of(path: KeyPath) -> str:
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "the file")


def _meaning(model: type[BaseModel], path: KeyPath) -> str:
    """What a field's own description tells people to write."""
    for each in _models_at(model, path[:-1]):
        for key, field in each.model_fields.items():
            if path[-1] == (field.alias or key):
                return field.description or ""
    return ""


def _rule(model: type[BaseModel], document: Document, detail: ErrorDetails) -> str:
    """The check that is broken where a field is empty or missing: models say it under `rules`, by the field's key."""
    path = _path_in(document, detail["loc"])
    if detail["type"] == "missing":
        path = (*path, str(detail["loc"][-1]))
    if not path:
        return ""
    rules: list[str] = [getattr(each, "rules", {}).get(path[-1], "") for each in _models_at(model, path[:-1])]
    return next(filter(None, rules), "")


def _models_at(annotation: Any, path: KeyPath) -> Iterator[type[BaseModel]]:
    """The models that a value at `path` could be."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not path:
            yield annotation
        elif field := annotation.model_fields.get(str(path[0])):
            yield from _models_at(field.annotation, path[1:])
    elif (origin := get_origin(annotation)) in (list, tuple, dict):
        member = get_args(annotation)[1 if origin is dict else 0]
        if path:
            yield from _models_at(member, path[1:])
    else:
        for member in get_args(annotation):
            yield from _models_at(member, path)


def _without(data: Any, path: KeyPath) -> Any:
    """A copy of plain data with the key at `path` left out."""
    if len(path) == 1:
        return {key: value for key, value in data.items() if key != path[0]}
    if isinstance(data, list):
        return [_without(each, path[1:]) if i == path[0] else each for i, each in enumerate(data)]
    return {key: _without(value, path[1:]) if key == path[0] else value for key, value in data.items()}


def shown(path: Path) -> str:
    """As a person would type it: relative to the current folder when it lies beneath it."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()
