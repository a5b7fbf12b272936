"""How Slack asks for decisions: read the gesture, run one verb, answer."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from bot.blocks import Block, Message, View
from bot.decisions import (
    boundary,
    consulting,
    copies,
    flow,
    forms,
    listing,
    messages,
    model,
    pointed,
    rights,
    sorting,
    turns,
)
from bot.decisions.entry import CHANGE, KEEP, REVERSE, Choice, Entry, Question, lines, without_opening
from bot.decisions.listing import Wanted
from bot.decisions.model import PROPOSED, Decision
from bot.decisions.start import NOTHING, Start
from bot.errors import UserError
from bot.findings import finding
from bot.gesture import Gesture, Handler
from bot.house import House, Obligation
from bot.markup import clean
from bot.people.deciding import in_words
from bot.people.flow import require_person
from bot.people.model import People
from bot.tables import Command, Shortcut, Tables

LONGEST_SOURCE = 200
"""Characters."""


async def decision(gesture: Gesture, house: House) -> None:
    """`/decision`: alone the form, with a verb or an id what that says, with other words the form filled in."""
    verb, _, rest = gesture.text.partition(" ")
    if verb.lower() == "raise":
        await raise_(gesture.with_text(rest), house)
    elif verb.lower() == "find":
        await gesture.reply(await house.db.run(found, house, gesture.user, rest))
    elif verb.lower() == "list" and listing.is_meant(house, rest):
        await gesture.reply(await house.db.run(listed, house, gesture.user, rest))
    elif gesture.text.lower() in ("export", "help"):
        await gesture.reply(messages.usage(house, gesture.text.lower()))
    elif model.looks_like_an_id(gesture.text):
        await gesture.reply(await house.db.run(_shown, house, gesture.user, gesture.text))
    else:
        await record_new(gesture, house)


async def record_new(gesture: Gesture, house: House) -> None:
    await _open_to_record(gesture, house, await pointed.of_words(gesture, house))


async def record_from_menu(gesture: Gesture, house: House) -> None:
    await _open_to_record(gesture, house, await pointed.of_menu(gesture, house))


async def record_offered(gesture: Gesture, house: House) -> None:
    await _open_to_record(gesture, house, await pointed.of_button(gesture, house))


async def raise_(gesture: Gesture, house: House) -> None:
    """`/decision raise [words]`, or the shortcut."""
    await _open_to_raise(gesture, house, await pointed.of_words(gesture, house))


async def raise_from_menu(gesture: Gesture, house: House) -> None:
    await _open_to_raise(gesture, house, await pointed.of_menu(gesture, house))


async def raise_offered(gesture: Gesture, house: House) -> None:
    await _open_to_raise(gesture, house, await pointed.of_button(gesture, house))


def for_others_to_decide(words: str, *besides: Block) -> Handler | None:
    """What answers somebody who wants Drumbeat itself to decide, or to do what else is for others.

    `besides` are buttons of the answer, for whoever means something else.
    """
    if boundary.crosses(words):
        return partial(say_whose_it_is, besides=besides)
    return partial(bring_to_decider, besides=besides) if boundary.asks_to_decide(words) else None


def or_whose_it_is(command: Command, keep: Callable[[str], Block] | None = None) -> Command:
    """The command, which takes any words, unless they rather ask Drumbeat to decide or to do what is for others.

    `keep` makes the button that does with the words what the command would have.
    """

    async def handler(gesture: Gesture, house: House) -> None:
        words, answer = gesture.text, None
        if boundary.is_meant_for_drumbeat(words):
            answer = for_others_to_decide(words, *([keep(words)] if keep else []))
        await (answer or command.handler)(gesture, house)

    return replace(command, handler=handler)


def else_whose_it_is(command: Command) -> Command:
    """The command, whose words name something, unless they name nothing that it knows and rather ask for that."""

    async def handler(gesture: Gesture, house: House) -> None:
        try:
            await command.handler(gesture, house)
        except UserError:
            answer = for_others_to_decide(gesture.text)
            if answer is None:
                raise
            await answer(gesture, house)

    return replace(command, handler=handler)


async def say_whose_it_is(gesture: Gesture, house: House, besides: Sequence[Block] = ()) -> None:
    def verb(session: Session) -> Message:
        require_person(session, house, gesture.user)
        return messages.for_others(house, *rights.whose(session, house, gesture.text), besides)

    await gesture.reply(await house.db.run(verb))


async def bring_to_decider(gesture: Gesture, house: House, besides: Sequence[Block] = ()) -> None:
    def verb(session: Session) -> Message:
        person = require_person(session, house, gesture.user)
        if house.links.noted:
            house.links.noted(session, house, finding(house, "BO02", f"person:{gesture.user}", name=person.name))
        return messages.for_the_decider(house, rights.decider(session, house, gesture.text), gesture.text, besides)

    await gesture.reply(await house.db.run(verb))


async def raise_from_button(gesture: Gesture, house: House) -> None:
    """The button *Raise to the decider*; its value is what somebody wanted Drumbeat to decide."""
    await house.db.run(require_person, house, gesture.user)
    class_id, area_id = rights.heard(house, gesture.value)
    words = boundary.as_question(gesture.value)
    await gesture.open(forms.raise_form(house, _metadata(), Start(words), class_id, area_id))
    await gesture.accept()


async def record(gesture: Gesture, house: House) -> None:
    """The button *Record the decision* or *Complete*."""

    def verb(session: Session) -> View:
        found = flow.recordable(session, house, gesture.user, gesture.value)
        return forms.record_form(house, found, _called(session, house), gesture.user, _metadata(found.ref))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def review(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        found = flow.reviewable(session, house, gesture.user, gesture.value)
        metadata = _metadata(found.ref, seen=str(found.review_on))
        return forms.review_form(house, found, _called(session, house), metadata)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def raise_submitted(gesture: Gesture, house: House) -> None:
    metadata, field = _read(gesture), gesture.field
    question = Question(
        question=field("question"),
        decider=field("decider"),
        needed_by=_day(field("needed_by")),
        stuck=field("stuck"),
        door=field("door"),
        options=field("options"),
        class_id=field("class_id"),
        area_id=field("area_id"),
        links=field("links"),
        source=_source(metadata),
    )

    def verb(session: Session) -> View:
        return _saved(session, house, flow.raise_question(session, house, gesture.user, question, metadata["key"]))

    await gesture.replace_view(await house.db.run(verb))


async def record_submitted(gesture: Gesture, house: House) -> None:
    metadata, entry = _read(gesture), _entry(gesture)

    def verb(session: Session) -> View:
        ref, key = metadata.get("decision"), metadata["key"]
        if ref:
            return _saved(session, house, flow.settle(session, house, gesture.user, ref, entry, key))
        new = replace(entry, supersedes=metadata.get("supersedes", ""), source=_source(metadata))
        return _saved(session, house, flow.record(session, house, gesture.user, new, key))

    await gesture.replace_view(await house.db.run(verb))


async def choose(gesture: Gesture, house: House) -> None:
    """The menu of options in the decider's message: `D-42:0` is the first, `D-42:other` something else."""
    ref, _, choice = gesture.value.partition(":")

    def verb(session: Session) -> View:
        found = flow.decidable(session, house, gesture.user, ref)
        options = found.option_lines
        chosen = options[int(choice)] if choice.isdecimal() and int(choice) < len(options) else ""
        today = require_person(session, house, gesture.user).today(house.clock.now())
        return forms.decide_form(house, found, _called(session, house), chosen, today, _metadata(ref))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def decide_submitted(gesture: Gesture, house: House) -> None:
    metadata, field = _read(gesture), gesture.field
    choice = Choice(
        decision=without_opening(field("decision")),
        why=field("why"),
        review_on=_day(field("review_on")),
        revisit=field("revisit"),
        door=field("door"),
        other_options=tuple(lines(field("options"))),
        class_id=field("class_id"),
    )

    def verb(session: Session) -> View:
        found = flow.decide(session, house, gesture.user, metadata.get("decision", ""), choice, metadata["key"])
        return _saved(session, house, found)

    await gesture.replace_view(await house.db.run(verb))


async def delegate(gesture: Gesture, house: House) -> None:
    await _open_about(gesture, house, flow.delegable, forms.delegate_form)


async def delegate_submitted(gesture: Gesture, house: House) -> None:
    metadata, field = _read(gesture), gesture.field

    def verb(session: Session) -> View:
        ref, day = metadata.get("decision", ""), _day(field("needed_by"))
        found = flow.delegate(session, house, gesture.user, ref, field("decider"), day, field("note"))
        facts = {"to": _called(session, house)(found.decider), "away": flow.away_decider(session, house, found) or ""}
        return forms.done(house, found, "delegated", **facts)

    await gesture.replace_view(await house.db.run(verb))


async def sort(gesture: Gesture, house: House) -> None:
    """The button *Say what sort it is*."""
    await _open_about(gesture, house, flow.decidable, forms.sort_form)


async def sort_submitted(gesture: Gesture, house: House) -> None:
    metadata, field = _read(gesture), gesture.field

    def verb(session: Session) -> View:
        ref = metadata.get("decision", "")
        typed = field("class_id"), field("area_id"), field("decider")
        found = sorting.sort(session, house, gesture.user, ref, *typed)
        away = flow.away_decider(session, house, found) or ""
        return forms.done(house, found, "sorted", decider=_called(session, house)(found.decider), away=away)

    await gesture.replace_view(await house.db.run(verb))


async def reject(gesture: Gesture, house: House) -> None:
    await _open_about(gesture, house, flow.decidable, forms.reject_form)


async def reject_submitted(gesture: Gesture, house: House) -> None:
    ref = _read(gesture).get("decision", "")
    found = await house.db.run(flow.reject, house, gesture.user, ref, gesture.field("reason"))
    await gesture.replace_view(forms.done(house, found, "rejected"))


async def view(gesture: Gesture, house: House) -> None:
    """The button of somebody who was asked for their view."""

    def verb(session: Session) -> View:
        found, so_far = consulting.form(session, house, gesture.user, gesture.value)
        return forms.view_form(house, found, _called(session, house), so_far, _metadata(found.ref))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def view_submitted(gesture: Gesture, house: House) -> None:
    ref = _read(gesture).get("decision", "")
    found = await house.db.run(consulting.say, house, gesture.user, ref, gesture.field("view"))
    await gesture.replace_view(forms.done(house, found, "viewed"))


async def review_submitted(gesture: Gesture, house: House) -> None:
    """The verdict: it stands, is taken back, or is written anew in the form that opens then."""
    metadata, field = _read(gesture), gesture.field
    verdict = field("verdict") or KEEP

    def verb(session: Session) -> View:
        ref, seen = metadata.get("decision", ""), metadata.get("seen", "")
        if verdict == KEEP:
            kept = flow.keep(session, house, gesture.user, ref, _day(field("review_on")), seen)
            return forms.done(house, kept, "kept")
        if verdict == REVERSE:
            return forms.done(house, flow.reverse(session, house, gesture.user, ref, field("reason")), "reversed")
        old = flow.reviewable(session, house, gesture.user, ref)
        start = Start(old.decision) if verdict == CHANGE else NOTHING
        return forms.record_form(
            house, None, _called(session, house), gesture.user, _metadata(supersedes=old.ref), start, replaces=old
        )

    await gesture.replace_view(await house.db.run(verb))


async def replaces(gesture: Gesture, house: House) -> None:
    """The button *It replaces D-12*: `D-50 D-12`."""
    ref, _, old = gesture.value.partition(" ")
    found = await house.db.run(flow.replaces, house, gesture.user, ref, old)
    await gesture.open(forms.done(house, found, "replaced", old=old))
    await gesture.accept()


async def _open_about(
    gesture: Gesture,
    house: House,
    allowed: Callable[[Session, House, str, str], Decision],
    form: Callable[[House, Decision, messages.Called, str], View],
) -> None:
    """Open a form about the entry of the button, if this person may."""

    def verb(session: Session) -> View:
        found = allowed(session, house, gesture.user, gesture.value)
        return form(house, found, _called(session, house), _metadata(found.ref))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


def listed(session: Session, house: House, slack_id: str, words: str) -> Message:
    """The answer to `/decision list …`"""
    person, called = require_person(session, house, slack_id), _called(session, house)
    wanted = listing.read(house, words)
    today = person.today(house.clock.now())
    if wanted == Wanted():
        count = model.latest_number(session, house)
        return messages.listing(house, flow.listing(session, house, today), count, called, today)
    entries = listing.entries(session, house, person, today, wanted, flow.LIST_LENGTH + 1)
    return messages.some(house, entries, flow.LIST_LENGTH, called, today, listing.in_words(house, wanted))


def found(session: Session, house: House, slack_id: str, words: str) -> Message:
    """The answer to `/decision find …`"""
    person, called = require_person(session, house, slack_id), _called(session, house)
    entries = flow.find(session, house, words)
    return messages.found(house, entries, flow.LIST_LENGTH, called, person.today(house.clock.now()), words)


def obligations(session: Session, house: House, slack_id: str) -> list[Obligation]:
    """What this person has to decide, which of their decisions are to be looked at again; for product ops the rest."""
    person = People(session, house).by_slack(slack_id)
    is_product_ops = person is not None and person.is_product_ops
    exceptions = model.unheeded(session, house) if is_product_ops else []
    vacant = rights.vacant(session, house) if is_product_ops else []
    return [
        *_own(session, house, slack_id),
        *(
            Obligation(f"Nobody is there to decide “{each.name}”: name {in_words(house, each.decider)}", None)
            for each in vacant
        ),
        *(
            Obligation(f"Nobody decides {found.ref}: {found.question}", None, "decisions.record", found.ref, "Record")
            for found in exceptions
        ),
    ]


def _own(session: Session, house: House, slack_id: str) -> list[Obligation]:
    return [
        Obligation(f"Decide {found.ref}: {found.question}", due, "decisions.record", found.ref, "Record the decision")
        if found.state == PROPOSED
        else Obligation(f"Review {found.ref}: We will {found.decision}", due, "decisions.review", found.ref, "Review")
        for found, due in flow.waiting_for(session, house, slack_id)
    ]


def _shown(session: Session, house: House, slack_id: str, ref: str) -> Message:
    require_person(session, house, slack_id)
    found, called = model.get(session, house, ref), _called(session, house)
    asked = turns.turns_of(session, house, found)
    turn = messages.whose_turn(house, found, asked[-1], called) if asked else ""
    replaced = copies.replaced(session, house, found)
    return messages.answer(house, found, called, turn, replaced, raised_it=found.raised_by == slack_id)


async def _open_to_record(gesture: Gesture, house: House, start: Start) -> None:
    def verb(session: Session) -> View:
        require_person(session, house, gesture.user)
        metadata = _metadata(source=start.source)
        return forms.record_form(house, None, _called(session, house), gesture.user, metadata, start)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def _open_to_raise(gesture: Gesture, house: House, start: Start) -> None:
    await house.db.run(require_person, house, gesture.user)
    await gesture.open(forms.raise_form(house, _metadata(source=start.source), start))
    await gesture.accept()


def _called(session: Session, house: House) -> messages.Called:
    return People(session, house).called


def _saved(session: Session, house: House, found: Decision) -> View:
    channel = house.definitions.organisation.channels.decisions
    away = flow.away_decider(session, house, found)
    return forms.saved(house, found, _called(session, house), channel, away, flow.alike(session, house, found))


def _metadata(ref: str = "", **more: str) -> str:
    return json.dumps({"key": uuid.uuid4().hex, "decision": ref, **more})


def _read(gesture: Gesture) -> dict[str, str]:
    """What the form was opened for; a `UserError` when that is not what we wrote there."""
    try:
        metadata = json.loads(gesture.metadata)
        return {**{name: str(value) for name, value in metadata.items()}, "key": str(metadata["key"])[:40]}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError("This form is out of date. `/decision` opens a new one.") from error


def _source(metadata: Mapping[str, str]) -> str:
    return clean(metadata.get("source", ""))[:LONGEST_SOURCE]


def _entry(gesture: Gesture) -> Entry:
    field, confidence = gesture.field, gesture.field("confidence")
    return Entry(
        decision=field("decision"),
        options=field("options"),
        why=field("why"),
        door=field("door"),
        review_on=_day(field("review_on")),
        decider=field("decider"),
        revisit=field("revisit"),
        confidence=int(confidence) if confidence.isdecimal() else None,
        inform_channel=field("inform_channel"),
        inform_person=field("inform_person"),
        inform=field("inform"),
        links=field("links"),
        class_id=field("class_id"),
        area_id=field("area_id"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


TABLES = Tables(
    commands={
        "/decision": Command(
            decision, "Record a decision, raise one, or read the log", "[raise | find | list | from | D-42 | we will …]"
        ),
    },
    actions={
        "decisions.choose": choose,
        "decisions.delegate": delegate,
        "decisions.raise": raise_from_button,
        "decisions.raise_message": raise_offered,
        "decisions.record": record,
        "decisions.record_message": record_offered,
        "decisions.reject": reject,
        "decisions.replaces": replaces,
        "decisions.review": review,
        "decisions.sort": sort,
        "decisions.view": view,
    },
    views={
        "decisions.decide": decide_submitted,
        "decisions.delegate": delegate_submitted,
        "decisions.reject": reject_submitted,
        "decisions.sort": sort_submitted,
        "decisions.view": view_submitted,
        "decisions.record": record_submitted,
        "decisions.raise": raise_submitted,
        "decisions.review": review_submitted,
    },
    shortcuts={
        "raise_decision": Shortcut(raise_, "Raise decision", "Ask for a decision, and name who decides"),
        "raise_decision_from": Shortcut(
            raise_from_menu, "Raise decision", "Ask for a decision that this message needs", "message"
        ),
        "record_decision_from": Shortcut(
            record_from_menu, "Record decision", "Record the decision that stands in this message", "message"
        ),
    },
)
