"""How Slack asks about bundles: read the gesture, run one verb, answer."""

import re
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Block, Message, View
from bot.definitions.releases import slug
from bot.enablement import confirming, messages, model, question_forms, questions, writing
from bot.enablement.asks import confirm_buttons
from bot.enablement.messages import AGAIN, CHANGE
from bot.enablement.model import ATTENDED, NOT_FOR_ME, READ
from bot.enablement.questions import Typed
from bot.enablement.standing import Roster, Stands
from bot.errors import Changed, UserError
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.metadata import dump
from bot.metadata import read as read_metadata
from bot.people.flow import require_person
from bot.people.model import People, Person
from bot.releases import flow as releases
from bot.releases.model import LIVE, names
from bot.tables import Command, Tables


async def bundle(gesture: Gesture, house: House) -> None:
    """`/cadence bundle <release> [write | publish | read | attended | not for me | nudge | test | questions]`"""

    def verb(session: Session) -> tuple[str, str]:
        require_person(session, house, gesture.user)
        if not gesture.text:
            raise UserError("Of which release? Write `/cadence bundle` and its name; `/launch-ready` lists them.")
        name, what = _about(gesture.text, names(session, house))
        return str(releases.find(session, house, name).id), what

    release_id, what = await house.db.run(verb)
    await DO[what](replace(gesture, value=release_id, text=""), house)


async def show(gesture: Gesture, house: House) -> None:
    """The button *Enablement bundle*: the bundle, who knows it, and what this person can do with it."""

    def verb(session: Session) -> Message:
        stands, person = writing.bundle_of(session, house, gesture.user, gesture.value)
        return _page(session, house, stands, person)

    await gesture.reply(await house.db.run(verb))


async def open_write(gesture: Gesture, house: House) -> None:
    """The button *Write the bundle*."""
    await gesture.open(await house.db.run(_write_form, house, gesture.user, gesture.value))
    await gesture.accept()


async def written(gesture: Gesture, house: House) -> None:
    release_id, _, opened = read_metadata(gesture)
    typed = {section: gesture.field(section) for section in gesture.fields}
    change, again = gesture.field(CHANGE), bool(gesture.field_values(AGAIN))

    def verb(session: Session) -> View:
        stands = writing.write(session, house, gesture.user, release_id, opened, typed, change, again)
        return messages.saved(house, stands)

    try:
        view = await house.db.run(verb)
    except Changed as changed:
        view = await house.db.run(_write_form, house, gesture.user, release_id, note=str(changed), typed=typed)
    await gesture.replace_view(view)


async def open_publish(gesture: Gesture, house: House) -> None:
    """The button *Publish the bundle*."""

    def verb(session: Session) -> View:
        stands = writing.publishable(session, house, gesture.user, gesture.value)
        return messages.publish_form(house, stands, dump(stands.release.id, 0))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def published(gesture: Gesture, house: House) -> None:
    release_id, _, _ = read_metadata(gesture)
    change, again = gesture.field(CHANGE), bool(gesture.field_values(AGAIN))

    def verb(session: Session) -> View:
        return messages.saved(house, writing.publish(session, house, gesture.user, release_id, change, again))

    await gesture.replace_view(await house.db.run(verb))


async def read(gesture: Gesture, house: House) -> None:
    """The button *I have read it*."""
    await _confirm(gesture, house, READ)


async def attended(gesture: Gesture, house: House) -> None:
    """The button *I attended*."""
    await _confirm(gesture, house, ATTENDED)


async def open_not_for_me(gesture: Gesture, house: House) -> None:
    """The button *Not for me*."""

    def verb(session: Session) -> View:
        stands, _person = confirming.published(session, house, gesture.user, gesture.value)
        return messages.not_for_me_form(house, stands.release, dump(stands.release.id, 0))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def declined(gesture: Gesture, house: House) -> None:
    release_id, _, _ = read_metadata(gesture)
    reason = gesture.field("reason")
    await house.db.run(confirming.confirm, house, gesture.user, release_id, NOT_FOR_ME, reason)
    await gesture.accept()


async def nudge(gesture: Gesture, house: House) -> None:
    """The button *Nudge the rest*; its value names the function, too."""
    release_id, _, function = gesture.value.partition(":")

    def verb(session: Session) -> Message:
        return messages.nudged(house, confirming.nudge(session, house, gesture.user, release_id, function))

    await gesture.reply(await house.db.run(verb))


async def open_questions(gesture: Gesture, house: House) -> None:
    """The button *Test questions*: write them."""

    def verb(session: Session) -> View:
        stands, before = questions.askable(session, house, gesture.user, gesture.value)
        return question_forms.write_form(house, stands, before, dump(stands.release.id, 0))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def questions_written(gesture: Gesture, house: House) -> None:
    release_id, _, _ = read_metadata(gesture)
    typed = [
        Typed(*(gesture.field(f"{name}-{number}") for name in ("text", "options", "section")))
        for number in range(question_forms.MOST_QUESTIONS)
    ]

    def verb(session: Session) -> View:
        return messages.saved(house, questions.write(session, house, gesture.user, release_id, typed))

    await gesture.replace_view(await house.db.run(verb))


async def open_test(gesture: Gesture, house: House) -> None:
    """The button *Test yourself*."""
    await gesture.open(await house.db.run(_test_form, house, gesture.user, gesture.value))
    await gesture.accept()


async def tested(gesture: Gesture, house: House) -> None:
    release_id, _, _ = read_metadata(gesture)
    chosen = {block: gesture.field(block) for block in gesture.fields}

    def verb(session: Session) -> View:
        return question_forms.result(house, *questions.answer(session, house, gesture.user, release_id, chosen))

    await gesture.replace_view(await house.db.run(verb))


async def _confirm(gesture: Gesture, house: House, how: str) -> None:
    """Note it; whoever is to answer the test questions, and has not, is asked them at once."""

    def verb(session: Session) -> Message | View:
        stands = confirming.confirm(session, house, gesture.user, gesture.value, how)
        if questions.are_next(session, house, stands, gesture.user):
            return _test_form(session, house, gesture.user, gesture.value)
        return messages.thanks(house, stands)

    answer = await house.db.run(verb)
    if isinstance(answer, View):
        await gesture.open(answer)
        await gesture.accept()
    else:
        await gesture.reply(answer)


def _test_form(session: Session, house: House, slack_id: str, release_id: str) -> View:
    stands, asked = questions.answerable(session, house, slack_id, release_id)
    return question_forms.ask_form(house, stands, asked, dump(stands.release.id, 0))


def _write_form(
    session: Session,
    house: House,
    slack_id: str,
    release_id: str,
    *,
    note: str = "",
    typed: Mapping[str, str] | None = None,
) -> View:
    stands, mine = writing.writable(session, house, slack_id, release_id)
    opened = {piece.rule.id: writing.shown(piece.text) for piece in mine}
    owns = writing.may_publish(require_person(session, house, slack_id), stands.release)
    metadata = dump(stands.release.id, 0, opened)
    return messages.write_form(house, stands, mine, metadata, may_ask_again=owns, note=note, typed=typed)


def _page(session: Session, house: House, stands: Stands, person: Person) -> Message:
    """The bundle, with the buttons that are this person's, and the names they may see: their function's, or all."""
    owns = writing.may_publish(person, stands.release)
    led = [each for each in stands.rosters if confirming.may_nudge(house, person, each)]
    return messages.page(
        house,
        stands,
        People(session, house),
        buttons=_buttons(session, house, stands, person, owns=owns),
        names=stands.rosters if owns else led,
        told=questions.told(session, house, stands.release.id) if owns or led else None,
    )


def _buttons(session: Session, house: House, stands: Stands, person: Person, *, owns: bool) -> list[Block]:
    value, found = str(stands.release.id), list[Block]()
    if stands.edition is not None:
        found += confirm_buttons(stands.release)
        if model.questions(session, house, stands.release.id):
            found.append(blocks.button("Test yourself", "enablement.test", value))
    if stands.release.state == LIVE:
        return found
    if writing.may_write_any(house, person, stands):
        found.append(blocks.button("Write the bundle", "enablement.write", value))
    if owns and not stands.missing and (stands.edition is None or stands.has_changed):
        found.append(blocks.button("Publish the bundle", "enablement.publish", value, style="primary"))
    if owns:
        found.append(blocks.button("Test questions", "enablement.questions", value))
    if any(_can_be_nudged(house, stands, person, each) for each in stands.rosters):
        found.append(blocks.button("Nudge the rest", "enablement.nudge", value))
    return found


def _can_be_nudged(house: House, stands: Stands, person: Person, roster: Roster) -> bool:
    is_open = stands.edition is not None and roster.rule.function not in stands.nudges and bool(roster.waiting)
    return is_open and confirming.may_nudge(house, person, roster)


def _about(words: str, known: Mapping[str, str]) -> tuple[str, str]:
    """The name of a release, and what is to be done with its bundle. One that is called like that is that first."""
    if slug(words) in known:
        return words, "show"
    found = re.fullmatch(rf"(.*\S)\s+({'|'.join(DO)})", words, re.IGNORECASE)
    return (found[1], found[2].lower()) if found else (words, "show")


DO: Mapping[str, Handler] = {
    "show": show,
    "write": open_write,
    "publish": open_publish,
    "read": read,
    "attended": attended,
    "not for me": open_not_for_me,
    "nudge": nudge,
    "test": open_test,
    "questions": open_questions,
}
"""What can be done with a bundle, by the word for it in the command."""

TABLES = Tables(
    verbs={"bundle": Command(bundle, "Show or write what people are to know of a release", "<release> [write]")},
    actions={
        "enablement.show": show,
        "enablement.write": open_write,
        "enablement.publish": open_publish,
        "enablement.read": read,
        "enablement.attended": attended,
        "enablement.not_for_me": open_not_for_me,
        "enablement.nudge": nudge,
        "enablement.test": open_test,
        "enablement.questions": open_questions,
    },
    views={
        "enablement.written": written,
        "enablement.published": published,
        "enablement.declined": declined,
        "enablement.questions_written": questions_written,
        "enablement.questions_answered": tested,
    },
)
