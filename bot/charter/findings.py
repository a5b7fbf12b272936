"""What the records show of charter and owners: no approval, a review past, posts without anybody, too much weight.

Each looks everything up at once, so that it asks the database a bounded number of times.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.charter import flow, model
from bot.definitions.decisions import AREA_DEPUTY, AREA_OWNER, HEAD_OF_PRODUCT, PRODUCT_OPS, may_decide_on_product
from bot.house import Finding, House
from bot.people.deciding import in_words, meant
from bot.people.model import Departure, People, Person
from bot.people.posts import Post, posts

WORDS = "charter/findings.txt.j2"
ABOUT = {
    "area": "organisation.yaml",
    "function": "organisation.yaml",
    "ritual": "calendar.yaml",
    "class": "decisions.yaml",
    "interface": "charter.yaml",
    "charter": "charter.yaml",
}
"""By the sort of a post, the file that names people for it."""
LEAST = 2
"""Of fewer, one is more than half."""


def charter(session: Session, house: House) -> Iterator[Finding]:
    """CH04: the charter is not approved, or was not looked at again in time."""
    found, edition = house.definitions.charter, model.newest(session, house)
    if found is None or edition is None or not flow.is_due(house, found, edition):
        return
    due, zone = flow.review_due(house, found, edition), house.definitions.organisation.zone
    part = "review" if due else "unapproved"
    yield Finding(
        rule="CH04",
        about=f"charter:v{edition.number}",
        message=house.words.part(WORDS, part, number=edition.number, since=edition.since, due=due, zone=zone),
        owner=_head(session, house),
        mend="`/cadence charter` shows it, with the button",
        action_id="charter.read",
        value=str(edition.number),
        label="Read it",
    )


def owners(session: Session, house: House) -> Iterator[Finding]:
    """OM02: an owner, a decider or a backup is missing, has left Slack, or works elsewhere now."""
    yield from _gone(session, house)
    yield from _without_deputy(session, house)
    yield from _vacant(session, house)
    yield from _moved(session, house)


def weight(session: Session, house: House) -> Iterator[Finding]:
    """BO05: product ops is accountable for more than half of the classes, or owns more than half of the rituals."""
    organisation = house.definitions.organisation
    only_ops = {each.ref for each in organisation.people if not may_decide_on_product(each.roles)}

    def is_ops(word: str) -> bool:
        function, person = organisation.function(word), organisation.person(word)
        lead = organisation.person(function.lead) if function and function.lead else person
        return word == PRODUCT_OPS or (lead is not None and lead.ref in only_ops)

    classes = [is_ops(each.decider) for each in house.definitions.decision_classes]
    rituals = [is_ops(each.owner) for each in house.definitions.calendar.rituals if each.is_core]
    for about, does, what, theirs in (
        ("raci", "decides", "classes of decision", classes),
        ("calendar", "owns", "rituals", rituals),
    ):
        if len(theirs) >= LEAST and sum(theirs) * 2 > len(theirs):
            message = house.words.part(WORDS, "weight", does=does, count=sum(theirs), of=len(theirs), what=what)
            yield Finding("BO05", about, message, mend="`/cadence raci` and `/cadence rituals` show which")


def _gone(session: Session, house: House) -> Iterator[Finding]:
    people, left = People(session, house), _left(session, house)
    for post in posts(house):
        if people.by_ref(post.ref) is not None:
            continue
        instead = _instead(people, house, post)
        since = left.get(post.ref)
        part = "gone" if post.ref in left else "unknown"
        what, name = post.words[0].upper() + post.words[1:], people.named(post.ref)
        message = house.words.part(WORDS, part, what=what, name=name, since=since, instead=instead)
        yield _owner_gap(session, house, post.key, message)


def _instead(people: People, house: House, post: Post) -> str:
    """Who is asked meanwhile for an area; empty when nobody is, or nobody is asked of such a thing."""
    sort, id, _role = post.key.split(":")
    area = house.definitions.organisation.area(id) if sort == "area" else None
    others = people.stand_ins(area) if area else []
    return next((f"{person.name} is asked" for person in others if person.ref != post.ref), "")


def _without_deputy(session: Session, house: House) -> Iterator[Finding]:
    people = People(session, house)
    for area in house.definitions.organisation.areas:
        if area.deputy is None:
            whom = people.named(area.owner) if not area.accountable and not _heads(people) else ""
            message = house.words.part(WORDS, "missing", what=f"Deputy of {area.name}", whom=whom)
            yield _owner_gap(session, house, f"area:{area.id}:deputy", message)


def _vacant(session: Session, house: House) -> Iterator[Finding]:
    """Words of classes and interfaces that stand for nobody; those that depend on the area are looked at there."""
    for each in house.definitions.decision_classes:
        for role, word in (("decider", each.decider), ("backup", each.backup)):
            if word in (AREA_OWNER, AREA_DEPUTY) or _is_somebody(session, house, word):
                continue
            what = f"{role.capitalize()} of “{each.name}”"
            message = house.words.part(WORDS, "vacant", what=what, words=in_words(house, word))
            yield _owner_gap(session, house, f"class:{each.id}:{role}", message)
    found = house.definitions.charter
    for interface in found.interfaces if found else ():
        for side in interface.sides:
            for role, named in (("owner", side.owner), ("backup", side.backup)):
                # That nobody is named, the check of the definitions says (OM03).
                if named is None or _is_somebody(session, house, named):
                    continue
                what = f"{role.capitalize()} of {interface.name}"
                message = house.words.part(WORDS, "vacant", what=what, words=in_words(house, named))
                yield _owner_gap(session, house, f"interface:{interface.id}:{side.function}-{role}", message)


def _moved(session: Session, house: House) -> Iterator[Finding]:
    organisation = house.definitions.organisation
    for function in organisation.functions:
        lead = organisation.person(function.lead) if function.lead else None
        if lead is not None and lead.function != function.id:
            now = organisation.function(lead.function)
            message = house.words.part(
                WORDS, "moved", name=lead.name, function=function.name, now=now.name if now else lead.function
            )
            yield _owner_gap(session, house, f"function:{function.id}:lead", message)


def _owner_gap(session: Session, house: House, key: str, message: str) -> Finding:
    mend = house.words.part(WORDS, "mend", file=ABOUT[key.partition(":")[0]])
    return Finding("OM02", key, message, owner=_head(session, house), mend=mend)


def _is_somebody(session: Session, house: House, word: str) -> bool:
    """Whether a word stands for anybody; a person by name, whether in Slack or not, since that is said of the post."""
    return house.definitions.organisation.person(word) is not None or bool(meant(session, house, word, None))


def _left(session: Session, house: House) -> dict[str, date]:
    zone = house.definitions.organisation.zone
    query = select(Departure.ref, Departure.left_at).where(
        Departure.workspace_id == house.workspace_id, Departure.back_at.is_(None)
    )
    return {ref: at.astimezone(zone).date() for ref, at in session.execute(query)}


def _heads(people: People) -> list[Person]:
    return people.with_role(HEAD_OF_PRODUCT)


def _head(session: Session, house: House) -> str | None:
    """Who says who takes it: the head of product; none when nobody is."""
    heads = _heads(People(session, house))
    return heads[0].slack_id if heads else None
