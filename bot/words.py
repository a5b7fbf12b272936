"""What the bot says: Jinja2 templates, first a team's own, then the shipped ones.

How values are escaped follows from the file's name: `.mrkdwn.j2` for Slack's markup, `.md.j2` for Markdown,
and `.txt.j2` not at all. Templates run in a sandbox, and a name that nobody gave is an error.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path, PurePath
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2 import pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import EvalContext
from jinja2.runtime import Undefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from bot import markup
from bot.errors import UserError
from bot.markup import Mrkdwn

Escape = Callable[[str], str]


class TemplateProblem(UserError):
    """A template that cannot be used: which file and line, and what is wrong there."""


class Words:
    """Renders the templates in `folders`; of two with one name, the one in the earlier folder."""

    def __init__(self, folders: Sequence[Path]) -> None:
        loader = FileSystemLoader([str(folder) for folder in folders])
        self._plain = _environment(loader, None)
        self._mrkdwn = _environment(loader, markup.escape)
        self._markdown = _environment(loader, escape_markdown)

    def render(self, name: str, **values: Any) -> str:
        """The whole template: Mrkdwn from `.mrkdwn.j2`, otherwise text. TemplateProblem when it is broken."""
        with _explained(name):
            return _typed(name, self._template(name).render(values))

    def part(self, name: str, block: str, **values: Any) -> str:
        """One `{% block %}` of the template, alone. TemplateProblem when it is broken or has no such block."""
        with _explained(name):
            template = self._template(name)
            if block not in template.blocks:
                raise TemplateProblem(f"{name}: there is no block named {block}. Add {{% block {block} %}} to it.")
            try:
                return _typed(name, "".join(template.blocks[block](template.new_context(values))))
            except Exception:
                template.environment.handle_exception()

    def _template(self, name: str) -> Template:
        match PurePath(name).suffixes[-2:]:
            case [".mrkdwn", ".j2"]:
                return self._mrkdwn.get_template(name)
            case [".md", ".j2"]:
                return self._markdown.get_template(name)
            case _:
                return self._plain.get_template(name)


def escape_markdown(text: str) -> str:
    """People's words as Markdown that shows exactly them."""
    escaped = re.sub(r"([\\`*_{}\[\]<>#|~&!])", r"\\\1", markup.clean(text))
    escaped = re.sub(r"^[ \t]*([-+=])", r"\\\1", escaped, flags=re.MULTILINE)
    return re.sub(r"^[ \t]*(\d+)([.)])", r"\1\\\2", escaped, flags=re.MULTILINE)


def _environment(loader: FileSystemLoader, escape: Escape | None) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    if escape is not None:
        environment.autoescape = True
        environment.finalize = _finalizer(escape)
    environment.filters |= {"join_words": join_words, "plural": plural, "date": on_date, "time": at_time}
    return environment


def _finalizer(escape: Escape) -> Callable[..., Any]:
    @pass_eval_context
    def finalize(_context: EvalContext, value: Any) -> Any:
        if isinstance(value, Undefined) or hasattr(value, "__html__"):
            return value
        return Markup(escape(str(value)))

    return finalize


def _typed(name: str, rendered: str) -> str:
    text = rendered.strip("\n")
    return Mrkdwn(text) if name.endswith(".mrkdwn.j2") else str(text)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except TemplateProblem:
        raise
    except Exception as error:
        raise TemplateProblem(f"{name}: {error}") from error


def join_words(items: Iterable[Any]) -> str:
    """`a, b and c`."""
    *most, last = [str(item) for item in items] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def plural(count: int, noun: str, many: str = "") -> str:
    """`1 update`, `2 updates`; `many` for words that do not just take an s."""
    return f"{count} {noun if count == 1 else many or noun + 's'}"


def on_date(day: date) -> str:
    """`Mon 3 Aug 2026`."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def at_time(moment: datetime, zone: ZoneInfo | str) -> str:
    """`14:05` in that zone."""
    return f"{moment.astimezone(ZoneInfo(str(zone))):%H:%M}"
