"""A decision's way over the wire: raised, decided in place, delegated, rejected, superseded; and what comes between."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.db import Database
from tests.decisions.classes import DANA, ERIN, definitions
from tests.fake_slack import FakeSlack
from tests.fakes import StoppedClock
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import ALICE, BOB, CHARLIE, DECISIONS
from tests.updates.team import berlin

Story = Callable[[Drumbeat], Awaitable[None]]
Play = Callable[[Story], None]
QUESTION = {
    "question": "Do we keep the free plan?",
    "class_id": "priority",
    "area_id": "search",
    "needed_by": "2026-11-27",
    "stuck": "The pricing page waits.",
    "door": "hard",
    "options": "Keep it\nEnd it in May",
}
REASON = {"why": "It costs more than it brings.", "revisit": "Sign-ups fall by a third", "review_on": "2027-03-01"}
ENTRY = {
    "decision": "end the free plan in May",
    "options": "Keep it\nEnd it in May",
    "why": "It costs more than it brings.",
    "door": "easy",
    "review_on": "2027-03-01",
    "decider": ALICE,
}


@pytest.fixture
def play(db: Database, slack: FakeSlack, clock: StoppedClock) -> Play:
    """Lets a story happen, from Wednesday on. Alice decides about Search, Erin is her deputy, Dana their head."""

    def play(story: Story) -> None:
        async def whole() -> None:
            clock.set(berlin(25, 9))
            for id, name in ((DANA, "Dana"), (ERIN, "Erin")):
                slack.add_user(id, name)
            async with drumbeat(db, slack, clock, definitions()) as bot:
                await story(bot)

        asyncio.run(whole())

    return play


async def raised(bot: Drumbeat, by: str = CHARLIE, **changes: str) -> None:
    await bot.command("/decision raise", by)
    ack = await bot.submit({name: value for name, value in (QUESTION | changes).items() if value}, user=by)
    assert ack.errors == {}
    await bot.until(bot.clock.now())


async def recorded(bot: Drumbeat, by: str = ALICE, **changes: str) -> None:
    await bot.command("/decision", by)
    assert (await bot.submit(ENTRY | changes, user=by)).errors == {}
    await bot.deliver()


def log(bot: Drumbeat) -> list[str]:
    """What the cards in the channel of the log say now."""
    return list(bot.slack.said(DECISIONS))


def words(view: Any) -> str:
    return str(view)


def test_a_question_is_decided_from_the_message_and_found_again(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await raised(bot)
        assert "*Your decision is needed: D-1*" in bot.slack.said(ALICE)[-1]
        await bot.choose("Decide …", "End it in May")
        assert "revisit" in words(bot.slack.last_view()), "it is hard to reverse"
        answer = await bot.submit(REASON)
        assert "D-1 is in the decision log" in words(answer.payload)
        await bot.until(bot.clock.now())
        assert log(bot)[0].startswith("D-1 · decided\nWe will end it in May")
        assert "D-1, which you raised, is decided by Alice" in bot.slack.said(CHARLIE)[-1]
        assert "Nothing to do: D-1 is decided by Alice." in bot.slack.said(ALICE)[-1]
        await bot.command("/decision find free plan", BOB)
        assert "D-1 · decided by Alice" in await bot.replied()

    play(story)


def test_of_two_who_decide_at_once_one_wins_and_the_other_gets_their_words_back(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await raised(bot)
        await bot.until(berlin(30, 10))
        await bot.choose("Decide …", "Keep it", ERIN)
        erins = bot.slack.last_view()
        await bot.choose("Decide …", "End it in May", ALICE)
        alices = bot.slack.last_view()
        both = await asyncio.gather(
            bot.slack.submit(erins, REASON, user=ERIN), bot.slack.submit(alices, REASON, user=ALICE)
        )
        won = [ack for ack in both if "is in the decision log" in words(ack.payload)]
        lost = [ack for ack in both if "was quicker: D-1 is recorded" in words(ack.payload)]
        assert (len(won), len(lost)) == (1, 1)
        assert "It costs more than it brings." in words(lost[0].payload), "what was typed is given back"

    play(story)


def test_a_decider_who_is_away_is_followed_by_the_deputy(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await raised(bot)
        await bot.command("/cadence away until 2026-12-04", ALICE)
        await bot.replied()
        await bot.until(berlin(25, 10))
        assert "It comes to you, since Alice is away until Fri 4 Dec." in bot.slack.said(ERIN)[-1]
        assert "Erin is asked now, since Alice is away until Fri 4 Dec." in log(bot)[0]
        await bot.choose("Decide …", "Keep it", ERIN)
        await bot.submit(REASON, user=ERIN)
        await bot.deliver()
        assert "Decided by Erin" in log(bot)[0]

    play(story)


def test_a_decider_who_leaves_slack_is_followed_by_the_deputy(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await raised(bot)
        await bot.slack.event({"type": "user_change", "user": {**bot.slack.users[ALICE], "deleted": True}})
        await bot.until(berlin(25, 10))
        assert "*Your decision is needed: D-1*" in bot.slack.said(ERIN)[-1]
        assert "no longer in this Slack workspace" in bot.slack.said(ERIN)[-1]

    play(story)


def test_what_nobody_decides_goes_up_the_line_and_to_the_exceptions(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await raised(bot)
        await bot.until(berlin(4, 12, month=12))
        for person in (ALICE, ERIN, DANA):
            assert sum("*Your decision is needed: D-1*" in said for said in bot.slack.said(person)) <= 1
        assert "since Erin did not decide by Tue 1 Dec" in log(bot)[0] or "among the exceptions" in log(bot)[0]
        await bot.command("/decision list stuck", BOB)
        assert "D-1 · to be decided by Alice" in await bot.replied()
        assert "Nobody decides D-1" in await bot.home(BOB)
        assert "Nobody decides D-1" not in await bot.home(CHARLIE)

    play(story)


def test_what_is_delegated_is_asked_of_the_colleague(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await raised(bot)
        await bot.press("Delegate")
        assert "decider" in (await bot.submit({"decider": BOB, "needed_by": "2026-12-02"})).errors, "product ops"
        await bot.submit({"decider": DANA, "needed_by": "2026-12-02", "note": "You know the numbers."})
        await bot.until(berlin(25, 10))
        assert "Alice asks you to decide this instead: You know the numbers." in bot.slack.said(DANA)[-1]

    play(story)


def test_what_is_rejected_says_why(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await raised(bot)
        await bot.press("Reject")
        assert "reason" in (await bot.submit({"reason": " "})).errors
        await bot.submit({"reason": "Not this year."})
        await bot.until(berlin(26, 9))
        assert log(bot)[0].startswith("D-1 · rejected\nAlice rejected it")
        assert any("Alice will not have it decided: Not this year." in said for said in bot.slack.said(CHARLIE))

    play(story)


def test_whoever_raised_it_withdraws_it_where_they_look_at_it(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await raised(bot)
        await bot.command("/decision D-1", BOB)
        assert "[Withdraw]" not in await bot.replied()
        await bot.command("/decision D-1", CHARLIE)
        assert "[Withdraw]" in await bot.replied()
        await bot.slack.click("decisions.reject", "D-1", user=CHARLIE)
        await bot.submit({"reason": "The customer has left."}, user=CHARLIE)
        await bot.until(berlin(25, 10))
        assert log(bot)[0].startswith("D-1 · rejected\nCharlie rejected it on Wed 25 Nov 2026: The customer has left.")
        assert all("*Your decision is needed: D-1*" not in said for said in bot.slack.said(ALICE))

    play(story)


def test_a_view_stands_in_the_thread_and_before_the_decider(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await raised(bot, by=BOB)
        await bot.until(berlin(25, 15))
        await bot.press("Give my view", CHARLIE)
        await bot.submit({"view": "Half of the tickets come from it."}, user=CHARLIE)
        await bot.deliver()
        card, view = bot.slack.messages(DECISIONS)
        assert view["thread_ts"] == card["ts"]
        assert "Charlie says: Half of the tickets come from it." in bot.slack.said(ALICE)[-1]

    play(story)


def test_of_two_that_supersede_one_decision_the_second_stays_in_its_form(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await recorded(bot)

        async def opens(person: str) -> Any:
            await bot.command("/decision D-1", person)
            await bot.replied()
            await bot.slack.click("decisions.review", "D-1", user=person)
            await bot.submit({"verdict": "supersede"}, user=person)
            return bot.slack.last_view()

        alices, bobs = await opens(ALICE), await opens(BOB)
        first = await bot.slack.submit(alices, ENTRY | {"decision": "keep it"}, user=ALICE)
        assert "D-2 is in the decision log" in words(first.payload)
        second = await bot.slack.submit(bobs, ENTRY | {"decision": "halve it"}, user=BOB)
        assert second.errors == {"decision": "D-2 has taken the place of D-1 already, recorded by Alice."}
        await bot.deliver()
        assert [card.splitlines()[0] for card in log(bot)] == ["D-1 · superseded", "D-2 · decided"]
        await bot.command("/decision list", ALICE)
        assert "D-1 · superseded by D-2" in await bot.replied()

    play(story)


def test_what_contradicts_an_active_decision_is_pointed_out(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        about = {"class_id": "priority", "area_id": "search"}
        await recorded(bot, **about)
        await bot.command("/decision")
        answer = await bot.submit(ENTRY | about | {"decision": "keep the free plan for ever"})
        assert "D-1 counts now" in words(answer.payload)
        assert "It replaces D-1" in words(answer.payload)
        await bot.slack.click("decisions.replaces", "D-2 D-1")
        assert "D-2 takes the place of D-1. Whoever knew of D-1 is told." in words(bot.slack.last_view())
        await bot.deliver()
        assert log(bot)[0].startswith("D-1 · superseded")

    play(story)


def test_a_card_that_was_deleted_in_slack_holds_up_nothing(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await raised(bot)
        bot.slack.delete({**bot.slack.messages(DECISIONS)[0], "channel": DECISIONS})
        await bot.choose("Decide …", "Keep it")
        assert "D-1 is in the decision log" in words((await bot.submit(REASON)).payload)
        await bot.until(berlin(25, 12))
        assert "Nothing to do: D-1 is decided by Alice." in bot.slack.said(ALICE)[-1]
        assert any("is decided by Alice" in said for said in bot.slack.said(CHARLIE))
        await bot.command("/decision D-1", BOB)
        assert "We will keep it" in await bot.replied()

    play(story)


def test_on_its_review_date_a_decision_comes_back_and_is_kept_from_the_message(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await recorded(bot, review_on="2026-12-01")
        await bot.until(berlin(1, 9, month=12))
        assert "*Still right? D-1*" in bot.slack.said(ALICE)[-1]
        await bot.press("Review")
        await bot.submit({"verdict": "keep", "review_on": "2027-06-01"})
        await bot.deliver()
        assert "Nothing to do: it stands until Tue 1 Jun 2027." in bot.slack.said(ALICE)[-1]
        assert "Review on Tue 1 Jun 2027." in log(bot)[0]

    play(story)


def test_what_somebody_else_may_not_do_is_refused_in_words(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await raised(bot, by=BOB)
        for action, value in (
            ("decisions.choose", "D-1:0"),
            ("decisions.reject", "D-1"),
            ("decisions.delegate", "D-1"),
            ("decisions.view", "D-1"),
            ("decisions.replaces", "D-1 D-1"),
        ):
            await bot.slack.click(action, value, user=ERIN)
            assert (await bot.replied()).strip(), action
            assert bot.slack.views == {} or bot.slack.last_view()["callback_id"] == "decisions.saved", action
        await bot.slack.click("decisions.choose", "D-99:0", user=ALICE)
        assert "There is no decision" in await bot.replied()

    play(story)
