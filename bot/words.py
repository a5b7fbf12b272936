"""What the bot says: Jinja2 templates, first a team's own, then the shipped ones.

How values are escaped follows from the file's name: `.mrkdwn.j2` for Slack's markup, `.md.j2` for Markdown,
`.html.j2` for HTML, `.txt.j2` not at all. Templates run in a sandbox, and a name that nobody gave is an error.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, cast
from zoneinfo import ZoneInfo

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    nodes,
    pass_eval_context,
)
from jinja2.compiler import CodeGenerator, Frame
from jinja2.filters import make_attrgetter
from jinja2.nodes import EvalContext
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from bot import markup
from bot.aliases import NONE, Aliases
from bot.blocks import PayloadError
from bot.blocks.wording import check_markup
from bot.errors import UserError
from bot.markup import Mrkdwn

Escape = Callable[[str], str]

HTML_ONLY = ("e", "escape", "forceescape", "safe", "striptags", "tojson", "urlize", "xmlattr")
"""Jinja's filters that would escape for the wrong language, or not at all."""


class TemplateProblem(UserError):
    """A template that cannot be used: which file and line, what is wrong there and how to mend it."""

    def __init__(self, file: str, says: str, mend: str, line: int | None = None) -> None:
        super().__init__(f"{file}{f', line {line}' if line else ''}: {says.rstrip('.')}. {mend}")
        self.file, self.says, self.mend, self.line = file, says.rstrip("."), mend, line


class Words:
    """Renders the templates in `folders`; of two with one name, the one in the earlier folder.

    Their own text is said in the words of `aliases`. Edits are seen at once; a file added in front of another, by the
    next `Words`.
    """

    def __init__(self, folders: Sequence[Path], aliases: Aliases = NONE) -> None:
        self._folders, self.aliases = folders, aliases
        self._read: dict[str, Template] | None = None
        loader = FileSystemLoader([str(folder) for folder in folders])
        self._environments = {
            ".txt.j2": _Environment(loader, str, aliases),
            ".mrkdwn.j2": _Environment(loader, markup.escape, aliases),
            ".md.j2": _Environment(loader, escape_markdown, aliases),
            ".html.j2": _Environment(loader, html.escape, aliases),
        }

    def spoken_with(self, table: Mapping[str, str]) -> "Words":
        """The same templates in a company's own words."""
        return self if table == self.aliases.table else Words(self._folders, Aliases(table))

    def for_one_look(self) -> "Words":
        """The same, which looks once at each file: what is edited from now on, others see."""
        found = copy(self)
        found._read = {}
        return found

    def render(self, name: str, /, **values: Any) -> str:
        """The whole template: Mrkdwn from `.mrkdwn.j2`, otherwise text. TemplateProblem when it is broken."""
        with _explained(name):
            return _finished(name, self._template(name).render(values))

    def part(self, name: str, block: str, /, **values: Any) -> str:
        """One `{% block %}` of the template alone. TemplateProblem when it is broken or lacks the block."""
        with _explained(name):
            template = self._template(name)
            if block not in template.blocks:
                raise TemplateProblem(str(template.filename), f"there is no block {block}", "Add it to the file.")
            return _finished(name, _render_block(template, block, values))

    def has_block(self, name: str, block: str) -> bool:
        """Whether a template has a `{% block %}` of this name. TemplateProblem when it is broken."""
        with _explained(name):
            return block in self._template(name).blocks

    def _template(self, name: str) -> Template:
        if self._read is None:
            return self._as_it_is(name)
        if name not in self._read:
            self._read[name] = self._as_it_is(name)
        return self._read[name]

    def _as_it_is(self, name: str) -> Template:
        for suffix, environment in self._environments.items():
            if name.endswith(suffix):
                return environment.get_template(name)
        raise ValueError(f"{name}: a template's name ends in one of {', '.join(self._environments)}")


def escape_markdown(text: str) -> str:
    """People's words as Markdown that shows exactly them, less the indentation of lines."""
    escaped = re.sub(r"([\\`*_\[\]<|~&])", r"\\\1", markup.clean(text))
    # Four spaces at the start of a line would make it code.
    escaped = re.sub(r"^[ \t]+", " ", escaped, flags=re.MULTILINE)
    return re.sub(r"^( ?\d*)([-+=#>.)])", r"\1\\\2", escaped, flags=re.MULTILINE)


class _Generator(CodeGenerator):
    """Says a template's own text in the company's words, and leaves `~` to the environment.

    The latter since Jinja itself only knows how to escape for HTML.
    """

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        assert isinstance(self.environment, _Environment)
        _in_own_words(node, self.environment.aliases)
        super().visit_Template(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


def _in_own_words(template: nodes.Template, aliases: Aliases) -> None:
    """Replaces, in place, the text of a template and the constants that it puts out; not those it compares with."""
    for output in template.find_all(nodes.Output):
        for value in output.nodes:
            _say(value, aliases)
    for assigned in template.find_all(nodes.Assign):
        _say(assigned.node, aliases)


def _say(value: nodes.Node, aliases: Aliases) -> None:
    match value:
        case nodes.TemplateData():
            value.data = aliases.own(value.data)
        case nodes.Const(value=str()):
            value.value = aliases.own(value.value)
        case nodes.CondExpr():
            _say(value.expr1, aliases)
            if value.expr2 is not None:
                _say(value.expr2, aliases)
        case nodes.Getitem(node=nodes.Dict() as table):
            for pair in table.items:
                _say(pair.value, aliases)
        case nodes.Concat() | nodes.Or() | nodes.And() | nodes.Add():
            for part in value.iter_child_nodes():
                _say(part, aliases)
        case nodes.Dict():
            for pair in value.items:
                _say(pair.value, aliases)
        case nodes.Filter(node=nodes.Expr() as inner, name=name):
            for part in (inner, *(value.args if name == "default" else ())):
                _say(part, aliases)
        case _:
            pass


class _Environment(SandboxedEnvironment):
    """Templates of one language, which `escape` escapes for. `Markup` marks what is escaped already."""

    code_generator_class = _Generator

    def __init__(self, loader: FileSystemLoader, escape: Escape, aliases: Aliases) -> None:
        self.aliases = aliases
        super().__init__(
            loader=loader,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # On for every language that escapes: it is what makes macros and captured text come back marked as escaped.
            autoescape=escape is not str,
            finalize=_finalizer(escape),
        )
        self._escape = escape
        self.usable = dict(self.globals)
        """What every template may use, by name."""
        self.filters = {name: use for name, use in self.filters.items() if name not in HTML_ONLY}
        self.filters |= {
            "join": self._join,
            "join_words": self._join_words,
            "plural": self._plural,
            "date": on_date,
            "time": at_time,
            "one_line": one_line,
        }

    def getattr(self, obj: Any, attribute: str) -> Any:
        # A record's own fields hold no code. To ask of each what the sandbox asks was most of what a long digest took.
        if attribute in getattr(type(obj), "__dataclass_fields__", ()) and not attribute.startswith("_"):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def joined(self, parts: Iterable[Any]) -> str:
        """The parts as one text, all escaped if any of them is."""
        parts = list(parts)
        if any(hasattr(part, "__html__") for part in parts):
            return Markup("".join(_escaped(self._escape, part) for part in parts))
        return "".join(map(str, parts))

    def _join(self, items: Iterable[Any], separator: str = "", attribute: str | None = None) -> str:
        if attribute is not None:
            items = map(make_attrgetter(self, attribute), items)
        return self.joined([part for item in items for part in (separator, item)][1:])

    def _plural(self, count: int, noun: str, many: str = "") -> str:
        return self.aliases.own(plural(count, noun, many))

    def _join_words(self, items: Iterable[Any], last: str = "and") -> str:
        """`a, b and c`."""
        *most, final = list(items) or [""]
        if not most:
            return self.joined([final])
        return self.joined([self._join(most, ", "), f" {last} ", final])


def plural(count: int, noun: str, many: str = "") -> str:
    """`1 update`, `2 updates`; `many` for words that take more than an s."""
    return f"{count} {noun if count == 1 else many or noun + 's'}"


def on_date(day: date, zone: ZoneInfo | str | None = None) -> str:
    """`Mon 3 Aug 2026`; of a moment, the day it is in `zone`."""
    if isinstance(day, datetime):
        if zone is None or day.tzinfo is None:
            raise ValueError(f"{day} is on different days in different zones: say date(zone)")
        day = day.astimezone(ZoneInfo(str(zone)))
    return f"{day:%a} {day.day} {day:%b %Y}"


def at_time(moment: datetime, zone: ZoneInfo | str) -> str:
    """`14:05` in `zone`."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone of its own")
    return f"{moment.astimezone(ZoneInfo(str(zone))):%H:%M}"


def one_line(text: str) -> str:
    """The text without line breaks, for lists and tables."""
    joined = " ".join(text.split())
    return Markup(joined) if hasattr(text, "__html__") else joined


_READY = (Markup, Undefined)
"""What Jinja puts in as it stands, or complains of itself."""


def _finalizer(escape: Escape) -> Callable[[EvalContext, Any], Any]:
    # Taking the context keeps Jinja from escaping constants for HTML while it compiles.
    @pass_eval_context
    def finalize(_context: EvalContext, value: Any) -> Any:
        if value is None:
            return ""
        # Plain text needs no mark that says it is escaped.
        return value if escape is str or isinstance(value, _READY) else Markup(_escaped(escape, value))

    return finalize


def _escaped(escape: Escape, value: Any) -> str:
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))


def _render_block(template: Template, block: str, values: dict[str, Any]) -> str:
    try:
        # With what every template may use put beside them at once: to let Jinja join the two takes twice as long.
        usable = cast(_Environment, template.environment).usable
        return "".join(template.blocks[block](template.new_context(usable | values, shared=True)))
    except Exception:
        # Rewrites the traceback so that it names the template's own lines, as `render` does by itself.
        template.environment.handle_exception()


def _finished(name: str, rendered: str) -> str:
    text = str(rendered).strip("\n")
    if not name.endswith(".mrkdwn.j2"):
        return text
    # Some of Jinja's own filters escape for HTML; these two forms mean nothing to Slack.
    quiet = markup.neutralise(text.replace("&#39;", "'").replace("&#34;", '"'))
    try:
        check_markup(quiet)
    except PayloadError as error:
        raise TemplateProblem(name, error.reason, "Write &lt; where you mean a plain <.") from error
    return Mrkdwn(quiet)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Whatever goes wrong in a template, said to the person who wrote it."""
    try:
        yield
    except UserError:
        raise
    except TemplateNotFound as error:
        raise TemplateProblem(
            name, f"there is no template {error.name}", "Add the file, or correct the name."
        ) from error
    except TemplateSyntaxError as error:
        file = error.filename or error.name or name
        raise TemplateProblem(file, str(error.message), "Correct this line.", error.lineno) from error
    except Exception as error:
        file, line = _place(error.__traceback__) or (name, None)
        raise TemplateProblem(file, str(error), "Correct this line.", line) from error


def _place(trace: TracebackType | None) -> tuple[str, int] | None:
    """The innermost line of a template in a traceback: its file and number."""
    place = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(".j2"):
            place = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return place
