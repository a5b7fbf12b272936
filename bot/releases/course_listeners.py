"""How Slack asks for what changes a release's course: read the gesture, run one verb, answer."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from bot.blocks import Message, View
from bot.errors import Changed
from bot.gesture import Gesture
from bot.house import House
from bot.metadata import dump, read
from bot.people.model import People
from bot.releases import (
    assigning,
    calling,
    editing,
    forms,
    messages,
    moving,
    report,
    rights,
    rollout,
    standing,
    tiering,
    votes,
)
from bot.releases.moving import Move
from bot.releases.readiness import ADVICE
from bot.releases.register import Brief
from bot.releases.rule import Saying
from bot.tables import Tables


async def open_call(gesture: Gesture, house: House) -> None:
    """The button *Make the call*."""

    def verb(session: Session) -> View:
        return _call_form(session, house, gesture.user, gesture.value)

    await gesture.open(await votes.run(house, verb))
    await gesture.accept()


async def called(gesture: Gesture, house: House) -> None:
    release_id, version, numbers = read(gesture)
    advice = ADVICE[numbers.get("advice", 0) % len(ADVICE)]
    typed = {name: gesture.field(name) for name in ("said", "reason", "risk_owner", "until")}
    saying = Saying(typed["said"], typed["reason"].strip(), typed["risk_owner"], forms.day_of(typed["until"]))

    def verb(session: Session) -> View:
        found = calling.call(session, house, gesture.user, release_id, version, advice, saying)
        return forms.saved(house, found)

    def again(session: Session, note: str) -> View:
        return _call_form(session, house, gesture.user, release_id, note=note, typed=typed)

    try:
        view = await votes.run(house, verb)
    except Changed as changed:
        view = await house.db.run(again, str(changed))
    await gesture.replace_view(view)


async def live(gesture: Gesture, house: House) -> None:
    """The button *It is live*."""

    def verb(session: Session) -> Message:
        return messages.card(house, rollout.live(session, house, gesture.user, gesture.value))

    await gesture.reply(await house.db.run(verb))


async def acknowledge(gesture: Gesture, house: House) -> None:
    """The button *Acknowledge*."""

    def verb(session: Session) -> Message:
        return messages.card(house, calling.acknowledge(session, house, gesture.user, gesture.value))

    await gesture.reply(await house.db.run(verb))


async def open_condition(gesture: Gesture, house: House) -> None:
    """The button *It is met*; its value may name the condition."""
    release_id = gesture.value.partition(":")[0]

    def verb(session: Session) -> View:
        release, waiting = calling.conditions_of(session, house, gesture.user, release_id)
        return forms.condition_form(house, release, waiting, dump(release.id, release.version))

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def met(gesture: Gesture, house: House) -> None:
    release_id, _, _ = read(gesture)
    condition, how = gesture.field("condition"), gesture.field("how")

    def verb(session: Session) -> View:
        return forms.saved(house, calling.meet(session, house, gesture.user, release_id, condition, how))

    await gesture.replace_view(await house.db.run(verb))


async def open_move(gesture: Gesture, house: House) -> None:
    """*Move the date*, in the card's menu."""
    await _open(gesture, house, _move_form)


async def moved(gesture: Gesture, house: House) -> None:
    release_id, version, _ = read(gesture)
    to = Move(*(gesture.field(name) for name in ("target", "until", "confidence", "because")))

    def verb(session: Session) -> View:
        return forms.saved(house, moving.move(session, house, gesture.user, release_id, version, to))

    await _keep(gesture, house, verb, _move_form, release_id)


async def open_tier(gesture: Gesture, house: House) -> None:
    """*Change the tier*, in the card's menu."""
    await _open(gesture, house, _tier_form)


async def tier_set(gesture: Gesture, house: House) -> None:
    release_id, version, _ = read(gesture)
    tier, because = gesture.field("tier"), gesture.field("because")

    def verb(session: Session) -> View:
        return forms.saved(house, tiering.set_tier(session, house, gesture.user, release_id, version, tier, because))

    await _keep(gesture, house, verb, _tier_form, release_id)


async def open_edit(gesture: Gesture, house: House) -> None:
    """*Edit*, in the card's menu."""
    await _open(gesture, house, _edit_form)


async def edited(gesture: Gesture, house: House) -> None:
    release_id, version, _ = read(gesture)

    def verb(session: Session) -> View:
        brief, because = brief_of(gesture), gesture.field("because")
        found = editing.edit(session, house, gesture.user, release_id, version, brief, because)
        return forms.saved(house, found)

    await _keep(gesture, house, verb, _edit_form, release_id)


async def open_assign(gesture: Gesture, house: House) -> None:
    """*Assign items*, in the card's menu."""

    def form(session: Session, house: House, slack_id: str, release_id: str, note: str) -> View:
        offered = assigning.assignable(session, house, slack_id, release_id)
        release, _person = rights.coming(session, house, slack_id, release_id)
        names = report.who_has_each(session, house, release, offered)
        return forms.assign_form(house, release, list(zip(offered, names, strict=True)), dump(release.id, 0))

    await _open(gesture, house, form)


async def assigned(gesture: Gesture, house: House) -> None:
    release_id, _, _ = read(gesture)
    ticked = [item for name in gesture.fields if name.startswith("items") for item in gesture.field_values(name)]

    def verb(session: Session) -> View:
        found = assigning.assign(session, house, gesture.user, release_id, ticked, gesture.field("person"))
        return forms.saved(house, found)

    await gesture.replace_view(await house.db.run(verb))


async def open_stop(gesture: Gesture, house: House) -> None:
    """*Stop the rollout*."""

    def form(session: Session, house: House, slack_id: str, release_id: str, note: str) -> View:
        release = rollout.stoppable(session, house, slack_id, release_id)
        return forms.reason_form(house, release, "stop", dump(release.id, release.version))

    await _open(gesture, house, form)


async def stopped(gesture: Gesture, house: House) -> None:
    release_id, _, _ = read(gesture)

    def verb(session: Session) -> View:
        return forms.saved(house, rollout.stop(session, house, gesture.user, release_id, gesture.field("because")))

    await gesture.replace_view(await house.db.run(verb))


async def open_cancel(gesture: Gesture, house: House) -> None:
    """*Cancel it*, in the card's menu."""

    def form(session: Session, house: House, slack_id: str, release_id: str, note: str) -> View:
        release = rights.owned_by(session, house, slack_id, release_id, "cancel it")
        return forms.reason_form(house, release, "cancel", dump(release.id, release.version))

    await _open(gesture, house, form)


async def cancelled(gesture: Gesture, house: House) -> None:
    release_id, _, _ = read(gesture)

    def verb(session: Session) -> View:
        return forms.saved(house, rollout.cancel(session, house, gesture.user, release_id, gesture.field("because")))

    await gesture.replace_view(await house.db.run(verb))


def brief_of(gesture: Gesture) -> Brief:
    """What a form about a release says of it; what the form does not ask for is empty."""
    return Brief(
        name=gesture.field("name"),
        owner=gesture.field("owner"),
        target=gesture.field("target"),
        until=gesture.field("until"),
        confidence=gesture.field("confidence"),
        summary=gesture.field("summary"),
        facts=tuple(gesture.field_values("facts")),
    )


Form = Callable[[Session, House, str, str, str], View]
"""A form for a person (Slack id) about a release (its id), with a note above it or an empty one."""


async def _open(gesture: Gesture, house: House, form: Form) -> None:
    await gesture.open(await house.db.run(form, house, gesture.user, gesture.value, ""))
    await gesture.accept()


async def _keep(gesture: Gesture, house: House, verb: Callable[[Session], View], form: Form, release_id: str) -> None:
    """Do what a form says; when somebody was quicker, show the form again as things are now."""
    try:
        view = await house.db.run(verb)
    except Changed as changed:
        view = await house.db.run(form, house, gesture.user, release_id, str(changed))
    await gesture.replace_view(view)


def _move_form(session: Session, house: House, slack_id: str, release_id: str, note: str) -> View:
    release = rights.kept_by(session, house, slack_id, release_id)
    return forms.move_form(house, release, dump(release.id, release.version), note=note)


def _tier_form(session: Session, house: House, slack_id: str, release_id: str, note: str) -> View:
    release, _person = rights.coming(session, house, slack_id, release_id)
    found = report.compile(session, house, release)
    return forms.tier_form(house, found, dump(release.id, release.version), note=note)


def _edit_form(session: Session, house: House, slack_id: str, release_id: str, note: str) -> View:
    release = rights.kept_by(session, house, slack_id, release_id)
    owner = People(session, house).by_ref(release.owner)
    metadata = dump(release.id, release.version)
    slack_id = owner.slack_id if owner else ""
    return forms.edit_form(house, standing.rules_of(house), release, slack_id, metadata, note=note)


def _call_form(
    session: Session,
    house: House,
    slack_id: str,
    release_id: str,
    *,
    note: str = "",
    typed: Mapping[str, str] | None = None,
) -> View:
    release = calling.callable_by(session, house, slack_id, release_id)
    found = report.compile(session, house, release)
    metadata = dump(release.id, release.version, {"advice": ADVICE.index(found.recommendation)})
    return forms.call_form(house, found, metadata, note=note, typed=typed)


TABLES = Tables(
    actions={
        "releases.call": open_call,
        "releases.live": live,
        "releases.acknowledge": acknowledge,
        "releases.condition": open_condition,
    },
    views={
        "releases.called": called,
        "releases.met": met,
        "releases.moved": moved,
        "releases.tier_set": tier_set,
        "releases.edited": edited,
        "releases.assigned": assigned,
        "releases.stop": stopped,
        "releases.cancel": cancelled,
    },
)
