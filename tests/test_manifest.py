"""The app's manifest says what the rooms answer to, asks for no more than is used, and fits Slack's limits."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import bot
from bot import app
from bot.delivery.slack import EVENT_TYPE
from bot.manifest import EVENTS, SCOPES, as_json, as_yaml, manifest, scopes
from bot.tables import Command, Shortcut, Tables

PACKAGE = Path(bot.__file__).parent
URL = "https://drumbeat.example.com/slack/events"

METHODS: Mapping[str, set[str]] = {
    "apps_connections_open": set(),  # with the app's own token
    "auth_test": set(),
    "chat.delete": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_join": {"channels:join"},
    "conversations_list": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "usergroups_list": {"usergroups:read"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "users_list": {"users:read", "users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}
"""What each method of Slack's that we call asks of the token."""


async def handler(*_: object) -> None:
    """Answers nothing."""


@pytest.fixture(params=["everything", "everything over HTTP", "little"])
def data(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param == "little":
        return manifest(Tables(commands={"/cadence": Command(handler, "Everything")}))
    return manifest(app.tables(), URL if "HTTP" in request.param else None)


def test_the_file_in_the_tree_is_what_the_rooms_register() -> None:
    """When it is not: `drumbeat manifest > bot/manifest.yaml`."""
    assert (PACKAGE / "manifest.yaml").read_text(encoding="utf-8") == as_yaml(manifest(app.tables()))


def test_yaml_and_json_say_the_same(data: dict[str, Any]) -> None:
    assert YAML(typ="safe").load(as_yaml(data)) == data
    assert json.loads(as_json(data)) == data


def test_every_command_shortcut_and_event_of_the_rooms_is_told_to_slack() -> None:
    tables = app.tables()
    data = manifest(tables)

    assert {each["command"] for each in data["features"]["slash_commands"]} == set(tables.commands)
    assert {each["callback_id"] for each in data["features"].get("shortcuts", [])} == set(tables.shortcuts)
    assert set(data["settings"]["event_subscriptions"]["bot_events"]) == set(tables.events)


def test_slack_takes_it(data: dict[str, Any]) -> None:
    """The limits of Slack's own schema for manifests."""
    display, features = data["display_information"], data["features"]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 175 <= len(display["long_description"]) <= 4000
    assert re.fullmatch("#([0-9a-f]{3}|[0-9a-f]{6})", display["background_color"])
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(features.get("shortcuts", [])) <= 10
    for shortcut in features.get("shortcuts", []):
        assert len(shortcut["name"]) <= 24
        assert shortcut["type"] in ("global", "message")
        assert len(shortcut["callback_id"]) <= 255
        assert 1 <= len(shortcut["description"]) <= 150
    assert 1 <= len(features["slash_commands"]) <= 50
    for command in features["slash_commands"]:
        assert re.fullmatch("/[a-z0-9_-]{1,31}", command["command"])
        assert 1 <= len(command["description"]) <= 2000
        assert len(command.get("usage_hint", "")) <= 1000
    assert len(data["oauth_config"]["scopes"]["bot"]) <= 255
    assert len(data["settings"].get("event_subscriptions", {}).get("bot_events", [])) <= 100


def test_without_an_address_slack_is_reached_by_socket_mode() -> None:
    data = manifest(app.tables())

    assert data["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps([data["settings"], data["features"]])


def test_with_an_address_slack_calls_it_for_everything() -> None:
    data = manifest(app.tables(), URL)

    assert data["settings"]["socket_mode_enabled"] is False
    assert data["settings"]["interactivity"]["request_url"] == URL
    assert data["settings"]["event_subscriptions"]["request_url"] == URL
    assert {each["url"] for each in data["features"]["slash_commands"]} == {URL}


def test_what_is_asked_for_is_what_the_code_uses() -> None:
    tables = app.tables()
    used = {scope for method in called() for scope in METHODS[method]} | {"commands"}
    used |= {scope for event in tables.events for scope in EVENTS[event]}

    assert set(scopes(tables)) == used


def test_every_scope_has_its_reason_beside_it() -> None:
    text = as_yaml(manifest(app.tables()))

    for scope, reason in SCOPES.items():
        assert f'- "{scope}"  # {reason}' in text


def test_an_event_brings_its_own_scopes() -> None:
    assert "reactions:read" in scopes(Tables(events={"reaction_added": handler}))


def test_people_can_write_to_it_as_soon_as_somebody_answers() -> None:
    def is_read_only(tables: Tables) -> Any:
        return manifest(tables)["features"]["app_home"]["messages_tab_read_only_enabled"]

    assert is_read_only(Tables()) is True
    assert is_read_only(app.tables()) is False


def test_slack_tells_of_the_messages_that_bear_our_marker() -> None:
    subscribed = manifest(app.tables())["settings"]["event_subscriptions"]["metadata_subscriptions"]

    assert [each["event_type"] for each in subscribed] == [EVENT_TYPE]
    assert "metadata_subscriptions" not in manifest(Tables(events={"app_home_opened": handler}))["settings"].get(
        "event_subscriptions", {}
    )


def test_an_event_that_nobody_thought_of_is_an_error() -> None:
    with pytest.raises(KeyError):
        scopes(Tables(events={"pin_added": handler}))


def test_hostile_words_stay_words_in_yaml() -> None:
    name = 'A "quoted": #name\n- {with: everything} é'
    data = manifest(Tables(shortcuts={"x": Shortcut(handler, name, "…")}))

    assert YAML(typ="safe").load(as_yaml(data))["features"]["shortcuts"][0]["name"] == name


def called() -> set[str]:
    """Slack's methods that our code calls."""
    return {name for file in PACKAGE.rglob("*.py") for name in calls_in(ast.parse(file.read_text(encoding="utf-8")))}


SLACK_METHOD = re.compile(
    r"(api|apps|auth|bookmarks|chat|conversations|files|pins|reactions|usergroups|users|views)_\w+"
)


def calls_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            on_a_client = ast.unparse(node.func.value).endswith("client")
            if name == "api_call" and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)
            elif on_a_client and SLACK_METHOD.fullmatch(name):
                yield name
