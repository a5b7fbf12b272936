"""Who decides, owns or leads what somebody asks about, who comes after them, and who stands in today.

Everything comes from the definitions, the register of releases and who is away; nothing is decided here.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.definitions import Area, DecisionClass, FunctionDefinition, Interface, PersonDefinition, Ritual, labelled
from bot.definitions.decisions import AREA_DEPUTY, AREA_OWNER, HEAD_OF_PRODUCT, PRODUCT_OPS
from bot.errors import UserError
from bot.house import House
from bot.people.deciding import deciders, in_words, meant, paths_of, there_today
from bot.people.heard import hear, near
from bot.people.model import People, Person, channel_name
from bot.people.posts import posts
from bot.releases.model import Release
from bot.who.messages import Answer, Found, Line, Thing

CLASS, AREA, RITUAL, FUNCTION, RELEASE, PERSON = "class", "area", "ritual", "function", "release", "person"
INTERFACE = "interface"
MOST_ANSWERS = 3
MOST_COLLEAGUES = 3
PATHS_OF_HEAD = paths_of(HEAD_OF_PRODUCT)
LATELY = timedelta(days=90)
"""For how long after its day somebody may still ask about a release."""


def things(session: Session, house: House) -> dict[Thing, list[str]]:
    """Everything one may ask about, with the names it goes by; the first is the one to say."""
    organisation = house.definitions.organisation
    known: dict[Thing, list[str]] = {}
    for decision_class in house.definitions.decision_classes:
        known[CLASS, decision_class.id] = [*decision_class.topics, decision_class.name, decision_class.id]
    for area in organisation.areas:
        known[AREA, area.id] = [area.name, area.id]
    for ritual in house.definitions.calendar.rituals:
        known[RITUAL, ritual.id] = [ritual.name, ritual.id]
    for function in organisation.functions:
        known[FUNCTION, function.id] = [function.name, function.id]
    charter = house.definitions.charter
    for interface in charter.interfaces if charter else ():
        known[INTERFACE, interface.id] = [interface.name, interface.id]
    lately = house.clock.now().date() - LATELY
    releases = select(Release.slug, Release.name).where(
        Release.workspace_id == house.workspace_id, Release.target >= lately
    )
    for slug, name in session.execute(releases.order_by(Release.target)):
        known[RELEASE, slug] = [name, slug]
    for person in organisation.people:
        known[PERSON, person.ref] = [person.name, person.ref.partition("@")[0]]
    return known


def find(session: Session, house: House, words: str) -> Found:
    """Answers to what somebody asks; a `UserError` with the nearest names when nothing in it is known."""
    known = things(session, house)
    heard = hear(words, known)
    area = next((id for kind, id in heard.meant if kind == AREA), "")
    classes = [id for kind, id in heard.meant if kind == CLASS]
    # Of a decision in an area the area is not a question of its own.
    asked = [thing for thing in heard.meant if not (classes and thing == (AREA, area))]
    if not asked:
        names = " or ".join(f"`{known[thing][0]}`" for thing in near(words, known))
        offer = f" Did you mean {names}?" if names else ""
        raise UserError(f"I know nothing called “{words.strip()[:80]}”.{offer} `/cadence who` lists what I know.")
    answers = [_answer(session, house, thing, area) for thing in asked[:MOST_ANSWERS]]
    near_by = near(
        " ".join(heard.unknown), {thing: names for thing, names in known.items() if thing not in heard.meant}
    )
    return Found(tuple(answers), heard.unknown, tuple(known[thing][0] for thing in near_by))


def _answer(session: Session, house: House, thing: Thing, area_id: str) -> Answer:
    kind, id = thing
    organisation = house.definitions.organisation
    area, function, person = organisation.area(id), organisation.function(id), organisation.person(id)
    ritual, decision_class = house.definitions.calendar.ritual(id), house.definitions.decision_class(id)
    interface = house.definitions.charter.interface(id) if house.definitions.charter else None
    if kind == CLASS and decision_class:
        return _of_class(session, house, decision_class, organisation.area(area_id))
    if kind == AREA and area:
        return _of_area(session, house, area)
    if kind == RITUAL and ritual:
        return _of_ritual(session, house, ritual)
    if kind == FUNCTION and function:
        return _of_function(session, house, function)
    if kind == INTERFACE and interface:
        return _of_interface(session, house, interface)
    if kind == PERSON and person:
        return _of_person(session, house, person)
    return _of_release(session, house, id)


def _of_class(session: Session, house: House, decision_class: DecisionClass, area: Area | None) -> Answer:
    named = deciders(session, house, decision_class, area)
    rules = house.definitions.decisions
    assert rules is not None
    # Without the area, whoever else might be there is not known.
    in_order = named.in_order if area or not _needs_area(decision_class) else []
    lines = [
        _named(session, house, "decides", named.decider, decision_class.decider, area),
        *_instead(session, house, named.decider, in_order),
        _named(session, house, "backup", named.backup, decision_class.backup, area),
    ]
    if named.head:
        head = in_words(house, HEAD_OF_PRODUCT)
        after = rules.escalation.after
        lines.append(_somebody(session, house, "escalation", named.head, head, *PATHS_OF_HEAD, after=after))
    for part in ("responsible", "consulted", "informed"):
        words = [_in_words(session, house, word, area) for word in getattr(decision_class, part)]
        lines += [Line(part, {"words": words})] if words else []
    ritual = house.definitions.calendar.ritual(decision_class.forum.ritual or "")
    lines.append(_forum(session, house, _channel_of(house, decision_class, area), ritual))
    if _needs_area(decision_class) and area is None:
        lines.append(Line("say_area", {"topic": decision_class.topics[0]}))
    if decision_class.product:
        lines.append(Line("only_records"))
    return Answer(" · ".join([decision_class.name, *([area.name] if area else [])]), tuple(lines))


def _of_area(session: Session, house: House, area: Area) -> Answer:
    people = People(session, house)
    owner, deputy = people.by_ref(area.owner), people.by_ref(area.deputy)
    in_order = people.stand_ins(area)
    last = next((person for person in in_order if person not in (owner, deputy)), None)
    lines = (
        _somebody(session, house, "owns", owner, people.named(area.owner), f"organisation.areas.{area.id}.owner"),
        *_instead(session, house, owner, in_order),
        _somebody(session, house, "deputy", deputy, people.named(area.deputy), f"organisation.areas.{area.id}.deputy"),
        *([_somebody(session, house, "accountable", last, "")] if last else []),
        _forum(session, house, area.forum),
    )
    return Answer(area.name, lines)


def _of_ritual(session: Session, house: House, ritual: Ritual) -> Answer:
    people = People(session, house)
    owner, ops = people.by_ref(ritual.owner), people.with_role(PRODUCT_OPS)
    in_order = [person for person in (owner, *ops, *people.with_role(HEAD_OF_PRODUCT)) if person]
    lines = [
        _somebody(session, house, "owns", owner, people.named(ritual.owner), f"calendar.rituals.{ritual.id}.owner"),
        *_instead(session, house, owner, in_order),
        *_after(session, house, owner, ops, "product_ops"),
        *([_forum(session, house, ritual.channel)] if ritual.channel else []),
    ]
    return Answer(ritual.name, tuple(lines))


def _of_function(session: Session, house: House, function: FunctionDefinition) -> Answer:
    people, organisation = People(session, house), house.definitions.organisation
    lead = people.by_ref(function.lead)
    refs = [person.ref for person in organisation.people if person.function == function.id]
    colleagues = [person for ref in refs if (person := people.by_ref(ref)) and person != lead]
    in_order = [person for person in (lead, *colleagues, *people.with_role(HEAD_OF_PRODUCT)) if person]
    rules = house.definitions.releases
    tiers = [tier for rule in (rules.sign_offs if rules else ()) if rule.function == function.id for tier in rule.tiers]
    lines = [
        _somebody(session, house, "leads", lead, people.named(function.lead), *paths_of(function.id)),
        *_instead(session, house, lead, in_order),
        *_after(session, house, lead, colleagues[:MOST_COLLEAGUES], "colleagues"),
        *([Line("signs", {"tiers": tiers})] if tiers else []),
    ]
    return Answer(function.name, tuple(lines))


def _of_interface(session: Session, house: House, interface: Interface) -> Answer:
    lines = [Line("about", {"about": interface.about})]
    for side in interface.sides:
        function = house.definitions.organisation.function(side.function)
        backup = _who(session, house, side.backup) if side.backup else None
        owner = _who(session, house, side.owner) if side.owner else None
        name = function.name if function else side.function
        lines.append(Line("side", {"side": name, "owner": owner, "backup": backup}))
    if interface.reply_within:
        lines.append(Line("reply_within", {"days": interface.reply_within}))
    if interface.escalation:
        lines.append(Line("disagreed", {"who": _who(session, house, interface.escalation)}))
    if interface.channel:
        lines.append(_forum(session, house, interface.channel))
    return Answer(interface.name, tuple(lines))


def _who(session: Session, house: House, word: str) -> str:
    """Whom a word means today, each with why they are away: `Charlie, away until Fri 4 Dec (the lead of Support)`."""
    words = in_words(house, word)
    found = [(person.name, _away(session, house, person)) for person in meant(session, house, word, None)]
    if not found:
        return f"nobody in Slack ({words})"
    names = " or ".join(f"{name}, {away}" if away else name for name, away in found)
    says = names if words in (name for name, _reason in found) else f"{names} ({words})"
    return labelled(house.definitions, says, *paths_of(word))


def _of_release(session: Session, house: House, slug: str) -> Answer:
    query = select(Release).where(Release.workspace_id == house.workspace_id, Release.slug == slug)
    release, people = session.scalars(query).one(), People(session, house)
    owner = people.by_ref(release.owner)
    in_order = [person for person in (owner, *people.with_role(HEAD_OF_PRODUCT)) if person]
    lines = [
        _somebody(session, house, "owns", owner, people.named(release.owner)),
        *_instead(session, house, owner, in_order),
        *_after(session, house, owner, [], ""),
        _forum(session, house, house.definitions.organisation.channels.launches),
        Line("release", {"release": release}),
    ]
    return Answer(release.name, tuple(lines))


def _of_person(session: Session, house: House, definition: PersonDefinition) -> Answer:
    theirs = [post.words for post in posts(house) if post.ref == definition.ref]
    person = People(session, house).by_ref(definition.ref)
    away = _away(session, house, person) if person else None
    return Answer(definition.name, (Line("is", {"posts": theirs, "away": away, "known": person is not None}),))


# The lines of these answers.


def _somebody(
    session: Session, house: House, part: str, person: Person | None, words: str, *paths: str, **more: Any
) -> Line:
    """Who stands there: by name and as what; only as what when nobody does, or it is not known who.

    It is labelled where one of the paths is an assumption.
    """
    away = _away(session, house, person) if person else None
    name, words = (person.name, "" if words == person.name else words) if person else ("", words)
    shown = {"name": name, "words": words}
    key = "name" if name else "words"
    return Line(part, shown | {key: labelled(house.definitions, shown[key], *paths), "away": away, **more})


def _named(session: Session, house: House, part: str, person: Person | None, word: str, area: Area | None) -> Line:
    """The same for a word of a class: nobody stands there, unless it is only not known for which area."""
    vacant = person is None and (area is not None or word not in (AREA_OWNER, AREA_DEPUTY))
    return _somebody(session, house, part, person, in_words(house, word, area), *paths_of(word, area), vacant=vacant)


def _instead(session: Session, house: House, owner: Person | None, in_order: Sequence[Person]) -> list[Line]:
    """Who stands in today when the owner is not there, or there is none."""
    if not in_order or (owner is not None and not _away(session, house, owner)):
        return []
    instead = there_today(session, house, [person for person in in_order if person != owner])
    return [Line("instead", {"name": instead.name if instead else ""})]


def _after(session: Session, house: House, owner: Person | None, backups: Iterable[Person], part: str) -> list[Line]:
    """Who comes after the owner, and then the head of product."""
    names = [person.name for person in backups if person != owner]
    heads = [person for person in People(session, house).with_role(HEAD_OF_PRODUCT) if person != owner]
    last = [
        _somebody(session, house, "accountable", head, in_words(house, HEAD_OF_PRODUCT), *PATHS_OF_HEAD)
        for head in heads[:1]
    ]
    return [*([Line(part, {"names": names})] if names else []), *last]


def _forum(session: Session, house: House, channel: str | None, ritual: Ritual | None = None) -> Line:
    """Where it is talked about: a channel by its name, none for the forum of an area nobody has named."""
    return Line("forum", {"channel": channel and channel_name(session, house, channel), "ritual": ritual})


def _needs_area(decision_class: DecisionClass) -> bool:
    return not {decision_class.decider, decision_class.backup}.isdisjoint((AREA_OWNER, AREA_DEPUTY))


def _channel_of(house: House, decision_class: DecisionClass, area: Area | None) -> str | None:
    if decision_class.forum.channel:
        return decision_class.forum.channel
    if area:
        return area.forum
    return None if decision_class.is_about_an_area else house.definitions.organisation.channels.decisions


def _in_words(session: Session, house: House, word: str, area: Area | None) -> str:
    """`Charlie (the lead of Support)`, or the words alone when they stand for several people or nobody."""
    words, people = in_words(house, word, area), meant(session, house, word, area)
    says = words if len(people) != 1 or people[0].name == words else f"{people[0].name} ({words})"
    return labelled(house.definitions, says, *paths_of(word, area))


def _away(session: Session, house: House, person: Person) -> str | None:
    return People(session, house).away_because(person, person.today(house.clock.now()))
