"""Reads Slack's directory of members and channels, and keeps what the definitions need of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.house import House
from bot.people.model import replace_channels, replace_profiles

PAGE = 200


class DirectoryClient(Protocol):
    """The part of Slack's asynchronous client that this module uses."""

    async def users_list(self, *, cursor: str | None = None, limit: int | None = None) -> Any: ...
    async def conversations_list(
        self, *, cursor: str | None = None, limit: int | None = None, exclude_archived: bool, types: str
    ) -> Any: ...


@dataclass(frozen=True)
class Directory:
    """Slack's members and channels, as Slack gives them."""

    members: tuple[Mapping[str, Any], ...]
    channels: tuple[Mapping[str, Any], ...]


async def read_directory(client: DirectoryClient) -> Directory:
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
    return Directory(tuple(members), tuple(channels))


def _next(page: Any) -> str | None:
    return (page.get("response_metadata") or {}).get("next_cursor") or None


def keep(session: Session, house: House, directory: Directory) -> list[str]:
    """Store what Slack says of everyone in the definitions; returns the people Slack does not know, by ref."""
    # An address may have belonged to somebody who left: who is still there comes last and counts.
    members = sorted(directory.members, key=lambda member: not member.get("deleted", False))
    by_email = {_email(member): member for member in members if _email(member)}
    by_id = {str(member["id"]): member for member in directory.members}
    profiles, unknown = [], []
    for definition in house.definitions.organisation.people:
        member = by_id.get(definition.slack or "") or by_email.get(definition.ref)
        if member is None:
            unknown.append(definition.ref)
            continue
        profiles.append(_profile(house, definition.ref, member))
    replace_profiles(session, house, profiles)
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
    return unknown


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
