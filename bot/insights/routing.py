"""To whom a sorted insight goes: the first route of the definitions that fits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.definitions.decisions import AREA_OWNER, may_decide_on_product
from bot.definitions.insights import RELEASE_OWNER, InsightRules, Route, When
from bot.house import House, ReleaseFacts
from bot.insights import rights
from bot.insights.model import Insight
from bot.insights.rights import rules_of
from bot.people import deciding
from bot.people.model import People, Person

PRODUCT_OPS = "product_ops"
LIVE = "live"


@dataclass(frozen=True)
class Destination:
    """Where an insight goes. Nobody answers it when the definitions lead to nobody whom Slack knows."""

    route: Route
    owner: Person | None
    inform: tuple[Person, ...]


def destination(session: Session, house: House, insight: Insight) -> Destination | None:
    """Where it goes as it is sorted now; None when no route fits."""
    release = release_of(session, house, insight.release_id)
    route = fitting(house, rules_of(house), insight, release)
    if route is None:
        return None
    owner = _owner(session, house, route, insight, release)
    inform = (person for word in route.inform for person in _meant(session, house, word, insight, release)[:1])
    return Destination(route, owner, tuple(dict.fromkeys(each for each in inform if each != owner)))


def owner_now(session: Session, house: House, insight: Insight) -> Person | None:
    """Who answers what is routed already, as the definitions are now; what it was routed by has not changed."""
    route = next((each for each in rules_of(house).routes if each.name == insight.route), None)
    if route is None:
        return People(session, house).by_slack(insight.owner)
    return _owner(session, house, route, insight, release_of(session, house, insight.release_id))


def fitting(house: House, rules: InsightRules, insight: Insight, release: ReleaseFacts | None) -> Route | None:
    return next((route for route in rules.routes if _fits(house, route.when, insight, release)), None)


def meant(session: Session, house: House, word: str, insight: Insight) -> list[Person]:
    """The people whom a word of the definitions stands for, of one insight: `owner` is who is asked to answer it."""
    if word == "owner":
        people = People(session, house)
        owner = people.by_slack(insight.asked_of) or people.by_slack(insight.owner)
        # Before it is routed, it is its area's owner who should know.
        return [owner] if owner else _meant(session, house, AREA_OWNER, insight, None)
    return _meant(session, house, word, insight, release_of(session, house, insight.release_id))


def release_of(session: Session, house: House, release_id: int | None) -> ReleaseFacts | None:
    if release_id is None or house.links.releases is None:
        return None
    return next(iter(house.links.releases(session, house, [release_id])), None)


def those_who_may_read(session: Session, house: House, insight: Insight, people: Iterable[Person]) -> list[Person]:
    """Of these, who may hear of it. Of a restricted one its readers do when nobody of them may."""
    may = [each for each in dict.fromkeys(people) if rights.may_see(session, house, insight, each.slack_id)]
    if may or not insight.restricted:
        return may
    return rights.everybody_of(session, house, rules_of(house).readers)


def stand_in(session: Session, house: House, insight: Insight, owner: Person) -> Person:
    """Who is asked for it today: its owner, or while they are away whoever stands in for the area that they own."""
    area = house.definitions.organisation.area(insight.area_id) if insight.area_id else None
    if area is None or area.owner != owner.ref:
        return owner
    return deciding.there_today(session, house, [owner, *_stand_ins(session, house, insight)]) or owner


def _owner(
    session: Session, house: House, route: Route, insight: Insight, release: ReleaseFacts | None
) -> Person | None:
    found = _meant(session, house, route.to, insight, release)
    if not found and route.to in (AREA_OWNER, RELEASE_OWNER):
        found = _stand_ins(session, house, insight)
    return next(iter(found), None)


def _stand_ins(session: Session, house: House, insight: Insight) -> list[Person]:
    """Who answers for its area in the place of its owner: nobody who may not decide on the product, nor read it."""
    area = house.definitions.organisation.area(insight.area_id) if insight.area_id else None
    return [
        person
        for person in (People(session, house).stand_ins(area) if area else ())
        if may_decide_on_product(person.roles)
        and (not insight.restricted or rights.is_reader(session, house, person.slack_id))
    ]


def _fits(house: House, when: When, insight: Insight, release: ReleaseFacts | None) -> bool:
    lists = (
        (when.themes, (insight.theme_id, *insight.also_themes)),
        (when.areas, (insight.area_id, insight.also_area_id)),
        (when.causes, (insight.cause_id,)),
        (when.evidence, (insight.evidence_id,)),
        (when.severities, (insight.severity,)),
    )
    if any(wanted is not None and not set(wanted) & set(given) for wanted, given in lists):
        return False
    if when.several_areas and not (insight.area_id and insight.also_area_id):
        return False
    if when.no_area and insight.area_id:
        return False
    return when.released_within is None or _is_recent(house, release, when.released_within)


def _is_recent(house: House, release: ReleaseFacts | None, days: int) -> bool:
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    return release is not None and release.state == LIVE and today - release.day <= timedelta(days=days)


def _meant(session: Session, house: House, word: str, insight: Insight, release: ReleaseFacts | None) -> list[Person]:
    people, organisation = People(session, house), house.definitions.organisation
    if word == RELEASE_OWNER:
        owner = people.by_slack(release.owner) if release else None
        return [owner] if owner else []
    area = organisation.area(insight.area_id) if insight.area_id else None
    return deciding.meant(session, house, word, area)
