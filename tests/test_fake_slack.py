"""The stand-in for Slack keeps Slack's shape: a real Bolt app can live on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import Option, actions, button, checkbox_input, home, message, modal, section, text_input
from bot.delivery.slack import make_client, make_session
from tests.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.people import ALICE, BOB, UPDATES
from tests.slack_calls import call

FORM = modal(
    "form",
    "A form",
    text_input("shipped", "What shipped?", initial="Nothing yet"),
    text_input("next", "What next?", optional=True),
    checkbox_input("areas", "Areas", [Option("b", "Billing"), Option("s", "Search")], optional=True),
)


@asynccontextmanager
async def connected(slack: FakeSlack, app: AsyncApp) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(app, APP_TOKEN)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    while not slack.is_connected():
        await asyncio.sleep(0.01)
    yield
    await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped


def make_app(client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=client, token=BOT_TOKEN)


def test_a_command_is_acknowledged_and_answered(slack: FakeSlack) -> None:
    async def story() -> None:
        async with make_session() as session:
            app = make_app(make_client(BOT_TOKEN, slack.url, session))

            @app.command("/hello")
            async def hello(ack: Any, respond: Any, command: Any) -> None:
                await ack("at once")
                await respond(**message(section(f"Hello {command['text']}")).payload())

            async with connected(slack, app):
                ack = await slack.command("/hello", text="world")
                assert ack.payload == {"text": "at once"}
                while not slack.replies:
                    await asyncio.sleep(0.01)

    asyncio.run(story())
    (reply,) = slack.replies
    assert (reply["user"], reply["text"]) == (ALICE, "Hello world")


def test_a_form_is_opened_refused_and_accepted(slack: FakeSlack) -> None:
    seen: list[Any] = []

    async def story() -> None:
        async with make_session() as session:
            app = make_app(make_client(BOT_TOKEN, slack.url, session))

            @app.action("open")
            async def open_form(ack: Any, body: Any, client: Any) -> None:
                await client.views_open(trigger_id=body["trigger_id"], view=FORM.payload())
                await ack()

            @app.view("form")
            async def submitted(ack: Any, view: Any) -> None:
                values = view["state"]["values"]
                seen.append(values)
                if values["next"]["next"]["value"] is None:
                    await ack(response_action="errors", errors={"next": "Say what is next."})
                else:
                    await ack()

            async with connected(slack, app):
                card = message(actions(button("Open", "open", "1")), text="A card")
                await app.client.chat_postMessage(channel=UPDATES, **card.payload())
                await slack.click("open", "1", message=slack.posts[0])
                form = slack.last_view()
                refused = await slack.submit(form)
                assert refused.errors == {"next": "Say what is next."}
                accepted = await slack.submit(form, {"next": "More", "areas": ["s"]}, user=BOB)
                assert accepted.errors == {}

    asyncio.run(story())
    assert seen[1]["shipped"]["shipped"]["value"] == "Nothing yet"
    assert [option["value"] for option in seen[1]["areas"]["areas"]["selected_options"]] == ["s"]
    assert slack.views == {}


def test_the_home_tab_is_published(slack: FakeSlack) -> None:
    async def story() -> None:
        async with make_session() as session:
            app = make_app(make_client(BOT_TOKEN, slack.url, session))

            @app.event("app_home_opened")
            async def opened(event: Any, client: Any) -> None:
                await client.views_publish(user_id=event["user"], view=home(section("Hello")).payload())

            async with connected(slack, app):
                await slack.open_home(ALICE)
                while ALICE not in slack.homes:
                    await asyncio.sleep(0.01)

    asyncio.run(story())
    assert slack.homes[ALICE]["blocks"][0]["text"]["text"] == "Hello"


def test_it_knows_people_and_channels(slack: FakeSlack) -> None:
    assert call(slack, "users.lookupByEmail", email="bob@example.com")["user"]["id"] == BOB
    assert len(call(slack, "users.list", limit=2)["members"]) == 2
    assert call(slack, "conversations.info", channel=UPDATES)["channel"]["name"] == "product-updates"
    assert call(slack, "auth.test")["bot_id"]


def test_forms_lie_on_one_another_and_are_closed_together(slack: FakeSlack) -> None:
    async def story() -> None:
        async with make_session() as session:
            app = make_app(make_client(BOT_TOKEN, slack.url, session))

            @app.view("form")
            async def submitted(ack: Any) -> None:
                await ack(response_action="push", view={**FORM.payload(), "callback_id": "second"})

            @app.view("second")
            async def submitted_again(ack: Any) -> None:
                await ack(response_action="clear")

            async with connected(slack, app):
                await app.client.views_open(trigger_id=slack.trigger(ALICE), view=FORM.payload())
                await slack.submit(slack.last_view())
                assert [view["callback_id"] for view in slack.views.values()] == ["form", "second"]
                await slack.submit(slack.last_view())

    asyncio.run(story())
    assert slack.views == {}
