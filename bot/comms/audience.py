"""Who needs to know of a release, and where each of them is told."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from bot.definitions import ReleaseRules
from bot.definitions.releases import RELEASE_OWNER
from bot.house import House
from bot.people.model import People, channel_id
from bot.releases import standing
from bot.releases.audience import Naming, functions_named
from bot.releases.model import Release

AFFECTED, LEADS, FRONT_LINE, ACCOUNTS, LAUNCH_TEAM = "affected", "leads", "front-line", "accounts", "launch-team"
TOLD, THREAD, UPDATES = "told", "thread", "updates"
"""Groups of the timeline. What is none of them is a channel."""
FUNCTION, BEYOND = "function:", "beyond:"
"""How audiences begin that are a function, by id, and a person or channel besides."""


def named(rules: ReleaseRules, release: Naming) -> list[str]:
    """Everybody whom a release names as needing to know."""
    functions = functions_named(rules, release)
    return [*(f"{FUNCTION}{id}" for id in functions), *(f"{BEYOND}{each}" for each in release.beyond)]


def of_group(rules: ReleaseRules, release: Release, group: str) -> Iterator[str]:
    """The audiences that a group of the timeline means."""
    if group == AFFECTED:
        yield from named(rules, release)
    elif group in (LEADS, FRONT_LINE):
        yield from (each for each in named(rules, release) if each.startswith(FUNCTION))
    elif group != ACCOUNTS or release.accounts.strip():
        yield group


def recipients(session: Session, house: House, release: Release, group: str, audience: str) -> list[str]:
    """The Slack ids of the people and channels who are told; nobody where Slack knows none of them.

    Of whoever was told before (`TOLD`) only the copies know.
    """
    if audience.startswith(FUNCTION):
        return _of_function(session, house, release, group, audience.removeprefix(FUNCTION))
    if audience.startswith(BEYOND):
        return _beyond(session, house, audience.removeprefix(BEYOND))
    if audience == ACCOUNTS:
        owners = standing.rules_of(house).comms.account_owners
        return _of_function(session, house, release, LEADS, owners) if owners else []
    if audience == LAUNCH_TEAM:
        signers = standing.stands(session, house, release).sign_offs
        return _people(session, house, release, [RELEASE_OWNER, *signers])
    if audience == UPDATES:
        return _channel(session, house, house.definitions.organisation.channels.updates)
    return [] if audience in (TOLD, THREAD) else _channel(session, house, audience)


def name(house: House, people: People, audience: str) -> str:
    """An audience in words."""
    if audience.startswith(FUNCTION):
        return standing.function_name(house.definitions.organisation, audience.removeprefix(FUNCTION))
    who = audience.removeprefix(BEYOND)
    if house.definitions.organisation.person(who) is not None:
        return people.named(who)
    return {
        ACCOUNTS: "Whoever looks after the strategic accounts",
        LAUNCH_TEAM: "The launch team",
        TOLD: "Everybody who was told before",
        THREAD: "The thread of its card",
        UPDATES: "The channel for digests",
    }.get(who, who)


def _of_function(session: Session, house: House, release: Release, group: str, id: str) -> list[str]:
    function = house.definitions.organisation.function(id)
    if group != LEADS and function is not None and function.channel is not None:
        return _channel(session, house, function.channel)
    everybody = [person.ref for person in house.definitions.organisation.people if person.function == id]
    if group == FRONT_LINE:
        return _known(session, house, everybody)
    # Whoever leads it may not be in Slack.
    return _people(session, house, release, [id]) or _known(session, house, everybody)


def _beyond(session: Session, house: House, who: str) -> list[str]:
    if house.definitions.organisation.person(who) is not None:
        person = People(session, house).by_ref(who)
        return [person.slack_id] if person else []
    return _channel(session, house, who)


def _people(session: Session, house: House, release: Release, owners: list[str]) -> list[str]:
    return _known(session, house, [person.ref for person in standing.in_charge(house, release, owners)])


def _known(session: Session, house: House, refs: list[str]) -> list[str]:
    people = People(session, house)
    return [person.slack_id for ref in refs if (person := people.by_ref(ref)) is not None]


def _channel(session: Session, house: House, channel: str) -> list[str]:
    """A channel that Slack has not told us of yet is no recipient."""
    id = channel_id(session, house, channel)
    return [] if id.startswith("#") else [id]
