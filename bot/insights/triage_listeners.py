"""How triagers work on the queue, and submitters answer what they are asked."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot import blocks, personal
from bot.blocks import Message, View
from bot.errors import UserError
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.insights import (
    bulk,
    capture_listeners,
    desk,
    merging,
    messages,
    model,
    questions,
    queue,
    rights,
    telling,
    triage,
)
from bot.insights import triage_forms as forms
from bot.insights.bulk import Bulk
from bot.insights.desk import Desk, Overtaken, Work
from bot.insights.model import Submission
from bot.insights.triage import Sorted
from bot.insights.triage_forms import Left
from bot.people.model import People
from bot.tables import Tables

PAGE = 10
MOST_LEFT = 50
"""So many that were left for later are not shown again while the form is open."""
TAGS = ("area", "theme", "segment", "severity", "evidence", "cause", "also_area", "also_theme", "third_theme", "proof")
OTHERS = ("restricted", "duplicate", "into", "do", "words", "split")

Verb = Callable[[Session], View]


@dataclass(frozen=True)
class Sheet:
    """What a form of the queue was opened with."""

    ref: str
    version: int
    left: Sequence[str] = ()
    """The refs of what was left for later."""

    def __str__(self) -> str:
        return json.dumps([self.ref, self.version, list(self.left[-MOST_LEFT:])], separators=(",", ":"))


# One by one.


async def open_triage(gesture: Gesture, house: House) -> None:
    """`/insight triage [I-317]`, and the buttons *Triage*."""
    ref = gesture.text or gesture.value

    def verb(session: Session) -> View:
        if not ref:
            return _next(session, house, gesture.user)
        return _form(session, house, gesture.user, desk.take(session, house, gesture.user, ref))

    await _open(gesture, house, verb)


async def open_next(gesture: Gesture, house: House) -> None:
    """The button on the Home tab, and *Triage one by one*."""
    await _open(gesture, house, lambda session: _next(session, house, gesture.user))


async def triaged(gesture: Gesture, house: House) -> None:
    sheet, typed = _sheet(gesture.metadata), {name: gesture.field(name) for name in (*TAGS, *OTHERS)}

    def verb(session: Session) -> View:
        found = desk.work(session, house, gesture.user, sheet.ref, sheet.version, _work(typed))
        called = People(session, house).called
        done = forms.done_words(house, typed["do"], sheet.ref, found, called)
        left = [*sheet.left, sheet.ref] if typed["do"] == desk.LATER else sheet.left
        return _next(session, house, gesture.user, done, left)

    try:
        view = await house.db.run(verb)
    except Overtaken as error:
        view = await house.db.run(_as_it_is_now, house, gesture.user, sheet, str(error), typed)
    await gesture.replace_view(view)


async def go_on(gesture: Gesture, house: House) -> None:
    """After somebody was quicker: the next one."""
    sheet = _sheet(gesture.metadata)
    await gesture.replace_view(await house.db.run(_next, house, gesture.user, "", sheet.left))


async def triage_from_words(gesture: Gesture, house: House) -> None:
    """`/insight triage [I-317]`; with other words somebody logs what begins like this."""
    if gesture.text and not model.looks_like_an_id(gesture.text):
        await capture_listeners.log(gesture.with_text(f"triage {gesture.text}"), house)
    else:
        await open_triage(gesture, house)


# One in particular.


async def merge(gesture: Gesture, house: House) -> None:
    """`/insight merge I-1 into I-2`; where no id is named, somebody logs what begins like this."""
    words = [word for word in gesture.text.split() if word.lower() != "into"]
    if words and not any(map(model.looks_like_an_id, words)):
        await capture_listeners.log(gesture.with_text(f"merge {gesture.text}"), house)
        return
    if len(words) == 1:
        await open_merge(gesture.with_text(words[0]), house)
        return
    if len(words) != 2:
        raise UserError("Write which one is a duplicate of which: `/insight merge I-1 into I-2`.")
    await gesture.reply(await house.db.run(_merged, house, gesture.user, *words))


async def open_merge(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        at = desk.take(session, house, gesture.user, gesture.text or gesture.value)
        return forms.merge_form(house, at, str(Sheet(at.insight.ref, at.insight.version)))

    await _open(gesture, house, verb)


async def merged(gesture: Gesture, house: House) -> None:
    sheet, into = _sheet(gesture.metadata), gesture.field("into") or gesture.field("duplicate")
    work = Work(desk.MERGE, Sorted("", "", "", "", ""), into=into)

    def verb(session: Session) -> View:
        found = desk.work(session, house, gesture.user, sheet.ref, sheet.version, work)
        return forms.done(house, sheet.ref, "done_merge", ref=sheet.ref, insight=found)

    await gesture.replace_view(await house.db.run(verb))


async def unmerge(gesture: Gesture, house: House) -> None:
    """`/insight unmerge I-1`, and the button *Undo the merge*."""

    def verb(session: Session) -> Message:
        insight = merging.unmerge(session, house, gesture.user, _ref(gesture))
        return forms.said(house, "unmerged", insight=insight)

    await gesture.reply(await house.db.run(verb))


async def reopen(gesture: Gesture, house: House) -> None:
    """`/insight reopen I-1`, and the button *Reopen*."""

    def verb(session: Session) -> Message:
        return forms.said(house, "reopened", insight=triage.reopen(session, house, gesture.user, _ref(gesture)))

    await gesture.reply(await house.db.run(verb))


async def open_split(gesture: Gesture, house: House) -> None:
    """`/insight split I-1`, and the button *Split*."""

    def verb(session: Session) -> View:
        insight = desk.take(session, house, gesture.user, _ref(gesture)).insight
        return forms.split_form(house, insight, str(Sheet(insight.ref, insight.version)))

    await _open(gesture, house, verb)


async def split(gesture: Gesture, house: House) -> None:
    sheet = _sheet(gesture.metadata)

    def verb(session: Session) -> View:
        insight = desk.as_shown(session, house, gesture.user, sheet.ref, sheet.version)
        if insight.version != sheet.version:
            raise UserError(f"You have changed {insight.ref} yourself since. Open it again to split it.")
        part = triage.split(session, house, gesture.user, sheet.ref, gesture.field("split"))
        queue.leave(session, house, gesture.user, sheet.ref)
        return forms.done(house, sheet.ref, "split", part=part, insight=insight)

    await gesture.replace_view(await house.db.run(verb))


# Many.


async def show_queue(gesture: Gesture, house: House) -> None:
    """`/insight queue [number]`, and the button *More*: a page that begins after so many."""
    number = gesture.text or gesture.value
    after = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 0

    def verb(session: Session) -> Message:
        page = queue.queue(session, house, gesture.user, PAGE, after)
        votes = model.votes(session, house, [each.id for each in page])
        called = People(session, house).called
        return forms.queue_list(house, page, votes, called, _left(session, house, gesture.user), after + 1)

    await gesture.reply(await house.db.run(verb))


async def queue_from_words(gesture: Gesture, house: House) -> None:
    """`/insight queue [number]`; with other words somebody logs what begins like this."""
    if gesture.text and not gesture.text.isdecimal():
        await capture_listeners.log(gesture.with_text(f"queue {gesture.text}"), house)
    else:
        await show_queue(gesture, house)


async def bulk_from_words(gesture: Gesture, house: House) -> None:
    """`/insight bulk`; with more words somebody logs what begins like this."""
    if gesture.text:
        await capture_listeners.log(gesture.with_text(f"bulk {gesture.text}"), house)
    else:
        await open_bulk(gesture, house)


async def open_bulk(gesture: Gesture, house: House) -> None:
    """`/insight bulk`, and the button *Several at once*."""
    await _open(gesture, house, lambda session: _bulk_form(session, house, gesture.user))


async def bulk_done(gesture: Gesture, house: House) -> None:
    versions = _versions(gesture.metadata)
    said = Bulk(*(gesture.field(name) for name in ("do", "reason", "area", "theme", "into")))

    def verb(session: Session) -> View:
        outcome = bulk.work(session, house, gesture.user, gesture.field_values("chosen"), versions, said)
        left = _left(session, house, gesture.user, forms.bulk_words(house, said, outcome))
        return forms.empty(house, left) if not left.waiting else forms.finished(house, left)

    try:
        view = await house.db.run(verb)
    except Overtaken as error:
        view = await house.db.run(_bulk_form, house, gesture.user, f"Nothing was changed. {error}")
    await gesture.replace_view(view)


# Whoever brought it.


async def open_answer(gesture: Gesture, house: House) -> None:
    """The button *Answer* of a question; its value is the question's id."""
    await _open(gesture, house, lambda session: _answer_form(session, house, gesture.user, gesture.value))


async def open_mine(gesture: Gesture, house: House) -> None:
    """`/insight answer I-317`"""

    def verb(session: Session) -> View:
        asked_id = questions.open_of(session, house, gesture.user, gesture.text)
        return _answer_form(session, house, gesture.user, asked_id)

    await _open(gesture, house, verb)


async def answered(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        words = gesture.field("answer")
        insight = questions.answer(session, house, gesture.user, gesture.metadata, words)
        return forms.done(house, insight.ref, "answered", insight=insight, masked=bool(personal.found(words)))

    await gesture.replace_view(await house.db.run(verb))


# How: in the order in which the above call them.


async def _open(gesture: Gesture, house: House, verb: Verb) -> None:
    await gesture.open(await house.db.run(verb))
    await gesture.accept()


def _ref(gesture: Gesture) -> str:
    return gesture.text or gesture.value


def _left(session: Session, house: House, slack_id: str, done: str = "") -> Left:
    return Left(*queue.waiting(session, house, slack_id), done)


def _next(session: Session, house: House, slack_id: str, done: str = "", left: Sequence[str] = ()) -> View:
    at = desk.next_for(session, house, slack_id, left)
    if at is None:
        return forms.empty(house, _left(session, house, slack_id, done))
    return _form(session, house, slack_id, at, done, left)


def _form(
    session: Session,
    house: House,
    slack_id: str,
    at: Desk,
    done: str = "",
    left: Sequence[str] = (),
    typed: Mapping[str, str] | None = None,
) -> View:
    sheet = Sheet(at.insight.ref, at.insight.version, left)
    called = People(session, house).called
    return forms.triage_form(house, at, called, _left(session, house, slack_id, done), str(sheet), typed)


def _as_it_is_now(
    session: Session, house: House, slack_id: str, sheet: Sheet, why: str, typed: Mapping[str, str]
) -> View:
    """While it waits to be triaged and is free, the form again with what was typed; else what has become of it."""
    found = []
    try:
        insight = rights.triageable(session, house, slack_id, sheet.ref)
        found = messages.facts(house, insight, telling.looks_of(session, house, insight))
        if insight.state in queue.QUEUE:
            at = desk.take(session, house, slack_id, sheet.ref)
            return _form(session, house, slack_id, at, why, sheet.left, typed)
    except UserError:
        # Theirs no more, or in somebody else's hands.
        pass
    return forms.overtaken(house, why, found, typed, str(Sheet(sheet.ref, sheet.version, sheet.left)))


def _work(typed: Mapping[str, str]) -> Work:
    also = tuple(filter(None, (typed["also_theme"], typed["third_theme"])))
    area, theme, segment, severity, evidence, cause, also_area, _, _, proof = (typed[name] for name in TAGS)
    tags = Sorted(
        area, theme, segment, severity, evidence, cause, also_area, also, proof, bool(typed["restricted"])
    )  # fmt: skip
    return Work(typed["do"], tags, typed["words"], typed["into"] or typed["duplicate"], typed["split"])


def _merged(session: Session, house: House, slack_id: str, ref: str, into: str) -> Message:
    insight = model.get(session, house, ref)
    found = merging.merge(session, house, slack_id, ref, into)
    undo = blocks.actions(blocks.button("Undo", "insights.unmerge", insight.ref))
    return forms.said(house, "done_merge", undo, ref=insight.ref, insight=found)


def _bulk_form(session: Session, house: House, slack_id: str, note: str = "") -> View:
    page = queue.queue(session, house, slack_id, PAGE, free=True)
    if not page:
        return forms.empty(house, _left(session, house, slack_id, note))
    return forms.bulk_form(house, page, json.dumps({each.ref: each.version for each in page}), note)


def _answer_form(session: Session, house: House, slack_id: str, asked_id: str) -> View:
    insight, asked = questions.askable(session, house, slack_id, asked_id)
    submission = session.get_one(Submission, asked.submission_id)
    return forms.answer_form(house, insight, submission, asked, People(session, house).called(asked.asked_by))


def _sheet(metadata: str) -> Sheet:
    """What we wrote there; a `UserError` for anything else."""
    try:
        ref, version, left = json.loads(metadata)
        return Sheet(str(ref), int(version), [str(each) for each in left])
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise UserError("I can not read this form any more. Close it and open it again.") from error


def _versions(metadata: str) -> Mapping[str, int]:
    try:
        return {str(ref): int(version) for ref, version in json.loads(metadata).items()}
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise UserError("I can not read this form any more. Close it and open it again.") from error


VERBS: Mapping[str, Handler] = {
    "triage": triage_from_words,
    "queue": queue_from_words,
    "bulk": bulk_from_words,
    "merge": merge,
    "unmerge": capture_listeners.of_one("unmerge", unmerge, "list"),
    "split": capture_listeners.of_one("split", open_split, "queue"),
    "reopen": capture_listeners.of_one("reopen", reopen, "list"),
    "answer": capture_listeners.of_one("answer", open_mine, "mine"),
}
"""What may follow `/insight`."""
TABLES = Tables(
    actions={
        "insights.triage": open_next,
        "insights.triage_one": open_triage,
        "insights.merge": open_merge,
        "insights.unmerge": unmerge,
        "insights.split": open_split,
        "insights.reopen": reopen,
        "insights.queue": show_queue,
        "insights.bulk": open_bulk,
        "insights.answer": open_answer,
    },
    views={
        "insights.triaged": triaged,
        "insights.triage_on": go_on,
        "insights.merge_into": merged,
        "insights.split_off": split,
        "insights.bulk_done": bulk_done,
        "insights.answered": answered,
    },
)
