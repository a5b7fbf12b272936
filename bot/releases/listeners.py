"""How Slack asks about releases: read the gesture, run one verb, answer."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.blocks import Message, Option, View
from bot.definitions import ReleaseRules
from bot.definitions.releases import QUESTIONS
from bot.errors import Changed, UserError
from bot.gesture import Gesture, Handler
from bot.house import House
from bot.metadata import dump, read
from bot.people.flow import require_person
from bot.pointing import is_open_to
from bot.releases import ahead, flow, forms, items, messages, model, recall, report, signing, spoken, standing, votes
from bot.releases import course_listeners as course
from bot.releases import register as registering
from bot.releases.audience import Audience
from bot.releases.card import check
from bot.releases.course_listeners import brief_of
from bot.releases.items import Standing
from bot.releases.model import Release
from bot.releases.readiness import NOT_STARTED
from bot.releases.signing import Answer
from bot.tables import Command, Tables


async def launch_ready(gesture: Gesture, house: House) -> None:
    """`/launch-ready`, `… <name>`, `… <name> <what to do>`, `… new [name]`, `… hotfix [name]`, `… help`"""
    verb, _, rest = gesture.text.partition(" ")
    if verb.lower() in ("new", "hotfix"):
        await _open_registration(gesture, house, rest, forms.registration if verb.lower() == "new" else forms.hotfix)
    elif gesture.text.lower() == "help":
        await gesture.reply(messages.help_(house))
    elif gesture.text:
        release_id, what, more = await house.db.run(_meant, house, gesture.user, gesture.text)
        await DO[what](replace(gesture, value=release_id, text=more), house)
    else:
        await gesture.reply(await house.db.run(ahead.coming, house, gesture.user))


async def show(gesture: Gesture, house: House) -> None:
    """The list's button *Details*: the same as `/launch-ready <name>`."""

    def verb(session: Session) -> Message:
        release = model.get(session, house, gesture.value)
        return messages.card(house, check(session, house, gesture.user, release))

    await gesture.reply(await house.db.run(verb))


async def as_of(gesture: Gesture, house: House) -> None:
    """`/launch-ready <name> as of <day> [time]`"""

    def verb(session: Session) -> Message:
        return messages.as_it_was(house, recall.as_of(session, house, gesture.user, gesture.value, gesture.text))

    await gesture.reply(await house.db.run(verb))


async def post(gesture: Gesture, house: House) -> None:
    """`/launch-ready <name> post [#channel]`; without one, to where it was typed."""

    def place(session: Session) -> str:
        require_person(session, house, gesture.user)
        return recall.place(session, house, gesture.text or gesture.channel or "")

    channel = await house.db.run(place)
    if channel != gesture.channel and not await is_open_to(gesture.client, gesture.user, channel):
        raise recall.UnknownChannel(gesture.text)

    def verb(session: Session) -> Message:
        recall.post(session, house, gesture.user, gesture.value, channel)
        return messages.on_its_way(house, gesture.text)

    await gesture.reply(await house.db.run(verb))


async def register(gesture: Gesture, house: House) -> None:
    """The submitted registration: keep it, say the tier, and go on with the four questions."""

    def verb(session: Session) -> View:
        release = registering.register(session, house, gesture.user, brief_of(gesture))
        return _registered(session, house, gesture.user, release)

    await gesture.replace_view(await house.db.run(verb))


async def hotfix(gesture: Gesture, house: House) -> None:
    """The submitted hotfix: it is live, and its questions come next."""

    def verb(session: Session) -> View:
        release = registering.hotfix(session, house, gesture.user, brief_of(gesture))
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
    asked = (*QUESTIONS, *(name for name in model.DETAILS if name in gesture.fields))
    typed = {name: gesture.field(name) for name in asked}
    ticked = [each for name in gesture.fields if name.startswith("functions") for each in gesture.field_values(name)]
    audience = Audience(tuple(ticked), gesture.field("accounts"), gesture.field("beyond"))

    def verb(session: Session) -> View:
        found = flow.answer(session, house, gesture.user, release_id, version, typed, audience)
        return forms.saved(house, found)

    def again(session: Session, note: str) -> View:
        release = flow.answerable(session, house, gesture.user, release_id)
        return _answers_form(house, release, note=note, typed=typed, audience=audience)

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
    stands = Standing(*(gesture.field(name) for name in ("state", "evidence", "reason", "until")))

    def verb(session: Session) -> View:
        version = versions.get(item_id, 0)
        found = items.update(session, house, gesture.user, release_id, item_id, version, stands)
        return forms.saved(house, found)

    def again(session: Session, note: str) -> View:
        return _item_form(session, house, gesture.user, release_id, item_id, note=note, typed=stands)

    try:
        view = await house.db.run(verb)
    except Changed as changed:
        view = await house.db.run(again, str(changed))
    await gesture.replace_view(view)


async def open_sign_off(gesture: Gesture, house: House) -> None:
    """The button *Sign off*."""

    def verb(session: Session) -> View:
        return _sign_off_form(session, house, gesture.user, gesture.value)

    await gesture.open(await votes.run(house, verb))
    await gesture.accept()


async def signed_off(gesture: Gesture, house: House) -> None:
    release_id, version, _ = read(gesture)
    answer = Answer(*(gesture.field(name) for name in ("said", "risk", "risk_owner", "risk_until")))

    def verb(session: Session) -> View:
        function = gesture.field("function")
        found = signing.sign_off(session, house, gesture.user, release_id, function, version, answer)
        return forms.saved(house, found)

    def again(session: Session, note: str) -> View:
        return _sign_off_form(session, house, gesture.user, release_id, note=note, typed=answer)

    try:
        view = await votes.run(house, verb)
    except Changed as changed:
        view = await house.db.run(again, str(changed))
    await gesture.replace_view(view)


async def more(gesture: Gesture, house: House) -> None:
    """The card's menu *More …*: what was chosen, and of which release."""
    what, _, release_id = gesture.value.partition(":")
    if what not in DO:
        raise UserError("This has changed since. `/launch-ready` and the name of the release shows what can be done.")
    await DO[what](replace(gesture, value=release_id), house)


async def _open_registration(
    gesture: Gesture, house: House, name: str, form: Callable[[House, ReleaseRules, str, str], View]
) -> None:
    def verb(session: Session) -> View:
        person = require_person(session, house, gesture.user)
        # Product ops register for others; the owner is then left to be picked.
        owner = "" if person.is_product_ops else gesture.user
        return form(house, standing.rules_of(house), name, owner)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


def _meant(session: Session, house: House, slack_id: str, words: str) -> tuple[str, str, str]:
    """The id of the release that a command is about, what is to be done with it, and what more was said."""
    require_person(session, house, slack_id)
    name, what, more = spoken.about(words, model.names(session, house))
    return str(flow.find(session, house, name).id), what, more


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
        advisory=len(found.advisory),
        short_notice=messages.short_notice(house, found),
        registered=True,
    )


def _answers_form(
    house: House,
    release: Release,
    *,
    note: str = "",
    typed: Mapping[str, str] | None = None,
    audience: Audience | None = None,
) -> View:
    tier, metadata = standing.tier(house, release), dump(release.id, release.version)
    return forms.answers(house, release, tier, (), metadata, note=note, typed=typed, audience=audience)


def _item_form(
    session: Session,
    house: House,
    slack_id: str,
    release_id: str,
    item_id: str,
    *,
    note: str = "",
    typed: Standing | None = None,
) -> View:
    """The form for items, with the version of each; prefilled with what was typed, else with how the item stands."""
    release = model.get(session, house, release_id)
    mine = items.updatable(session, house, slack_id, release)
    states = model.items(session, house, [release.id])[release.id]
    offered = [(item, states[item.id].state if item.id in states else NOT_STARTED) for item in mine]
    versions = {str(item.id): states[item.id].version for item in mine if item.id in states}
    stands = next((state for state in states.values() if str(state.item_id) == item_id), None)
    if typed is None and stands is not None:
        typed = Standing(stands.state, stands.evidence, stands.reason, str(stands.until or ""))
    typed = typed or Standing("")
    return forms.item_form(
        house,
        release,
        offered,
        dump(release.id, release.version, versions),
        chosen=item_id,
        state=typed.state,
        evidence=typed.evidence,
        reason=typed.reason,
        until=typed.until,
        note=note,
    )


def _sign_off_form(
    session: Session, house: House, slack_id: str, release_id: str, *, note: str = "", typed: Answer | None = None
) -> View:
    release = model.get(session, house, release_id)
    function = signing.signable(session, house, slack_id, release)
    so_far = model.sign_offs(session, house, [release.id])[release.id].get(function)
    if typed is None and so_far is not None:
        typed = Answer(so_far.said, so_far.risk, so_far.risk_owner, str(so_far.risk_until or ""))
    typed = typed or Answer("")
    name = standing.function_name(house.definitions.organisation, function)
    return forms.sign_off_form(
        house,
        release,
        Option(function, name),
        dump(release.id, so_far.version if so_far else 0),
        said=typed.said,
        risk=typed.risk,
        risk_owner=typed.risk_owner,
        risk_until=typed.risk_until,
        note=note,
    )


DO: Mapping[str, Handler] = {
    spoken.SHOW: show,
    spoken.AS_OF: as_of,
    spoken.POST: post,
    "answers": open_answers,
    "items": open_item,
    "sign off": open_sign_off,
    "call": course.open_call,
    "acknowledge": course.acknowledge,
    "condition": course.open_condition,
    "live": course.live,
    "stop": course.open_stop,
    "move": course.open_move,
    "tier": course.open_tier,
    "assign": course.open_assign,
    "edit": course.open_edit,
    "cancel": course.open_cancel,
}
"""What can be done with a release, by the word for it in the command and the menu."""

TABLES = Tables(
    commands={
        "/launch-ready": Command(launch_ready, "How ready is a release? Also registers one", "[name | new | help]"),
    },
    actions={
        "releases.show": show,
        "releases.answer": open_answers,
        "releases.item": open_item,
        "releases.sign_off": open_sign_off,
        "releases.more": more,
    },
    views={
        "releases.register": register,
        "releases.hotfix": hotfix,
        "releases.answered": answered,
        "releases.item_updated": item_updated,
        "releases.signed_off": signed_off,
    },
)
