"""Reads Slack's directory of members, user groups and channels, and keeps what the definitions need of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import blocks
from bot.db import insert_or_ignore
from bot.definitions import PersonDefinition
from bot.delivery import outbox
from bot.house import House
from bot.people import leavers, statuses
from bot.people.model import (
    People,
    Profile,
    UserGroup,
    channel_id,
    replace_channels,
    replace_profiles,
    replace_user_groups,
)

PAGE = 200

WITHOUT_GROUPS: Mapping[str, str] = {
    "plan_upgrade_required": "plan",
    "paid_teams_only": "plan",
    "missing_scope": "scope",
    "not_allowed_token_type": "scope",
    "unknown_method": "plan",
}
"""Slack's words for a workspace whose user groups cannot be read: because of its plan, or of our permissions."""


class DirectoryClient(Protocol):
    """The part of Slack's asynchronous client that this module uses."""

    async def users_list(self, *, cursor: str | None = None, limit: int | None = None) -> Any: ...
    async def conversations_list(
        self, *, cursor: str | None = None, limit: int | None = None, exclude_archived: bool, types: str
    ) -> Any: ...
    async def usergroups_list(self) -> Any: ...
    async def usergroups_users_list(self, *, usergroup: str) -> Any: ...


@dataclass(frozen=True)
class Directory:
    """Slack's members, channels and user groups, as Slack gives them."""

    members: tuple[Mapping[str, Any], ...]
    channels: tuple[Mapping[str, Any], ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Members' ids, by the group's name; only groups that were asked for."""
    no_groups: str = ""
    """Why there are none to read, `plan` or `scope`; empty when they were read."""


async def read_directory(client: DirectoryClient, groups: Collection[str] = ()) -> Directory:
    """Everybody and every channel, and the members of the user `groups` (without `@`) that there are."""
    members: list[Mapping[str, Any]] = []
    cursor = None
    while True:
        page = await client.users_list(cursor=cursor, limit=PAGE)
        members += page["members"]
        if not (cursor := _next(page)):
            break
    channels: list[Mapping[str, Any]] = []
    while True:
        page = await client.conversations_list(
            cursor=cursor or None, limit=PAGE, exclude_archived=True, types="public_channel,private_channel"
        )
        channels += page["channels"]
        if not (cursor := _next(page)):
            break
    found, no_groups = await _read_groups(client, groups)
    return Directory(tuple(members), tuple(channels), found, no_groups)


async def _read_groups(client: DirectoryClient, names: Collection[str]) -> tuple[dict[str, tuple[str, ...]], str]:
    """A workspace without user groups is none the worse; anything else that Slack refuses is raised."""
    if not names:
        return {}, ""
    found = {}
    try:
        for group in (await client.usergroups_list())["usergroups"]:
            if group["handle"] in names and not group.get("date_delete"):
                page = await client.usergroups_users_list(usergroup=str(group["id"]))
                found[str(group["handle"])] = tuple(str(each) for each in page["users"])
    except Exception as error:
        # Slack's errors carry its answer; their class has its home where messages are sent.
        problem = WITHOUT_GROUPS.get(str(getattr(error, "response", {}).get("error")))
        if problem is None:
            raise
        return {}, problem
    return found, ""


def _next(page: Any) -> str | None:
    return (page.get("response_metadata") or {}).get("next_cursor") or None


def keep(session: Session, house: House, directory: Directory) -> list[str]:
    """Store what Slack says of everyone in the definitions; returns the people Slack does not know, by ref.

    Also notes who has left or come back, and whose status says that they are away.
    """
    # An address may have belonged to somebody who left: who is still there comes last and counts.
    members = sorted(directory.members, key=lambda member: not member.get("deleted", False))
    by_email = {_email(member): member for member in members if _email(member)}
    by_id = {str(member["id"]): member for member in directory.members}
    found, unknown = {}, []
    for definition in house.definitions.organisation.people:
        member = by_id.get(definition.slack or "") or by_email.get(definition.ref)
        if member is None:
            unknown.append(definition.ref)
        else:
            found[definition.ref] = member
    before = dict(
        session.execute(select(Profile.ref, Profile.slack_id).where(Profile.workspace_id == house.workspace_id)).all()
    )
    zones = _zones(session, house)
    replace_profiles(session, house, [_profile(house, ref, member) for ref, member in found.items()])
    _keep_channels(session, house, directory)
    _keep_groups(session, house, directory)
    _tell_other_zones(session, house, zones)
    gone = {ref: str(member["id"]) for ref, member in found.items() if member.get("deleted")}
    gone |= {ref: before[ref] for ref in unknown if ref in before}
    here = [ref for ref in found if ref not in gone]
    leavers.note(session, house, gone, here)
    for ref in here:
        _follow_status(session, house, ref, found[ref])
    return unknown


def keep_member(session: Session, house: House, member: Mapping[str, Any]) -> None:
    """Slack says that one member has changed: their name, zone, status, or whether they are still there."""
    definition = _definition(session, house, member)
    if definition is None or _belongs_to_another(session, house, definition, member):
        return
    profile, zones = _profile(house, definition.ref, member), _zones(session, house)
    # Where the directory is being read anew, it replaces the row meanwhile.
    if not (
        _change(session, house, profile)
        or insert_or_ignore(session, Profile, workspace_id=house.workspace_id, **profile)
    ):
        _change(session, house, profile)
    session.info.pop("people", None)
    _tell_other_zones(session, house, zones)
    if member.get("deleted"):
        leavers.note(session, house, {definition.ref: str(member["id"])}, [])
    else:
        leavers.note(session, house, {}, [definition.ref])
        _follow_status(session, house, definition.ref, member)


def _change(session: Session, house: House, profile: Mapping[str, Any]) -> bool:
    """Change a profile that is known; an event carries less than the directory when somebody is deactivated."""
    said = {name: value for name, value in profile.items() if value is not None}
    known = update(Profile).where(Profile.workspace_id == house.workspace_id, Profile.ref == profile["ref"])
    return session.execute(known.values(said).returning(Profile.id)).first() is not None


def _zones(session: Session, house: House) -> dict[str, ZoneInfo]:
    return {person.slack_id: person.zone for person in People(session, house).everybody()}


def _tell_other_zones(session: Session, house: House, before: Mapping[str, ZoneInfo]) -> None:
    """Let the rooms follow those who are in another zone than before, or were not known before.

    When nobody was known, nothing is planned that could follow.
    """
    elsewhere = [slack_id for slack_id, zone in _zones(session, house).items() if before.get(slack_id) != zone]
    for follow in house.links.on_other_zone if before and elsewhere else ():
        follow(session, house, elsewhere)


def _definition(session: Session, house: House, member: Mapping[str, Any]) -> PersonDefinition | None:
    """By id or address; of a deactivated account Slack may say no address any more."""
    organisation, slack_id = house.definitions.organisation, str(member["id"])
    known = session.scalar(
        select(Profile.ref)
        .where(Profile.workspace_id == house.workspace_id, Profile.slack_id == slack_id)
        .order_by(Profile.active.desc())
    )
    return organisation.person(slack_id) or organisation.person(_email(member)) or organisation.person(known or "")


def _belongs_to_another(
    session: Session, house: House, definition: PersonDefinition, member: Mapping[str, Any]
) -> bool:
    """Whether this is an old account of somebody who has a new one: its end is not theirs."""
    known = session.scalar(
        select(Profile.slack_id).where(
            Profile.workspace_id == house.workspace_id, Profile.ref == definition.ref, Profile.active
        )
    )
    return bool(member.get("deleted")) and known is not None and known != str(member["id"])


def _follow_status(session: Session, house: House, ref: str, member: Mapping[str, Any]) -> None:
    person = People(session, house).by_ref(ref)
    if person is not None:
        statuses.follow(session, house, person, member)


def _keep_channels(session: Session, house: House, directory: Directory) -> None:
    replace_channels(
        session,
        house,
        [
            {
                "name": str(channel["name"]),
                "slack_id": str(channel["id"]),
                "joined": bool(channel.get("is_member")),
            }
            for channel in directory.channels
            if channel.get("name")
        ],
    )


def _keep_groups(session: Session, house: House, directory: Directory) -> None:
    """Only groups that some audience names; product ops is told once when there is none of that name."""
    wanted = wanted_groups(house)
    rows = [
        {"handle": handle, "members": list(members)} for handle, members in directory.groups.items() if handle in wanted
    ]
    replace_user_groups(session, house, rows)
    unknown = sorted(wanted - directory.groups.keys())
    if not unknown:
        return
    problem, names = directory.no_groups, [f"@{handle}" for handle in unknown]
    text = house.words.part("people/left.txt.j2", "audience", problem=problem, unknown=names)
    outbox.post(
        session,
        house,
        channel_id(session, house, house.definitions.organisation.channels.product_ops),
        blocks.message(blocks.section(text)),
        kind="people.audience",
        dedupe=f"audience:{problem}:{','.join(unknown)}"[:200],
    )


def wanted_groups(house: House) -> set[str]:
    """The user groups that the definitions name, without their `@`."""
    rituals = house.definitions.calendar.rituals
    return {each.removeprefix("@") for ritual in rituals for each in ritual.audience if each.startswith("@")}


def unknown_groups(session: Session, house: House) -> list[str]:
    """The user groups that the definitions name and Slack does not know, each with its `@`."""
    query = select(UserGroup.handle).where(UserGroup.workspace_id == house.workspace_id)
    return sorted(f"@{handle}" for handle in wanted_groups(house) - set(session.scalars(query)))


def _email(member: Mapping[str, Any]) -> str:
    return str(member.get("profile", {}).get("email") or "").lower()


def _profile(house: House, ref: str, member: Mapping[str, Any]) -> dict[str, Any]:
    profile = member.get("profile", {})
    return {
        "ref": ref,
        "slack_id": str(member["id"]),
        "name": str(profile.get("real_name") or member.get("real_name") or member.get("name") or ref),
        "zone": member.get("tz"),
        "active": not member.get("deleted", False),
        "refreshed_at": house.clock.now(),
    }
