"""The forms of looking back. Words and blocks only."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot import blocks
from bot.actions.messages import inputs
from bot.blocks import Block, Option, View
from bot.definitions import ReadinessItem
from bot.definitions.lookback import OUTCOMES, Capture, Question
from bot.house import House
from bot.lookback import aims, capturing, escapes, surprises
from bot.lookback.messages import WORDS, function_name
from bot.lookback.model import SEVERITIES, Aim, Captured, Surprise
from bot.metadata import dump
from bot.releases.model import Release


def capture_form(
    house: House,
    release: Release,
    captured: Captured,
    capture: Capture,
    *,
    note: str = "",
    typed: Mapping[str, str] | None = None,
) -> View:
    """Prefilled with what was typed, else with what was answered before."""
    facts = {"name": release.name, "day": captured.day, "function": function_name(house, captured.function)}
    before = {id: str(each.get("person") or each["answer"]) for id, each in captured.answers.items()}
    return blocks.modal(
        "lookback.captured",
        "Look back",
        *_note(note),
        blocks.section(_words(house, "capture_form", **facts)),
        *(_question(question, (typed or before).get(question.id, "")) for question in capture.questions),
        submit="Save answers",
        metadata=dump(captured.id, captured.version),
    )


def kept(house: House, release: Release) -> View:
    """In place of a submitted form."""
    return _said("Kept", _words(house, "kept", name=release.name))


def escape_form(house: House, release: Release, items: Sequence[ReadinessItem]) -> View:
    options = [Option(str(item.id), f"{item.id} {item.title}") for item in items]
    return blocks.modal(
        "lookback.escaped",
        "Report an escape",
        blocks.section(_words(house, "escape_form", name=release.name)),
        blocks.text_input("what", "What was found?", multiline=True, max_length=escapes.LIMIT),
        blocks.radio_input("severity", "How bad is it?", [Option(each, each.capitalize()) for each in SEVERITIES]),
        blocks.select_input(
            "item",
            "Which item should have caught it?",
            [*options[:99], Option(escapes.NONE, _words(house, "no_item"))],
        ),
        submit="Report",
        metadata=dump(release.id, 0),
    )


def aim_form(house: House, release: Release, aim: Aim | None, *, note: str = "") -> View:
    return blocks.modal(
        "lookback.aimed",
        "What it is to move",
        *_note(note),
        blocks.section(_words(house, "aim_form", name=release.name)),
        blocks.text_input(
            "metric", "Which number?", initial=aim.metric if aim else "", max_length=aims.LIMITS["metric"]
        ),
        blocks.text_input(
            "baseline", "Where is it now?", initial=aim.baseline if aim else "", max_length=aims.LIMITS["baseline"]
        ),
        blocks.text_input(
            "target", "Where should it be?", initial=aim.target if aim else "", max_length=aims.LIMITS["target"]
        ),
        blocks.date_input("until", "By when?", initial=aim.until if aim else None),
        metadata=dump(release.id, aim.version if aim else 0),
    )


def action_form(house: House, release: Release) -> View:
    return blocks.modal(
        "lookback.agreed",
        "An action",
        blocks.section(_words(house, "action_form", name=release.name)),
        *inputs(),
        metadata=dump(release.id, 0),
    )


def surprise_form(house: House, offered: Sequence[Release], words: str, link: str) -> View:
    options = [Option(str(release.id), release.name, f"{release.target:%a %-d %b}") for release in offered]
    return blocks.modal(
        "lookback.surprise",
        "This surprised me",
        blocks.section(_words(house, "surprise_form")),
        blocks.radio_input("release", "Which change?", [*options, Option(surprises.NONE, _words(house, "none"))]),
        blocks.text_input(
            "words", "What did you see, and where?", multiline=True, initial=words, max_length=surprises.LIMIT,
            optional=True,
        ),
        submit="Say so",
        metadata=link,
    )  # fmt: skip


def search_form(house: House, surprise: Surprise, offered: Sequence[Release]) -> View:
    options = [Option(str(release.id), release.name, f"{release.target:%a %-d %b}") for release in offered]
    return blocks.modal(
        "lookback.searched",
        "Whose is it?",
        blocks.section(_words(house, "search_form", words=surprise.words)),
        blocks.user_input("owner", "Ask this person", optional=True),
        *([blocks.select_input("release", "It is this release", options, optional=True)] if options else []),
        blocks.text_input("what", "It was something else", multiline=True, max_length=surprises.LIMIT, optional=True),
        metadata=dump(surprise.id, surprise.version),
    )


def explain_form(house: House, surprise: Surprise) -> View:
    return blocks.modal(
        "lookback.explained",
        "What was it?",
        blocks.section(_words(house, "explain_form", words=surprise.words)),
        blocks.text_input("what", "What was it?", multiline=True, max_length=surprises.LIMIT),
        metadata=dump(surprise.id, surprise.version),
    )


def settled(house: House, named: str) -> View:
    """`named` is who is asked now, if anybody."""
    return _said("A surprise", _words(house, "settled", named=named))


def noted(house: House, release: Release | None) -> View:
    """To whoever was surprised, by a release that is known or not."""
    return _said("Noted", _words(house, "noted", release=release))


def _said(title: str, text: str) -> View:
    return blocks.modal("lookback.kept", title, blocks.section(text), submit="", close="Close")


def _question(question: Question, initial: str) -> Block:
    name, label, optional = capturing.field(question), question.label, not question.required
    choices = OUTCOMES if question.kind == "outcome" else question.options
    if choices is not None:
        options = [Option(each, each.capitalize() if each in OUTCOMES else each) for each in choices]
        return blocks.radio_input(name, label, options, initial=initial, optional=optional)
    if question.kind == "person":
        return blocks.user_input(name, label, initial=initial, optional=optional)
    if question.kind == "date":
        return blocks.date_input(name, label, initial=_day(initial), optional=optional)
    is_text = question.kind == "text"
    limit = capturing.LIMIT if is_text else 15
    return blocks.text_input(name, label, multiline=is_text, initial=initial, max_length=limit, optional=optional)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _note(note: str) -> list[Block]:
    return [blocks.section(note)] if note else []


def _words(house: House, block: str, **facts: object) -> str:
    return house.words.part(WORDS, block, **facts)
