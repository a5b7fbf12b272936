"""How Slack asks about releases that are live, and about changes that surprised somebody."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from bot import pointing
from bot.blocks import Message, View
from bot.definitions.lookback import KNEW
from bot.definitions.releases import slug
from bot.errors import Changed, UserError
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.lookback import (
    actions,
    aims,
    awareness,
    capturing,
    checklist,
    escapes,
    forms,
    messages,
    model,
    reporting,
    surprises,
)
from bot.metadata import read
from bot.people.flow import require_person
from bot.people.model import People
from bot.releases import flow as releases
from bot.releases.model import names
from bot.tables import Command, Shortcut, Tables

Verb = Callable[[Session], View]


# After a release.


async def lookback(gesture: Gesture, house: House) -> None:
    """`/cadence lookback <release> [answer | escape | action | target]`"""

    def meant(session: Session) -> tuple[str, Handler]:
        require_person(session, house, gesture.user)
        if not gesture.text:
            raise UserError("Of which release? Write `/cadence lookback` and its name; `/launch-ready` lists them.")
        words, what = _about(gesture.text, names(session, house))
        return str(releases.find(session, house, words).id), what

    release_id, what = await house.db.run(meant)
    await what(replace(gesture, value=release_id), house)


async def show(gesture: Gesture, house: House) -> None:
    """The button *What became of it*."""

    def verb(session: Session) -> Message:
        return messages.report(house, *reporting.found(session, house, gesture.user, gesture.value))

    await gesture.reply(await house.db.run(verb))


async def open_capture(gesture: Gesture, house: House) -> None:
    """The button *Answer*."""

    def verb(session: Session) -> View:
        return _capture_form(session, house, gesture.user, gesture.value)

    await _open(gesture, house, verb)


async def open_mine(gesture: Gesture, house: House) -> None:
    """`… answer`: what of a release this person is asked and has not answered."""

    def verb(session: Session) -> View:
        require_person(session, house, gesture.user)
        for captured in model.captures(session, house, int(gesture.value)):
            if gesture.user in captured.asked and captured.answered_at is None:
                return _capture_form(session, house, gesture.user, str(captured.id))
        raise UserError("You are asked nothing about it now. `/cadence lookback` and its name shows what is known.")

    await _open(gesture, house, verb)


async def captured(gesture: Gesture, house: House) -> None:
    captured_id, version, _ = read(gesture)
    typed = {name.removeprefix("answer-"): gesture.field(name) for name in gesture.fields}

    def verb(session: Session) -> View:
        kept = capturing.answer(session, house, gesture.user, captured_id, version, typed)
        release, _captured, _capture = capturing.answerable(session, house, gesture.user, str(kept.id))
        return forms.kept(house, release)

    def again(session: Session, note: str) -> View:
        return _capture_form(session, house, gesture.user, captured_id, note=note, typed=typed)

    await _keep(gesture, house, verb, again)


def knew(answer: str) -> Handler:
    """One of the three buttons of the poll."""

    async def said(gesture: Gesture, house: House) -> None:
        def verb(session: Session) -> Message:
            return messages.thanks(house, awareness.answer(session, house, gesture.user, gesture.value, answer))

        await gesture.reply(await house.db.run(verb))

    return said


async def open_escape(gesture: Gesture, house: House) -> None:
    """The button *Report an escape*."""

    def verb(session: Session) -> View:
        return forms.escape_form(house, *escapes.reportable(session, house, gesture.user, gesture.value))

    await _open(gesture, house, verb)


async def escaped(gesture: Gesture, house: House) -> None:
    release_id, _, _ = read(gesture)
    typed = (gesture.field(name) for name in ("what", "severity", "item"))

    def verb(session: Session) -> View:
        return forms.kept(house, escapes.report(session, house, gesture.user, release_id, *typed))

    await gesture.replace_view(await house.db.run(verb))


async def open_aim(gesture: Gesture, house: House) -> None:
    """The button *Say what it is to move*."""

    def verb(session: Session) -> View:
        return forms.aim_form(house, *aims.settable(session, house, gesture.user, gesture.value))

    await _open(gesture, house, verb)


async def aimed(gesture: Gesture, house: House) -> None:
    release_id, version, _ = read(gesture)
    said = aims.Said(*(gesture.field(name) for name in ("metric", "baseline", "target", "until")))

    def verb(session: Session) -> View:
        return forms.kept(house, aims.set_(session, house, gesture.user, release_id, version, said))

    def again(session: Session, note: str) -> View:
        return forms.aim_form(house, *aims.settable(session, house, gesture.user, release_id), note=note)

    await _keep(gesture, house, verb, again)


# Actions.


async def open_action(gesture: Gesture, house: House) -> None:
    """The button *Agree on an action*."""

    def verb(session: Session) -> View:
        return forms.action_form(house, actions.agreeable(session, house, gesture.user, gesture.value))

    await _open(gesture, house, verb)


async def agreed(gesture: Gesture, house: House) -> None:
    release_id, _, _ = read(gesture)
    typed = [gesture.field(name) for name in ("what", "owner", "due")]

    def verb(session: Session) -> View:
        release, _action = actions.agree(session, house, gesture.user, release_id, *typed)
        return forms.kept(house, release)

    await gesture.replace_view(await house.db.run(verb))


async def show_checklist(gesture: Gesture, house: House) -> None:
    """`/cadence checklist`"""
    await gesture.reply(await house.db.run(checklist.shown, house, gesture.user))


# Surprises.


def or_surprised(command: Command) -> Command:
    """`/launch-ready`, which also understands `surprised [words]`."""

    async def answer(gesture: Gesture, house: House) -> None:
        verb, _, rest = gesture.text.partition(" ")
        if verb.lower() == "surprised":
            await open_surprise(gesture.with_text(rest.strip()), house)
        else:
            await command.handler(gesture, house)

    return replace(command, handler=answer)


async def open_surprise(gesture: Gesture, house: House) -> None:
    await _offer(gesture, house, gesture.text, "")
    await gesture.accept()


async def from_message(gesture: Gesture, house: House) -> None:
    """The shortcut in a message's menu."""
    await house.db.run(require_person, house, gesture.user)
    # Slack is answered before it is asked, which may take it long.
    await gesture.accept()
    message = await pointing.handed(gesture)
    await _offer(gesture, house, message.text, message.permalink)


async def surprised(gesture: Gesture, house: House) -> None:
    """The button *This surprised me*, where the release is known."""

    def verb(session: Session) -> Message:
        surprise = surprises.report(session, house, gesture.user, gesture.value, "")
        return messages.surprise_noted(house, surprises.release_of(session, house, surprise))

    await gesture.reply(await house.db.run(verb))


async def surprise_reported(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        chosen, words = gesture.field("release"), gesture.field("words")
        surprise = surprises.report(session, house, gesture.user, chosen, words, gesture.metadata)
        return forms.noted(house, surprises.release_of(session, house, surprise))

    await gesture.replace_view(await house.db.run(verb))


async def open_search(gesture: Gesture, house: House) -> None:
    """Product ops' button *Whose is it?*."""

    def verb(session: Session) -> View:
        return forms.search_form(house, *surprises.searchable(session, house, gesture.user, gesture.value))

    await _open(gesture, house, verb)


async def searched(gesture: Gesture, house: House) -> None:
    surprise_id, version, _ = read(gesture)
    typed = [gesture.field(name) for name in ("owner", "release", "what")]

    def verb(session: Session) -> View:
        surprise = surprises.settle(session, house, gesture.user, surprise_id, version, *typed)
        is_asked = surprise.state == model.SEARCHED and surprise.owner is not None
        return forms.settled(house, People(session, house).called(surprise.owner or "") if is_asked else "")

    await gesture.replace_view(await house.db.run(verb))


async def confirm(gesture: Gesture, house: House) -> None:
    """The button *It is ours, and new*."""

    def verb(session: Session) -> Message:
        return messages.confirmed(house, surprises.confirm(session, house, gesture.user, gesture.value))

    await gesture.reply(await house.db.run(verb))


async def open_explain(gesture: Gesture, house: House) -> None:
    def verb(session: Session) -> View:
        return forms.explain_form(house, surprises.confirmable(session, house, gesture.user, gesture.value))

    await _open(gesture, house, verb)


async def explained(gesture: Gesture, house: House) -> None:
    surprise_id, _, _ = read(gesture)

    def verb(session: Session) -> View:
        surprises.explain(session, house, gesture.user, surprise_id, gesture.field("what"))
        return forms.settled(house, "")

    await gesture.replace_view(await house.db.run(verb))


async def _open(gesture: Gesture, house: House, verb: Verb) -> None:
    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def _keep(gesture: Gesture, house: House, verb: Verb, again: Callable[[Session, str], View]) -> None:
    """Do what a form says; when somebody was quicker, show the form again as things are now."""
    try:
        view = await house.db.run(verb)
    except Changed as changed:
        view = await house.db.run(again, str(changed))
    await gesture.replace_view(view)


async def _offer(gesture: Gesture, house: House, words: str, link: str) -> None:
    def verb(session: Session) -> View:
        return forms.surprise_form(house, surprises.offered(session, house, gesture.user, words), words, link)

    await gesture.open(await house.db.run(verb))


def _about(words: str, known: Collection[str]) -> tuple[str, Handler]:
    """The name of a release, and what is to be done with it. One that is called like that is that first."""
    name, _, last = words.rpartition(" ")
    if slug(words) in known or not name or last.lower() not in DO:
        return words, show
    return name, DO[last.lower()]


def _capture_form(
    session: Session,
    house: House,
    slack_id: str,
    captured_id: str,
    *,
    note: str = "",
    typed: Mapping[str, str] | None = None,
) -> View:
    found = capturing.answerable(session, house, slack_id, captured_id)
    return forms.capture_form(house, *found, note=note, typed=typed)


DO: Mapping[str, Handler] = {
    "answer": open_mine,
    "escape": open_escape,
    "action": open_action,
    "target": open_aim,
}
"""What may follow the name of a release in `/cadence lookback`."""

TABLES = Tables(
    verbs={
        "lookback": Command(lookback, "What became of a release", "<release> [answer | escape | action | target]"),
        "checklist": Command(show_checklist, "Which readiness items let much through, and which catch nothing"),
    },
    shortcuts={
        "surprised_by": Shortcut(from_message, "This surprised me", "A change you had not heard of", kind="message"),
    },
    actions={
        **{f"lookback.{answer}": knew(answer) for answer in KNEW},
        "lookback.show": show,
        "lookback.capture": open_capture,
        "lookback.escape": open_escape,
        "lookback.aim": open_aim,
        "lookback.action": open_action,
        "lookback.surprised": surprised,
        "lookback.search": open_search,
        "lookback.confirm": confirm,
        "lookback.explain": open_explain,
    },
    views={
        "lookback.captured": captured,
        "lookback.escaped": escaped,
        "lookback.aimed": aimed,
        "lookback.agreed": agreed,
        "lookback.surprise": surprise_reported,
        "lookback.searched": searched,
        "lookback.explained": explained,
    },
)
