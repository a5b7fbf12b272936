"""A release's way over the wire: registered, called, live; and what comes between."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.db import Database
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, DECISIONS, LAUNCHES
from tests.releases.launch import ANSWERS, DANA, ERIN, FRANK, GRACE, RULES, SUMMARY, TARGET, definitions
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[..., None]
NAMES = {DANA: "Dana", ERIN: "Erin", FRANK: "Frank", GRACE: "Grace"}


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen by the small rules, or others; from Wednesday 25 November on, two weeks before Atlas."""

    def play(story: Story, **rules: Any) -> None:
        async def whole() -> None:
            clock.set(berlin(25, 9))
            for id, name in NAMES.items():
                slack.add_user(id, name)
            async with drumbeat(db, slack, clock, definitions(**rules)) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


async def registered(bot: Drumbeat, *facts: str, **changes: str) -> None:
    """Alice registers Atlas, and answers the four questions."""
    await bot.command("/launch-ready new")
    brief: dict[str, Any] = {"name": "Atlas", "target": TARGET, "summary": SUMMARY, "facts": list(facts)}
    await submitted(bot, brief | changes)
    await submitted(bot, ANSWERS)


async def submitted(bot: Drumbeat, values: dict[str, Any], user: str = ALICE) -> str:
    """Submit the form that was opened last, which takes it; returns what stands in its place."""
    ack = await bot.submit(values, user)
    assert ack.errors == {}
    await bot.deliver()
    return str(ack.payload)


async def settled(bot: Drumbeat) -> None:
    """Charlie settles the one gate of a medium release, and signs off for Support."""
    await bot.press("Update an item", CHARLIE, LAUNCHES)
    await submitted(bot, {"item": "2", "state": "done", "evidence": "https://example.com/notes"}, CHARLIE)
    await bot.press("Sign off", CHARLIE, LAUNCHES)
    await submitted(bot, {"said": "ready"}, CHARLIE)


def card(bot: Drumbeat) -> str:
    """What the one card says now."""
    return str(bot.slack.said(LAUNCHES)[0])


def thread(bot: Drumbeat) -> list[str]:
    """What the thread of the card says; nothing else stands in the channel."""
    first, *rest = bot.slack.messages(LAUNCHES)
    assert all(message["thread_ts"] == first["ts"] for message in rest)
    return [str(message["text"]) for message in rest]


def test_a_release_is_registered_called_and_live_on_its_one_card(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        assert card(bot).startswith("Atlas: 🔴 Hold")
        await settled(bot)
        assert card(bot).startswith("Atlas: 🟢 Go")
        assert "Alice makes the call." in card(bot)
        await bot.press("Make the call", channel=LAUNCHES)
        assert "🟢 Go, called" in await submitted(bot, {"said": "go"})
        assert "Alice said go on Wed 25 Nov 2026" in card(bot)
        await bot.press("It is live", ERIN, LAUNCHES)
        await bot.deliver()
        assert card(bot).startswith("Atlas: 🟢 Live\nLive since Wed 25 Nov 2026, says Erin.")
        assert thread(bot) == ["Alice said go.", "Live, says Erin.\n[This surprised me]"]

    play(story)


def test_a_slip_moves_every_due_day_and_is_told_once_in_the_thread(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        assert "due Fri 4 Dec" in card(bot)
        await bot.choose("More …", "Move the date", channel=LAUNCHES)
        ack = await bot.submit({"target": "2026-12-16", "because": " "})
        assert set(ack.errors) == {"because"}
        await submitted(bot, {"target": "2026-12-16", "because": "The bank needs a week more"})
        assert "due Fri 11 Dec" in card(bot)
        (line,) = thread(bot)
        assert line.startswith(
            "Moved by Alice from Wed 9 Dec 2026 (likely) to Wed 16 Dec 2026 (likely), because: The bank"
        )

    play(story)


def test_a_tier_is_raised_by_support_and_lowered_by_its_owner_alone(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        await bot.command("/launch-ready atlas tier", CHARLIE)
        await submitted(bot, {"tier": "high", "because": "Every customer calls us"}, CHARLIE)
        assert "Tier: high, raised from medium by Charlie: Every customer calls us" in card(bot)
        await bot.command("/launch-ready atlas tier", CHARLIE)
        ack = await bot.submit({"tier": "low", "because": "I would like it to be"}, CHARLIE)
        assert "Only Alice, who owns Atlas, or Frank can lower its tier" in str(ack.payload)
        await bot.command("/launch-ready atlas tier")
        await submitted(bot, {"tier": "low", "because": "Ten pilot customers only"})
        assert "Tier: low, lowered from medium by Alice: Ten pilot customers only" in card(bot)

    play(story)


def test_an_overruled_hold_stands_in_the_decision_log(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        await bot.press("Make the call", channel=LAUNCHES)
        ack = await bot.submit({"said": "go", "reason": "We have to"})
        assert set(ack.errors) == {"reason", "risk_owner"}
        reason = "The contract with the bank ends on that day, and the risk is small."
        await submitted(bot, {"said": "go", "reason": reason, "risk_owner": FRANK})
        assert "Frank answers for the risk. In the decision log: D-1." in card(bot)
        (entry,) = bot.slack.said(DECISIONS)
        assert "let Atlas go out on Wed 9 Dec 2026 although the advice is to hold" in entry
        assert reason in entry

    play(story)


def test_nobody_passes_a_veto_and_product_ops_has_no_vote(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        await settled(bot)
        await bot.press("Make the call", BOB, LAUNCHES)
        assert "Product ops keeps the process and has no vote" in await bot.replied()
        await bot.press("Make the call", channel=LAUNCHES)
        ack = await bot.submit({"said": "go", "reason": "x" * 60, "risk_owner": FRANK})
        assert ack.errors["said"].startswith("Security can hold this release, and does.")
        await bot.command("/launch-ready atlas sign off", GRACE)
        await submitted(bot, {"said": "ready"}, GRACE)
        await bot.press("Make the call", channel=LAUNCHES)
        await submitted(bot, {"said": "go"})
        assert card(bot).startswith("Atlas: 🟢 Go, called")

    play(story, sign_offs=[*RULES["sign_offs"], {"function": "security", "tiers": ["medium", "high"], "veto": True}])


def test_a_stop_is_told_and_decided_and_waits_for_a_new_call(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        await settled(bot)
        await bot.press("Make the call", channel=LAUNCHES)
        await submitted(bot, {"said": "go"})
        await bot.press("It is live", channel=LAUNCHES)
        await bot.deliver()
        await bot.choose("More …", "Stop the rollout", ERIN, LAUNCHES)
        await submitted(bot, {"because": "Every tenth invoice is wrong"}, ERIN)
        assert card(bot).startswith(
            "Atlas: 🔴 Stopped\nErin stopped it on Wed 25 Nov 2026: Every tenth invoice is wrong"
        )
        assert "stop the rollout of Atlas" in bot.slack.said(DECISIONS)[0]
        await bot.press("Make the call", channel=LAUNCHES)
        await submitted(bot, {"said": "go"})
        await bot.press("It is live", channel=LAUNCHES)
        await bot.deliver()
        assert card(bot).startswith("Atlas: 🟢 Live")

    play(story)


def test_of_two_who_change_it_at_once_the_second_sees_what_the_first_did(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        forms = []
        for person in (ALICE, BOB):
            await bot.choose("More …", "Move the date", person, LAUNCHES)
            forms.append(bot.slack.last_view())
        both = await asyncio.gather(
            bot.slack.submit(forms[0], {"target": "2026-12-16", "because": "A week more"}, user=ALICE),
            bot.slack.submit(forms[1], {"target": "2026-12-10", "because": "A day more"}, user=BOB),
        )
        won = [ack for ack in both if "Saved." in str(ack.payload)]
        lost = [ack for ack in both if "somebody changed Atlas" in str(ack.payload)]
        assert (len(won), len(lost)) == (1, 1)
        await bot.deliver()
        assert len(thread(bot)) == 1

    play(story)


def test_a_hotfix_is_live_at_once(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/launch-ready hotfix Rounding", ERIN)
        brief = {"owner": ALICE, "summary": "Invoices are rounded by the line again."}
        assert "Rounding goes out" not in await submitted(bot, brief, ERIN)
        assert card(bot).startswith("Rounding: 🟢 Live\nA hotfix, live since Wed 25 Nov 2026, says Erin.")

    play(story)


def test_items_are_given_away_and_a_release_is_edited_and_cancelled_from_the_menu(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        await bot.choose("More …", "Assign items", channel=LAUNCHES)
        await submitted(bot, {"person": DANA, "items": ["2"]})
        assert "Support has been briefed – Support (Dana)" in card(bot)
        await bot.choose("More …", "Edit", channel=LAUNCHES)
        await submitted(bot, {"name": "Atlas 2", "facts": ["terms"]})
        assert card(bot).startswith("Atlas 2: 🔴 Hold")
        assert "Tier: high" in card(bot)
        await bot.choose("More …", "Cancel it", channel=LAUNCHES)
        await submitted(bot, {"because": "Nobody wants it"})
        assert card(bot).startswith("Atlas 2: ⚪ Cancelled")

    play(story)


def test_each_does_what_is_theirs_from_their_own_message(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        await bot.until(berlin(25, 11))
        asked = [
            person for person in (ALICE, BOB, CHARLIE, DANA, ERIN) if "Release Atlas" in str(bot.slack.said(person))
        ]
        assert asked == [BOB, CHARLIE]
        assert "Release Atlas, Wed 9 Dec: 2 things from you" in bot.slack.said(CHARLIE)[0]
        await bot.press("Update my items", CHARLIE)
        await submitted(bot, {"item": "2", "state": "done", "evidence": "https://example.com/notes"}, CHARLIE)
        await bot.press("Sign off", CHARLIE)
        await submitted(bot, {"said": "ready"}, CHARLIE)
        assert "Nothing to do: all that was yours is settled." in bot.slack.said(CHARLIE)[0]
        assert card(bot).startswith("Atlas: 🟢 Go")

    play(story)


def test_without_a_go_by_nine_it_is_on_hold_until_its_owner_calls(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        await settled(bot)
        await bot.until(berlin(9, 8, 59, month=12))
        assert card(bot).startswith("Atlas: 🟢 Go")
        await bot.until(berlin(9, 9, month=12))
        assert card(bot).startswith(
            "Atlas: 🔴 On hold\nNobody had said go by 09:00 on Wed 9 Dec 2026, so it is on hold."
        )
        await bot.until(berlin(9, 18, month=12))
        assert all("Release Atlas is on hold" in str(bot.slack.said(person)) for person in (ALICE, FRANK))
        assert not any("is on hold" in str(bot.slack.said(person)) for person in (BOB, CHARLIE, ERIN))
        await bot.press("Make the call", channel=LAUNCHES)
        await submitted(bot, {"said": "go with conditions", "until": "2026-12-11"})
        await bot.press("It is live", ERIN, LAUNCHES)
        await bot.deliver()
        assert card(bot).startswith("Atlas: 🟢 Live")

    play(story)


def test_a_waiver_ends_and_its_item_comes_back(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        await bot.press("Update an item", CHARLIE, LAUNCHES)
        waived = {"item": "2", "state": "waived", "reason": "The trainer is ill"}
        await submitted(bot, waived | {"until": "2026-12-02"}, CHARLIE)
        assert "Support has been briefed – waived until Wed 2 Dec by Charlie: The trainer is ill" in card(bot)
        await bot.until(berlin(3, 18, month=12))
        assert "2 Support has been briefed – Support (Charlie); its waiver ended Wed 2 Dec" in card(bot)
        assert "2 Support has been briefed, which you had waived until now" in str(bot.slack.said(CHARLIE))

    play(story)


def test_what_was_known_is_shown_as_of_then_and_posted_where_it_is_asked_for(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await registered(bot, "asked")
        await bot.until(berlin(26, 9))
        await settled(bot)
        await bot.command("/launch-ready atlas as of 2026-11-25 12:00", BOB)
        assert (await bot.replied()).startswith("Atlas: 🔴 Hold")
        await bot.command("/launch-ready atlas post #decisions", BOB)
        assert "on its way to #decisions" in await bot.replied()
        await bot.deliver()
        (posted,) = bot.slack.said(DECISIONS)
        assert posted.startswith("Atlas: 🟢 Go") and "Posted by Bob." in posted

    play(story)
