"""How Slack asks about releases: read the gesture, run one verb, answer."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from bot.blocks import Message, Option, View
from bot.errors import UserError
from bot.gesture import Gesture
from bot.house import House
from bot.people.flow import require_person
from bot.releases import ahead, flow, forms, messages, model, report
from bot.releases import register as registering
from bot.releases.card import check
from bot.releases.metadata import dump, read
from bot.releases.model import Release
from bot.releases.readiness import NOT_STARTED, QUESTIONS
from bot.releases.versions import Changed
from bot.tables import Command, Tables


async def launch_ready(gesture: Gesture, house: House) -> None:
    """`/launch-ready`, `/launch-ready <name>`, `/launch-ready new [name]`, `/launch-ready help`"""
    verb, _, rest = gesture.text.partition(" ")
    if verb.lower() == "new":
        await _open_registration(gesture, house, rest)
    elif gesture.text.lower() == "help":
        await gesture.reply(messages.help_(house))
    elif gesture.text:
        await gesture.reply(await house.db.run(_check_named, house, gesture.user, gesture.text))
    else:
        await gesture.reply(await house.db.run(_coming, house, gesture.user))


async def show(gesture: Gesture, house: House) -> None:
    """The list's button *Details*: the same as `/launch-ready <name>`."""

    def verb(session: Session) -> Message:
        release = model.get(session, house, gesture.value)
        return messages.card(house, check(session, house, gesture.user, release))

    await gesture.reply(await house.db.run(verb))


async def register(gesture: Gesture, house: House) -> None:
    """The submitted registration: keep it, say the tier, and go on with the four questions."""
    brief = registering.Brief(
        name=gesture.field("name"),
        owner=gesture.field("owner"),
        target=gesture.field("target"),
        confidence=gesture.field("confidence"),
        summary=gesture.field("summary"),
        facts=tuple(gesture.field_values("facts")),
    )

    def verb(session: Session) -> View:
        release = registering.register(session, house, gesture.user, brief)
        return _registered(session, house, gesture.user, release)

    await gesture.replace_view(await house.db.run(verb))


async def open_answers(gesture: Gesture, house: House) -> None:
    """The button *Answer the four questions*."""

    def verb(session: Session) -> View:
        return _answers_form(house, flow.answerable(session, house, gesture.user, gesture.value))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def answered(gesture: Gesture, house: House) -> None:
    release_id, version, _ = read(gesture)
    typed = {question: gesture.field(question) for question in QUESTIONS}

    def verb(session: Session) -> View:
        found = flow.answer(session, house, gesture.user, release_id, version, typed)
        return forms.saved(house, found)

    def again(session: Session, note: str) -> View:
        release = flow.answerable(session, house, gesture.user, release_id)
        return _answers_form(house, release, note=note, typed=typed)

    try:
        view = await house.db.run(verb)
    except Changed as changed:
        view = await house.db.run(again, str(changed))
    await gesture.replace_view(view)


async def open_item(gesture: Gesture, house: House) -> None:
    """The button *Update an item*; its value may name the item."""
    release_id, _, item_id = gesture.value.partition(":")

    def verb(session: Session) -> View:
        return _item_form(session, house, gesture.user, release_id, item_id)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def item_updated(gesture: Gesture, house: House) -> None:
    release_id, _, versions = read(gesture)
    item_id = gesture.field("item")

    def verb(session: Session) -> View:
        found = flow.update_item(
            session,
            house,
            gesture.user,
            release_id,
            item_id,
            versions.get(item_id, 0),
            state=gesture.field("state"),
            evidence=gesture.field("evidence"),
            reason=gesture.field("reason"),
        )
        return forms.saved(house, found)

    def again(session: Session, note: str) -> View:
        return _item_form(session, house, gesture.user, release_id, item_id, note=note, typed=gesture)

    try:
        view = await house.db.run(verb)
    except Changed as changed:
        view = await house.db.run(again, str(changed))
    await gesture.replace_view(view)


async def open_sign_off(gesture: Gesture, house: House) -> None:
    """The button *Sign off*."""

    def verb(session: Session) -> View:
        return _sign_off_form(session, house, gesture.user, gesture.value)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def signed_off(gesture: Gesture, house: House) -> None:
    release_id, version, _ = read(gesture)

    def verb(session: Session) -> View:
        found = flow.sign_off(
            session,
            house,
            gesture.user,
            release_id,
            gesture.field("function"),
            version,
            said=gesture.field("said"),
            risk=gesture.field("risk"),
        )
        return forms.saved(house, found)

    def again(session: Session, note: str) -> View:
        return _sign_off_form(session, house, gesture.user, release_id, note=note, typed=gesture)

    try:
        view = await house.db.run(verb)
    except Changed as changed:
        view = await house.db.run(again, str(changed))
    await gesture.replace_view(view)


async def _open_registration(gesture: Gesture, house: House, name: str) -> None:
    def verb(session: Session) -> View:
        person = require_person(session, house, gesture.user)
        # Product ops register for others; the owner is then left to be picked.
        owner = "" if person.is_product_ops else gesture.user
        return forms.registration(house, report.rules_of(house), name, owner)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


def _check_named(session: Session, house: House, slack_id: str, words: str) -> Message:
    require_person(session, house, slack_id)
    return messages.card(house, check(session, house, slack_id, flow.find(session, house, words)))


def _coming(session: Session, house: House, slack_id: str) -> Message:
    return messages.listing(house, ahead.coming(session, house, slack_id))


def _registered(session: Session, house: House, slack_id: str, release: Release) -> View:
    """What came of registering; who may answer the four questions goes on with them at once."""
    found = report.compile(session, house, release)
    try:
        flow.answerable(session, house, slack_id, str(release.id))
    except UserError:
        return forms.saved(house, found)
    return forms.answers(
        house,
        release,
        found.tier,
        found.because,
        dump(release.id, release.version),
        gates=found.all_gates,
        short_notice=messages.short_notice(house, found),
        registered=True,
    )


def _answers_form(house: House, release: Release, *, note: str = "", typed: Mapping[str, str] | None = None) -> View:
    tier = report.tier(house, release)
    return forms.answers(house, release, tier, (), dump(release.id, release.version), note=note, typed=typed)


def _item_form(
    session: Session,
    house: House,
    slack_id: str,
    release_id: str,
    item_id: str,
    *,
    note: str = "",
    typed: Gesture | None = None,
) -> View:
    """The form for items, with the version of each; prefilled with what was typed, else with how the item stands."""
    release = model.get(session, house, release_id)
    items = flow.updatable(session, house, slack_id, release)
    states = model.items(session, house, [release.id])[release.id]
    offered = [(item, states[item.id].state if item.id in states else NOT_STARTED) for item in items]
    versions = {str(item.id): states[item.id].version for item in items if item.id in states}
    stands = next((state for state in states.values() if str(state.item_id) == item_id), None)
    if typed is not None:
        state, evidence, reason = (typed.field(name) for name in ("state", "evidence", "reason"))
    elif stands is not None:
        state, evidence, reason = stands.state, stands.evidence, stands.reason
    else:
        state = evidence = reason = ""
    return forms.item_form(
        house,
        release,
        offered,
        dump(release.id, release.version, versions),
        chosen=item_id,
        state=state,
        evidence=evidence,
        reason=reason,
        note=note,
    )


def _sign_off_form(
    session: Session, house: House, slack_id: str, release_id: str, *, note: str = "", typed: Gesture | None = None
) -> View:
    release = model.get(session, house, release_id)
    function = flow.signable(session, house, slack_id, release)
    so_far = model.sign_offs(session, house, [release.id])[release.id].get(function)
    name = report.function_name(house.definitions.organisation, function)
    return forms.sign_off_form(
        house,
        release,
        Option(function, name),
        dump(release.id, so_far.version if so_far else 0),
        said=typed.field("said") if typed else so_far.said if so_far else "",
        risk=typed.field("risk") if typed else so_far.risk if so_far else "",
        note=note,
    )


TABLES = Tables(
    commands={
        "/launch-ready": Command(launch_ready, "How ready is a release? Also registers one", "[name | new | help]"),
    },
    actions={
        "releases.show": show,
        "releases.answer": open_answers,
        "releases.item": open_item,
        "releases.sign_off": open_sign_off,
    },
    views={
        "releases.register": register,
        "releases.answered": answered,
        "releases.item_updated": item_updated,
        "releases.signed_off": signed_off,
    },
)
