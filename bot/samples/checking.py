"""Checks the words a team has written, and the shipped ones: each block is shown with its samples."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jinja2 import TemplateSyntaxError

from bot.samples import data, source
from bot.samples.data import EMPTY, FILLED, Case
from bot.samples.listing import shown
from bot.samples.source import Block
from bot.words import TemplateProblem, Words
from bot.yamlfile import Problem, nearest
from bot.yamlfile import shown as as_typed

SECTION = 3000
HEADING = 150
"""How many characters Slack shows of a text, and of a heading."""
OWN_FILES = frozenset({"digests"})
"""Folders to which a team may add files of its own. They are shown with the samples of the shipped ones there."""
SUFFIX, OWN_SUFFIX = ".j2", ".txt.j2"

_MARKUP = re.compile(r"<(?:[@#!][A-Z]|https?:)[^>\n]*>")
_NO_ATTRIBUTE = re.compile(r"has no attribute '(\w+)'")
_NO_NAME = re.compile(r"'(\w+)' is undefined")


def templates(folder: Path) -> list[str]:
    """The names of the templates in a folder, such as `updates/digest.txt.j2`."""
    return [name for name in _files(folder) if name.endswith(SUFFIX) and (folder / name).is_file()]


def problems(folders: Sequence[Path]) -> list[Problem]:
    """Everything to mend in the templates of `folders`, the one that wins first; the last holds the shipped ones."""
    *own, shipped = folders
    found: list[Problem] = []
    seen: set[str] = set()
    shipped_words = Words([shipped])
    for folder in own:
        found += _misplaced(folder, shipped)
    # The shipped ones, too, as they are once a file that they share is a team's own.
    words = Words(folders)
    for folder in folders:
        for name in templates(folder):
            if name not in seen:
                seen.add(name)
                found += _Template(name, folder, shipped, words, shipped_words).problems()
    return list(dict.fromkeys(found))


def _files(folder: Path) -> list[str]:
    """The names of all files in a folder, also behind links, as they are found when they are shown.

    What begins with a point is somebody else's, such as the copies that Kubernetes keeps.
    """
    found: list[str] = []
    seen: set[str] = set()
    for here, folders, files in os.walk(folder, followlinks=True):
        # A link may lead back to where it stands.
        where = os.path.realpath(here)
        folders[:] = [] if where in seen else [each for each in folders if not each.startswith(".")]
        seen.add(where)
        found += [(Path(here) / each).relative_to(folder).as_posix() for each in files if not each.startswith(".")]
    return sorted(found)


def _misplaced(folder: Path, shipped: Path) -> Iterator[Problem]:
    """Files in a team's folder that nothing reads."""
    known = templates(shipped)
    for name in _files(folder):
        path = folder / name
        if not path.exists():
            says = f"`{name}` is a link that leads nowhere, so it changes nothing"
            yield Problem(as_typed(path), 1, 1, says, "correct the link, or remove it")
        is_own = name.split("/")[0] in OWN_FILES and name.endswith(OWN_SUFFIX)
        if name in known or path.suffix == ".md" or is_own:
            continue
        says = f"nothing reads `{name}`: no shipped template has this name"
        yield Problem(as_typed(path), 1, 1, says, nearest(name, known))


class _Template:
    def __init__(self, name: str, folder: Path, shipped: Path, words: Words, shipped_words: Words) -> None:
        self._name, self._path, self._words = name, folder / name, words
        self._is_own = folder != shipped
        self._shipped_name = self._model(shipped)
        self._shipped = shipped / self._shipped_name
        # What others share may hold anything.
        self._is_like_another = (shipped / name).is_file() or name.count("/") == 1
        self._shipped_words = shipped_words
        self._cases = data.cases(self._model(shipped))
        self._file = as_typed(self._path)

    def problems(self) -> list[Problem]:
        try:
            blocks = source.blocks(self._path)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            return [self._problem(line, "this is not UTF-8", "save the file as UTF-8")]
        except OSError as error:
            return [self._problem(1, f"this cannot be read: {error.strerror}", "let everybody read the file")]
        except TemplateSyntaxError as error:
            says = (error.message or "").rstrip(".")
            return [
                self._problem(error.lineno, f"this is not a template that can be read: {says}", "correct this line")
            ]
        if not self._shipped.is_file():
            return []
        model = source.blocks(self._shipped)
        found = [*self._unlike(blocks, model)] if self._is_own and self._is_like_another else []
        for name, block in blocks.items():
            # What is in no shipped file is shown where another block asks for it, with the values of that one.
            if name in model:
                # A mistake in a name is told once, and not again by every sample.
                found += [*self._unknown(block)] or [*self._shown(name, block)]
        return sorted(set(found))

    def _model(self, shipped: Path) -> str:
        """The shipped template whose samples fit: the same, or where a team may add files, the first there."""
        room = self._name.split("/")[0]
        if (shipped / self._name).is_file() or room not in OWN_FILES:
            return self._name
        return next((each for each in templates(shipped) if each.startswith(f"{room}/")), self._name)

    def _unlike(self, blocks: Mapping[str, Block], shipped: Mapping[str, Block]) -> Iterator[Problem]:
        """Blocks that the shipped file has and this one lacks, and blocks that nothing asks for."""
        if shipped.keys() == {data.WHOLE}:
            return
        asked = {each for block in blocks.values() for each in block.asks}
        for name in shipped.keys() - blocks.keys():
            mend = f"copy `{{% block {name} %}}` from {as_typed(self._shipped)}"
            yield self._problem(1, f"the block `{name}` is missing, and people would get an error instead", mend)
        for name in blocks.keys() - shipped.keys() - asked:
            line = blocks[name].line
            yield self._problem(line, f"nothing uses the block `{name}`", nearest(name, shipped) or "remove it")

    def _unknown(self, block: Block) -> Iterator[Problem]:
        """Names of values that this block is not given."""
        given = {name for case in self._of(block.name) for name in case.values}
        for name, line in block.uses.items():
            if name not in given:
                mend = nearest(name, given) if given else "this block is given no values: write words alone"
                yield self._problem(line, f"the block `{block.name}` is given no value `{name}`", mend, of=name)

    def _shown(self, name: str, block: Block) -> Iterator[Problem]:
        for case in self._of(name):
            try:
                text = shown(self._words, self._name, name, case)
            except TemplateProblem as problem:
                yield self._in_words(problem, block, case)
                continue
            yield from self._as_text(name, block, case, text)

    def _as_text(self, name: str, block: Block, case: Case, text: str) -> Iterator[Problem]:
        where = f"the block `{name}` ({case.name})" if case.name else f"the block `{name}`"
        most = HEADING if name == "title" or name.endswith("_title") else SECTION
        if not text.strip() and self._is_own and self._shipped_text(name, case).strip():
            yield self._problem(block.line, f"{where} says nothing", "write words for this case, too")
        if len(text) > most and name != data.WHOLE:
            mend = f"write at most {most}, or use the filter `truncate`"
            yield self._problem(block.line, f"{where} has {len(text)} characters, and Slack shows {most} there", mend)
        if self._name.endswith(".txt.j2") and (found := _MARKUP.search(text)):
            mend = "write it without < and >; this file is shown exactly as it stands"
            yield self._problem(block.line, f"{where} shows `{found.group()}` as it stands", mend)

    def _shipped_text(self, name: str, case: Case) -> str:
        try:
            return shown(self._shipped_words, self._shipped_name, name, case)
        except TemplateProblem:
            # A block of their own has nothing to be compared with.
            return ""

    def _of(self, block: str) -> Sequence[Case]:
        return self._cases.get(block) or [Case("", {})]

    def _in_words(self, problem: TemplateProblem, block: Block, case: Case) -> Problem:
        line = problem.line or block.line
        if problem.line and Path(problem.file) != self._path:
            # It is in a file that this one shares with others.
            return Problem(as_typed(Path(problem.file)), line, 1, problem.says, "correct this line")
        if lacks := _NO_ATTRIBUTE.search(problem.says) or _NO_NAME.search(problem.says):
            name = lacks.group(1)
            says = f"there is no value `{name}` here (block `{block.name}`, {case.name})"
            mend = nearest(name, _names(case.values)) or "use a value that the shipped file uses"
            return self._problem(line, says, mend, of=name)
        return self._problem(line, f"the block `{block.name}` cannot be shown: {problem.says}", problem.mend)

    def _problem(self, line: int, says: str, mend: str, *, of: str = "") -> Problem:
        """A complaint about a line, and in it about the word `of`."""
        column = 1
        if of:
            text = self._path.read_text(encoding="utf-8").splitlines()[line - 1]
            column = max(text.find(of), 0) + 1
        return Problem(self._file, line, column, says, mend)


def _names(values: object) -> set[str]:
    """Every name that stands anywhere in the values."""
    if isinstance(values, Mapping):
        return {str(name) for name in values} | {name for each in values.values() for name in _names(each)}
    if isinstance(values, list):
        return {name for each in values for name in _names(each)}
    return set()


def without_sample(blocks: Mapping[str, Block], cases: Mapping[str, Sequence[Case]]) -> list[str]:
    """Of the blocks of a template, those that lack a sample, or that choose between words and lack an empty one."""
    lacking = []
    for name, block in blocks.items():
        there = {case.name for case in cases.get(name, ())}
        if (block.uses and FILLED not in there) or (block.uses and block.chooses and EMPTY not in there):
            lacking.append(name)
    return lacking
