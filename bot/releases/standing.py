"""The records of releases, where each stands by them, and who is to act on what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.definitions import Organisation, PersonDefinition, ReadinessItem, ReleaseRules, Tier
from bot.definitions.releases import RELEASE_OWNER
from bot.definitions.tiers import effective
from bot.errors import UserError
from bot.house import House
from bot.releases import assignments, calls, happenings, model, readiness
from bot.releases.calls import Call, Condition
from bot.releases.happenings import Happening
from bot.releases.model import ItemState, Release, SignOff
from bot.releases.readiness import Readiness


@dataclass(frozen=True)
class Basis:
    """What the readiness of some releases is computed from, by the release's id."""

    states: Mapping[int, Mapping[int, ItemState]]
    sign_offs: Mapping[int, Mapping[str, SignOff]]
    computed: Mapping[int, Mapping[str, bool]]
    """Whether the items that other rooms compute are settled."""


@dataclass(frozen=True)
class Kept(Basis):
    """All records of some releases, each by the release's id; conditions by the id of their call."""

    happened: Mapping[int, Mapping[str, Happening]]
    given: Mapping[int, Mapping[int, str]]
    calls: Mapping[int, Call]
    conditions: Mapping[int, Sequence[Condition]]


def basis(session: Session, house: House, releases: Sequence[Release]) -> Basis:
    """What `assess` needs of these releases."""
    ids = [release.id for release in releases]
    return Basis(
        model.items(session, house, ids),
        model.sign_offs(session, house, ids),
        _computed_elsewhere(session, house, ids),
    )


def kept(session: Session, house: House, releases: Sequence[Release]) -> Kept:
    """All records of these releases."""
    ids = [release.id for release in releases]
    return Kept(
        **vars(basis(session, house, releases)),
        happened=happenings.latest(session, house, ids),
        given=assignments.latest(session, house, ids),
        calls=calls.latest(session, house, ids),
        conditions=calls.conditions(session, house, ids),
    )


def rules_of(house: House) -> ReleaseRules:
    """The rules in force; a `UserError` when the team has none."""
    rules = house.definitions.releases
    if rules is None:
        raise UserError("Releases are not set up here. Product ops can add `releases.yaml` to the definitions.")
    return rules


def today(house: House) -> date:
    """The day it is in the workspace's zone: what due days and target dates are counted from."""
    return house.clock.now().astimezone(house.definitions.organisation.zone).date()


def stands(session: Session, house: House, release: Release) -> Readiness:
    """Where a release stands now, from its records."""
    return assess(house, release, basis(session, house, [release]))


def assess(house: House, release: Release, basis: Basis) -> Readiness:
    """Where a release stands now."""
    states, sign_offs = basis.states[release.id], basis.sign_offs[release.id]
    return readiness.assess(
        rules_of(house),
        facts=release.facts,
        answers=release.answers,
        states={item_id: state.state for item_id, state in states.items()},
        sign_offs={function: sign_off.said for function, sign_off in sign_offs.items()},
        target=release.target,
        today=today(house),
        is_off=house.definitions.organisation.work_days().off,
        tier_set=release.tier_set,
        hotfix=release.hotfix,
        computed=basis.computed.get(release.id),
    )


def tier(house: House, release: Release) -> Tier:
    """The tier that counts for a release."""
    return effective(rules_of(house), release.facts, release.tier_set)


def who_has(house: House, release: Release, item: ReadinessItem, given: Mapping[int, str]) -> list[PersonDefinition]:
    """Who is to act on an item: whoever it was given to (references by item id), else those in charge of it."""
    person = house.definitions.organisation.person(given[item.id]) if item.id in given else None
    return [person] if person else in_charge(house, release, item.owners)


def in_charge(house: House, release: Release, owners: Sequence[str]) -> list[PersonDefinition]:
    """Who is to act for these owners of an item: the release's owner, a function's lead, else its people."""
    organisation = house.definitions.organisation
    found: dict[str, PersonDefinition] = {}
    for owner in owners:
        for person in _people_for(organisation, release, owner):
            found[person.ref] = person
    return list(found.values())


def function_name(organisation: Organisation, id: str) -> str:
    return next((function.name for function in organisation.functions if function.id == id), id)


def _computed_elsewhere(session: Session, house: House, ids: Sequence[int]) -> dict[int, dict[str, bool]]:
    found: dict[int, dict[str, bool]] = {id: {} for id in ids}
    for settled in house.links.release_settled:
        for id, by_item in settled(session, house, ids).items():
            found[id] |= by_item
    return found


def _people_for(organisation: Organisation, release: Release, owner: str) -> list[PersonDefinition]:
    if owner == RELEASE_OWNER:
        person = organisation.person(release.owner)
        return [person] if person else []
    lead = next((function.lead for function in organisation.functions if function.id == owner), None)
    person = organisation.person(lead) if lead else None
    if person is not None:
        return [person]
    return [person for person in organisation.people if person.function == owner]
