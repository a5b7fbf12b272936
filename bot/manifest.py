"""What Slack is told about the app: written from what the rooms register, so that the two cannot differ."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.tables import Tables

SCOPES: Mapping[str, str] = {
    "chat:write": "say what was promised, in channels it is in and to people",
    "commands": "slash commands and shortcuts",
    "im:write": "find its conversation with a person, to see whether a message arrived",
    "channels:join": "join a public channel of the definitions that nobody invited it to",
    "channels:history": "see whether a message arrived when Slack's answer was lost; read one that somebody points at",
    "groups:history": "the same in private channels it was invited to",
    "im:history": "see the same in its conversations with people",
    "channels:read": "know the channels of the definitions by name, and whether it is in them",
    "groups:read": "the same for private channels it was invited to, and who else is in them",
    "usergroups:read": "who belongs to a user group that a ritual is for",
    "users:read": "people's names, time zones and statuses that say they are away, and who has left",
    "users:read.email": "know people of the definitions by their e-mail address",
}
"""What the bot asks for, and the reason for each. Nothing is asked for in advance."""

EVENTS: Mapping[str, frozenset[str]] = {
    "app_home_opened": frozenset(),
    "app_mention": frozenset({"app_mentions:read"}),
    "member_joined_channel": frozenset({"channels:read", "groups:read"}),
    "message.im": frozenset({"im:history"}),
    "message_metadata_posted": frozenset({"metadata.message:read"}),
    "reaction_added": frozenset({"reactions:read"}),
    "team_join": frozenset({"users:read"}),
    "user_change": frozenset({"users:read"}),
    "user_status_changed": frozenset({"users:read"}),
}
"""The events a room may listen to, each with the scopes it needs."""

DESCRIPTION = "Runs your product operating system: weekly updates, decisions, release readiness, reviews."
LONG_DESCRIPTION = (
    "Drumbeat beats the drum for a product organisation. It asks the right person for the right thing at the right"
    " local time, compiles what comes back into digests people read, shows whether a release is ready, and keeps the"
    " decision log. Your rituals, owners and words stand in files your team keeps. It informs decisions; product"
    " managers make them."
)


def manifest(tables: Tables, request_url: str | None = None) -> dict[str, Any]:
    """The app's manifest. Slack calls `request_url` when given; else the bot connects by Socket Mode."""
    address = {"request_url": request_url} if request_url else {}
    settings: dict[str, Any] = {
        "interactivity": {"is_enabled": True, **address},
        "org_deploy_enabled": False,
        "socket_mode_enabled": request_url is None,
        "token_rotation_enabled": False,
    }
    if tables.events:
        events = {**address, "bot_events": sorted(tables.events), **_metadata_subscriptions(tables)}
        settings = {"event_subscriptions": events, **settings}
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Drumbeat",
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#1f3a5f",
        },
        "features": _features(tables, request_url),
        "oauth_config": {"scopes": {"bot": scopes(tables)}},
        "settings": settings,
    }


def scopes(tables: Tables) -> list[str]:
    """What the bot's token must be granted. KeyError for an event that is not in `EVENTS`."""
    for_events = {scope for event in tables.events for scope in EVENTS[event]}
    return [*SCOPES, *sorted(for_events - SCOPES.keys())]


def as_yaml(data: Mapping[str, Any]) -> str:
    """A manifest as YAML, each scope with its reason."""
    return "\n".join(_lines(data, "")) + "\n"


def as_json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _metadata_subscriptions(tables: Tables) -> dict[str, Any]:
    if "message_metadata_posted" not in tables.events:
        return {}
    # From any app, since the id of this one is not known before it is made; only ours writes this type.
    return {"metadata_subscriptions": [{"app_id": "*", "event_type": "drumbeat_message"}]}


def _features(tables: Tables, request_url: str | None) -> dict[str, Any]:
    features: dict[str, Any] = {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            # Without anybody who answers what people write there, they cannot write it.
            "messages_tab_read_only_enabled": "message.im" not in tables.events,
        },
        "bot_user": {"display_name": "Drumbeat", "always_online": True},
    }
    if tables.shortcuts:
        features["shortcuts"] = [
            {
                "name": shortcut.name,
                "type": shortcut.kind,
                "callback_id": callback_id,
                "description": shortcut.description,
            }
            for callback_id, shortcut in sorted(tables.shortcuts.items())
        ]
    features["slash_commands"] = [
        {
            "command": name,
            **({"url": request_url} if request_url else {}),
            "description": command.description,
            **({"usage_hint": command.usage} if command.usage else {}),
            # People's words are kept as they typed them.
            "should_escape": False,
        }
        for name, command in sorted(tables.commands.items())
    ]
    return features


def _lines(data: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield f"{indent}{key}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{key}:"
            for item in value:
                yield from _item(item, indent + "  ")
        else:
            yield f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}"


def _item(item: Any, indent: str) -> Iterator[str]:
    if isinstance(item, Mapping):
        first, *rest = _lines(item, indent + "  ")
        yield f"{indent}- {first.strip()}"
        yield from rest
    else:
        # A string of JSON is a string of YAML.
        reason = f"  # {SCOPES[item]}" if item in SCOPES else ""
        yield f"{indent}- {json.dumps(item, ensure_ascii=False)}{reason}"
