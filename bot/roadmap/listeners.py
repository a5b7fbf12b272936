"""How Slack asks for the roadmap: read the gesture, run one verb, answer."""

import json
import uuid
from typing import Any

from sqlalchemy.orm import Session

from bot import blocks
from bot.blocks import Message, View
from bot.errors import UserError
from bot.gesture import Gesture
from bot.house import House, ReleaseFacts
from bot.people import deciding
from bot.people.flow import require_person
from bot.people.model import People
from bot.rituals.model import is_id
from bot.roadmap import asking, flow, forms, messages, model, places, review, rights, standing
from bot.roadmap.entry import Typed
from bot.roadmap.flow import Changed
from bot.roadmap.forms import NEW
from bot.roadmap.model import ADDED, RoadmapChange, RoadmapItem
from bot.roadmap.places import MONTHS
from bot.tables import Command, Tables

CHANGE, UNMOVED = "change", "unmoved"


async def roadmap(gesture: Gesture, house: House) -> None:
    """`/cadence roadmap [area | R-3 | change [item] | unmoved]`; alone it shows all areas."""
    verb, _, rest = gesture.text.partition(" ")
    if gesture.text.strip().lower() == UNMOVED:
        await _say_unmoved(gesture, house, "")
        return
    if verb.lower() == CHANGE:
        await _open(gesture, house, rest.strip())
        return
    pages = await house.db.run(_shown, house, gesture.user, gesture.text)
    for page in pages:
        await gesture.reply(page)


async def change(gesture: Gesture, house: House) -> None:
    """The button *Change the roadmap*, or *Change R-3*."""
    await _open(gesture, house, gesture.value)


async def unmoved(gesture: Gesture, house: House) -> None:
    """The button *Nothing moved*; its value is the id of the occurrence before which that is asked."""
    await _say_unmoved(gesture, house, gesture.value)


async def chosen(gesture: Gesture, house: House) -> None:
    """Which item was chosen, or a new one."""
    item = gesture.field("item")
    words = "" if item == NEW else item

    def verb(session: Session) -> View:
        return _form(session, house, gesture.user, words)

    await gesture.replace_view(await house.db.run(verb))


async def changed(gesture: Gesture, house: House) -> None:
    """The submitted form. Whoever comes second sees what the first one did, and their own words again."""
    ref, version, key = _read(gesture)

    def verb(session: Session) -> View:
        typed = _typed(session, house, gesture, ref)
        if ref:
            done = flow.change(session, house, gesture.user, ref, version, typed, key)
        else:
            done = flow.add(session, house, gesture.user, typed, key)
        return _saved(session, house, gesture.user, done)

    def again(session: Session, note: str) -> View:
        item = model.get(session, house, ref)
        flow.require_there(item)
        return _change_form(session, house, gesture.user, item, _typed(session, house, gesture, ref), note)

    try:
        view = await house.db.run(verb)
    except Changed as meanwhile:
        view = await house.db.run(again, str(meanwhile))
    await gesture.replace_view(view)


async def decide(gesture: Gesture, house: House) -> None:
    """The button *Raise a decision*, or *Record the decision*; its value is the change's id."""

    def verb(session: Session) -> View:
        if not is_id(gesture.value):
            raise UserError("That is gone. `/decision` raises or records any decision.")
        decision, item = flow.decide(session, house, gesture.user, int(gesture.value))
        return forms.logged(house, item, decision)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


async def _say_unmoved(gesture: Gesture, house: House, occurrence_id: str) -> None:
    said = await house.db.run(asking.say, house, gesture.user, occurrence_id)
    await gesture.reply(blocks.message(blocks.section(said)))


async def _open(gesture: Gesture, house: House, words: str) -> None:
    def verb(session: Session) -> View:
        require_person(session, house, gesture.user)
        items = _writable(session, house, gesture.user)
        if not words and items:
            return forms.choose(items)
        return _form(session, house, gesture.user, words)

    await gesture.open(await house.db.run(verb))
    await gesture.accept()


def _shown(session: Session, house: House, slack_id: str, words: str) -> list[Message]:
    called = People(session, house).called
    if not model.looks_like_a_ref(words):
        return messages.view(house, standing.look(session, house, slack_id, words), called)
    require_person(session, house, slack_id)
    item = model.get(session, house, words)
    stands = standing.Stands(item, flow.release_of(session, house, item.release_id))
    writes = rights.may_write(session, house, slack_id, item.area_id)
    return messages.item(house, stands, model.changes_of(session, house, item), called, writes=writes)


def _writable(session: Session, house: House, slack_id: str) -> list[RoadmapItem]:
    """The items that somebody may change."""
    found = model.items(session, house)
    theirs = {id for id in {item.area_id for item in found} if rights.may_write(session, house, slack_id, id)}
    return [item for item in found if item.area_id in theirs]


def _form(session: Session, house: House, slack_id: str, words: str) -> View:
    """The form about the item that somebody means, by `R-3` or its name; a new one of that name when there is none."""
    if model.looks_like_a_ref(words):
        item = model.get(session, house, words)
        flow.require_there(item)
        return _change_form(session, house, slack_id, item)
    named = model.called(session, house, words)
    mine = [item for item in named if rights.may_write(session, house, slack_id, item.area_id)] or named
    if mine:
        return _change_form(session, house, slack_id, mine[0])
    areas = rights.written_by(session, house, slack_id)
    if not areas:
        # Says whose it is, of the first area as of any other.
        rights.require_writer(session, house, slack_id, house.definitions.organisation.areas[0].id)
    notes = [forms.unknown(house, words)] if words else []
    today = require_person(session, house, slack_id).today(house.clock.now())
    begin = forms.begin(None, words)
    releases = _releases(session, house, None)
    return forms.change(house, None, areas, releases, today, _metadata("", 0), typed=begin, notes=notes)


def _change_form(
    session: Session, house: House, slack_id: str, item: RoadmapItem, typed: Typed | None = None, note: str = ""
) -> View:
    person = rights.require_writer(session, house, slack_id, item.area_id)
    is_orphan = house.definitions.organisation.area(item.area_id) is None
    areas = house.definitions.organisation.areas if is_orphan else ()
    return forms.change(
        house, item, areas, _releases(session, house, item.release_id), person.today(house.clock.now()),
        _metadata(item.ref, item.version), typed=typed, notes=[note] if note else [],
    )  # fmt: skip


def _releases(session: Session, house: House, linked: int | None) -> list[ReleaseFacts]:
    """Those of late and to come, with the one that is linked already."""
    if house.links.releases is None:
        return []
    found = house.links.releases(session, house, None)
    known = {each.id for each in found}
    return [*(house.links.releases(session, house, [linked]) if linked and linked not in known else []), *found]


def _saved(session: Session, house: House, slack_id: str, done: RoadmapChange) -> View:
    item = model.of_ids(session, house, [done.item_id])[done.item_id]
    people = People(session, house)
    organisation = house.definitions.organisation
    told = [each.name for id in done.functions if (each := organisation.function(id))]
    told += [people.named(ref) for ref in done.people]
    if area := organisation.area(done.depends_on):
        told.append(people.named(area.owner))
    to_log = flow.to_decide(session, house, done, slack_id)
    decision_class = review.decision_class(house)
    area = organisation.area(item.area_id)
    decider = deciding.deciders(session, house, decision_class, area).decider if decision_class else None
    shown = [] if done.kind == model.UNCHANGED else list(dict.fromkeys(told))
    return forms.saved(house, item, done, shown, to_log=to_log, decider=decider.name if decider else "")


def _typed(session: Session, house: House, gesture: Gesture, ref: str) -> Typed:
    field = gesture.field
    item = model.get(session, house, ref) if ref else None
    place, release = field("place"), field("release")
    ticked = [each for name in gesture.fields if name.startswith("functions") for each in gesture.field_values(name)]
    return Typed(
        kind=field("kind") if item else ADDED,
        area_id=field("area_id") or (item.area_id if item else ""),
        name=item.name if item else field("name"),
        purpose=field("purpose"),
        place=places.between(field("first_month"), field("last_month")) if place == MONTHS else places.read(place),
        confidence=field("confidence"),
        why=field("why"),
        functions=tuple(ticked),
        people=field("people"),
        depends_on=field("depends_on"),
        release_id=int(release) if is_id(release) else None,
        evidence=field("evidence"),
    )


def _metadata(ref: str, version: int) -> str:
    return json.dumps({"key": uuid.uuid4().hex, "item": ref, "version": version})


def _read(gesture: Gesture) -> tuple[str, int, str]:
    """What the form was opened for: the item (empty for a new one), its version, and the form's own key."""
    try:
        metadata: dict[str, Any] = json.loads(gesture.metadata)
        return str(metadata["item"]), int(metadata["version"]), str(metadata["key"])[:40]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError("This form is out of date. `/cadence roadmap change` opens a new one.") from error


TABLES = Tables(
    verbs={
        "roadmap": Command(
            roadmap,
            "Show the roadmap, what moved and why; or change it",
            "[area | R-3 | change [item] | unmoved]",
        )
    },
    actions={"roadmap.change": change, "roadmap.decide": decide, "roadmap.unmoved": unmoved},
    views={"roadmap.choose": chosen, "roadmap.changed": changed},
)
