"""A high release over the wire, by the starter's rules: from its brief to what became of it, and all that was said.

Nine people take part. Others of the company are there, too, and hear nothing: another function, whoever owns another
area, product ops, and somebody who has left.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

import pytest

from bot.db import Database
from bot.definitions import Calendar, Definitions, Organisation, load
from tests.fake_slack import FakeSlack
from tests.fakes import ROOT, StoppedClock, promised
from tests.flows.drumbeat import Drumbeat, drumbeat
from tests.people import DECISIONS, LAUNCHES, PRODUCT_OPS, UPDATES
from tests.updates.team import BERLIN

ANA, LENA, YUSUF, FELIX = "U0ANA", "U0LENA", "U0YUSUF", "U0FELIX"
"""The release's owner; who leads engineering, data and documentation."""
PRIYA, ROSA, TOM, CARLOS, MARCUS = "U0PRIYA", "U0ROSA", "U0TOM", "U0CARLOS", "U0MARCUS"
"""Who leads support, and one of her people; who leads sales and customer success; the head of product."""
SAM, NORA, BEN, OTTO = "U0SAM", "U0NORA", "U0BEN", "U0OTTO"
"""Product ops, who leads marketing, who owns another area; and somebody of support who has left."""
NAMES = {
    ANA: "Ana", LENA: "Lena", YUSUF: "Yusuf", FELIX: "Felix", PRIYA: "Priya", ROSA: "Rosa", TOM: "Tom",
    CARLOS: "Carlos", MARCUS: "Marcus", SAM: "Sam", NORA: "Nora", BEN: "Ben", OTTO: "Otto",
}  # fmt: skip
CHANNELS = {
    UPDATES: "#product-updates",
    LAUNCHES: "#launches",
    DECISIONS: "#product-decisions",
    PRODUCT_OPS: "#product-ops",
}

TIMELINE = {
    "Who needs to know:": "brief",
    "What would your team be asked": "outline",
    "Strategic accounts it touches": "accounts",
    "For everybody whom customers ask": "final",
    "How it is watched:": "reminder",
    "Before it goes out": "readiness",
    "Moved from": "changed",
    "It is live. Who has it": "live",
    "Its rollout was stopped": "stopped",
    "It goes on:": "resumed",
}
"""What the comms plan says, by words that stand in nothing else that a person is sent."""
ASKED = {
    "from you*": "asked",
    "waived until now": "its waiver is over",
    "what people are to know": "asked to write",
    "read what changes": "asked to read",
    "Did you know in time": "asked whether they knew",
    "what do you see?": "asked to look back",
    "An action from": "an action",
}

EVERYTHING = """
Wed 25 Nov
  #launches: Atlas: 🔴 Hold
  #launches, thread: The tier is high now, set by Priya Nair: Every customer calls us about invoices. 23 gates,
  #product-ops: *Somebody whom organisation.yaml names has left Slack*
  Ana: asked, asked to write
  Carlos: asked, brief, outline
  Felix: asked, asked to write
  Lena: asked
  Priya: asked, asked to write, brief, outline
  Tom: asked, asked to write, brief, outline
  Yusuf: asked
Mon 30 Nov
  Carlos: accounts
Tue 1 Dec
  #launches, thread: Moved by Ana Duarte from Wed 9 Dec 2026 (likely) to Wed 16 Dec 2026 (likely), because: The
  Carlos: changed
  Priya: changed
  Tom: changed
Wed 2 Dec
  #launches, thread: 10 working days before: 🔴 Hold.
Thu 3 Dec
  #launches, thread: Atlas: what changes, and what to say
  Carlos: asked to read
  Priya: asked to read
  Rosa: asked to read
  Tom: asked to read
Wed 9 Dec
  #launches, thread: 5 working days before: 🔴 Hold.
  Carlos: final
  Priya: final
  Rosa: final
  Tom: final
Fri 11 Dec
  #launches, thread: 3 working days before: 🔴 Hold.
Mon 14 Dec
  #launches, thread: reminder
  Carlos: asked, reminder
  Priya: reminder
  Tom: reminder
Tue 15 Dec
  #launches, thread: 1 working day before: 🔴 Hold.
  #launches, thread: Ana Duarte said go. The advice was to hold: “Borealis gets it a week later than all others
  #product-decisions: D-1 · decided
  Ana: asked, readiness
  Carlos: asked, readiness
  Felix: readiness
  Lena: asked, its waiver is over, readiness
  Marcus: asked
  Priya: readiness
  Tom: readiness
Wed 16 Dec
  #launches, thread: Live, says Lena Vogel.
  #product-updates: live
  Carlos: live
  Priya: live
  Tom: live
Thu 17 Dec
  #launches, thread: Release owner, 1 day after: Ana Duarte says
  #launches, thread: Engineering, 1 day after: Lena Vogel says
  #launches, thread: Support, 1 day after: Priya Nair says
  #launches, thread: Lena Vogel stopped the rollout: Every tenth invoice is wrong
  #launches, thread: Escape, high: Shares are rounded twice
  #product-decisions: D-2 · decided
  #product-updates: stopped
  Ana: asked to look back
  Ana: asked
  Carlos: asked whether they knew
  Carlos: asked, stopped
  Felix: stopped
  Lena: asked to look back
  Priya: asked whether they knew, asked to look back
  Priya: stopped
  Rosa: asked whether they knew
  Rosa: stopped
  Tom: asked whether they knew
  Tom: stopped
Fri 18 Dec
  #launches, thread: Ana Duarte said go. The advice was to hold: “Rounding is mended and tested; Borealis stays
  #launches, thread: Live, says Lena Vogel.
  #product-decisions: D-3 · decided
  #product-updates: resumed
  Carlos: resumed
  Felix: resumed
  Lena: resumed
  Marcus: asked
  Priya: resumed
  Rosa: resumed
  Tom: resumed
Mon 28 Dec
  #launches, thread: Support, 7 days after: Priya Nair says
  #launches, thread: Sales, 7 days after: Tom Becker says
  #launches, thread: Customer Success, 7 days after: Carlos Ruiz says
  #launches, thread: Action: Test rounding with real invoices – Lena Vogel, until Fri 15 Jan
  Carlos: asked to look back
  Lena: an action
  Priya: asked to look back
  Tom: asked to look back
Mon 18 Jan
  #launches, thread: Release owner, 30 days after: Ana Duarte says
  #launches, thread: Atlas: what became of it
  Ana: asked to look back
"""


@pytest.mark.proves("R5", "R33")
def test_a_high_release_from_its_brief_to_what_became_of_it(
    db: Database, slack: FakeSlack, clock: StoppedClock
) -> None:
    async def whole() -> None:
        clock.set(at("2026-11-25 09:00"))
        for id, name in NAMES.items():
            slack.add_user(id, name)
        slack.deactivate(OTTO)
        async with drumbeat(db, slack, clock, definitions()) as bot:
            for step in STORY:
                await step(bot)

    asyncio.run(whole())
    assert not any(slack.messages(outsider) for outsider in (NORA, BEN, OTTO))
    # Product ops hears who was asked too much in a week and what is to be mended, and nothing of the release itself.
    heard = ("Asked more than a week should bring", "To be mended")
    assert all(any(said in each["text"] for said in heard) for each in slack.messages(SAM))
    assert account(slack) == EVERYTHING.strip()
    nobody_is_disturbed(db, slack)
    what_was_told_stands(slack)


# What happens.


async def it_is_registered_as_medium_and_raised_by_support(bot: Drumbeat) -> None:
    await bot.command("/launch-ready new", ANA)
    brief = {"name": "Atlas", "target": "2026-12-09", "summary": "Invoices can be split between several payers."}
    await submitted(bot, ANA, **brief, facts=["asked-about"])
    assert "Tier: medium" in card(bot)
    await submitted(
        bot,
        ANA,
        audience="Those who answer for invoices, and every customer who pays by invoice",
        functions=["support", "sales"],
        accounts="Borealis",
        changes="A second payer can be added to an invoice, with a share for each of them",
        monitoring="Failed invoices on the dashboard; above 1 % Lena is called",
        rollback="Lena switches the flag off within five minutes; open invoices stay valid",
    )
    await bot.command("/launch-ready atlas tier", PRIYA)
    await submitted(bot, PRIYA, tier="high", because="Every customer calls us about invoices")
    assert "Tier: high, raised from medium by Priya Nair" in card(bot)
    assert "Gates: 3 of 23 settled" in card(bot)


async def each_settles_what_is_theirs_and_one_item_is_waived(bot: Drumbeat) -> None:
    await until(bot, "2026-11-26 10:00")
    await bot.press("Say what it is to move", ANA, LAUNCHES)
    await submitted(bot, ANA, metric="Splits a day", baseline="0", target="90", until="2027-01-31")
    await done(bot, ANA, 2, 3, 4, 25)
    await done(bot, LENA, 5, 6, 7, 8, 9, 12)
    waiver = {"state": "waived", "reason": "The stage is being rebuilt", "until": "2026-12-14"}
    await bot.press("Update an item", LENA, LAUNCHES)
    ack = await bot.submit({"item": "10", **waiver, "reason": ""}, LENA)
    assert set(ack.errors) == {"reason"}
    await submitted(bot, LENA, item="10", **waiver)
    await until(bot, "2026-11-27 10:00")
    await done(bot, YUSUF, 11, 13)
    await done(bot, CARLOS, 21)
    await done(bot, FELIX, 16)
    await done(bot, PRIYA, 17)
    await done(bot, TOM, 19)
    assert "10 The way back has been rehearsed – waived until Mon 14 Dec by Lena Vogel: The stage" in card(bot)
    assert "Gates: 20 of 23 settled" in card(bot)


async def it_slips_by_a_week(bot: Drumbeat) -> None:
    await until(bot, "2026-12-01 10:00")
    await bot.choose("More …", "Move the date", ANA, LAUNCHES)
    await submitted(bot, ANA, target="2026-12-16", because="The bank needs a week more")
    assert (
        "28 Every function that is asked has signed off – release owner (Ana Duarte); open 6 days, due Mon 14 Dec"
        in (card(bot))
    )


async def what_people_are_to_know_is_written_and_read(bot: Drumbeat) -> None:
    await until(bot, "2026-12-03 14:00")
    for person, sections in (
        (FELIX, {"steps": "Add a payer, and give them a share"}),
        (PRIYA, {"questions": "Who pays first? The first named.", "macros": "Split it again"}),
        (TOM, {"talk-track": "Share the bill, not the trouble"}),
    ):
        await bot.command("/cadence bundle atlas write", person)
        await submitted(bot, person, **sections)
    await bot.command("/cadence bundle atlas publish", ANA)
    await submitted(bot, ANA)
    await until(bot, "2026-12-04 14:00")
    for person in (PRIYA, ROSA, TOM, CARLOS):
        await bot.press("I have read it", person)
        await bot.deliver()
    assert "☑ Support: 2 of 2 confirmed" in card(bot)
    assert "Gates: 22 of 23 settled" in card(bot)


async def four_functions_are_ready_and_one_is_not(bot: Drumbeat) -> None:
    await until(bot, "2026-12-10 14:00")
    for person in (LENA, PRIYA, TOM, FELIX):
        await signed(bot, person, said="ready")
    await signed(bot, CARLOS, said="not ready", risk="Borealis has not agreed to it yet")
    assert card(bot).startswith("Atlas: 🔴 Hold\nThe advice is to hold:\n• 1 gate is open.")
    assert "• Customer Success is not ready: Borealis has not agreed to it yet" in card(bot)


async def the_waiver_ends_a_day_before_and_its_item_is_settled(bot: Drumbeat) -> None:
    await until(bot, "2026-12-14 18:00")
    assert "10 The way back has been rehearsed – waived until Mon 14 Dec" in card(bot)
    await until(bot, "2026-12-15 10:00")
    assert "its waiver ended Mon 14 Dec" in card(bot)
    await bot.press("Update my items", LENA)
    await submitted(bot, LENA, item="10", state="done", evidence="https://example.com/rehearsal")
    assert "Gates: 22 of 23 settled" in card(bot)


async def its_owner_overrules_the_hold_and_the_head_of_product_acknowledges(bot: Drumbeat) -> None:
    await bot.press("Make the call", ANA)
    ack = await bot.submit({"said": "go", "reason": "We have to"}, ANA)
    assert set(ack.errors) == {"reason", "risk_owner"}
    reason = "Borealis gets it a week later than all others, behind the flag."
    await submitted(bot, ANA, said="go", reason=reason, risk_owner=CARLOS)
    assert "Carlos Ruiz answers for the risk. In the decision log: D-1." in card(bot)
    await until(bot, "2026-12-15 15:00")
    await bot.press("Acknowledge", MARCUS)
    await bot.deliver()
    assert "Acknowledged by Marcus Lindqvist." in card(bot)


async def engineering_says_that_it_is_live(bot: Drumbeat) -> None:
    await until(bot, "2026-12-16 10:00")
    await bot.press("It is live", LENA, LAUNCHES)
    await bot.deliver()
    assert card(bot).startswith("Atlas: 🟢 Live\nLive since Wed 16 Dec 2026, says Lena Vogel.")


async def a_day_later_people_say_whether_they_knew_and_what_they_see(bot: Drumbeat) -> None:
    await until(bot, "2026-12-17 11:00")
    for person in (PRIYA, ROSA, TOM, CARLOS):
        await bot.press("I knew in time", person)
        await bot.deliver()
    for person in (ANA, LENA, PRIYA):
        await bot.press("Answer", person)
        await submitted(bot, person, **{"answer-broken": "Seriously", "answer-stop": "At once"})


async def engineering_stops_it(bot: Drumbeat) -> None:
    await bot.choose("More …", "Stop the rollout", LENA, LAUNCHES)
    await submitted(bot, LENA, because="Every tenth invoice is wrong")
    assert card(bot).startswith("Atlas: 🔴 Stopped\nLena Vogel stopped it on Thu 17 Dec 2026: Every tenth")
    await bot.command("/cadence lookback atlas escape", PRIYA)
    await submitted(bot, PRIYA, what="Shares are rounded twice", severity="high", item="5")


async def it_goes_on_with_a_new_call(bot: Drumbeat) -> None:
    await until(bot, "2026-12-18 11:00")
    await bot.press("Make the call", ANA)
    reason = "Rounding is mended and tested; Borealis stays behind the flag until January."
    await submitted(bot, ANA, said="go", reason=reason, risk_owner=CARLOS)
    await until(bot, "2026-12-18 14:00")
    await bot.choose("More …", "Acknowledge the call", MARCUS, LAUNCHES)
    await bot.deliver()
    assert "Acknowledged by Marcus Lindqvist." in card(bot)
    await bot.press("It is live", LENA, LAUNCHES)
    await bot.deliver()
    assert card(bot).startswith("Atlas: 🟢 Live\nLive since Fri 18 Dec 2026, says Lena Vogel.")


async def a_week_later_the_field_answers_and_an_action_is_agreed(bot: Drumbeat) -> None:
    """A week later is a holiday, the day after one, too, and the next a Sunday."""
    await until(bot, "2026-12-28 11:00")
    await bot.press("Answer", PRIYA)
    await submitted(
        bot, PRIYA, **{"answer-tickets": "31", "answer-usual": "19", "answer-top": "Who pays first?"},
    )  # fmt: skip
    for person, lesson in ((TOM, "Hear of it earlier"), (CARLOS, "Ask Borealis first")):
        await bot.press("Answer", person)
        await submitted(bot, person, **{"answer-used": "Yes", "answer-lesson": lesson})
    await bot.command("/cadence lookback atlas action", ANA)
    await submitted(bot, ANA, what="Test rounding with real invoices", owner=LENA, due="2027-01-15")
    await until(bot, "2027-01-04 11:00")
    await bot.press("Done", LENA)
    await bot.deliver()


async def a_month_later_it_is_reported_what_became_of_it(bot: Drumbeat) -> None:
    """A month later is a Sunday."""
    await until(bot, "2027-01-18 11:00")
    await bot.press("Answer", ANA)
    outcome = {"answer-actual": "95", "answer-outcome": "met", "answer-next": "Keep it"}
    await submitted(bot, ANA, **outcome, **{"answer-lesson": "Ask the bank first"})
    (report,) = [text for text in bot.slack.said(LAUNCHES) if text.startswith("Atlas: what became of it")]
    for line in (
        "Splits a day: from 0 to 90 by Sun 31 Jan 2027",
        "Reached: 95",
        "Target: met",
        "• high: Shares are rounded twice – should have been caught by 5 The main path",
        "31 tickets in seven days, 19 in a usual week: +12",
        "4 of 4 have answered; counts are shown from 5 on.",
        "• Ask Borealis first (Customer Success)",
        "☑ Test rounding with real invoices – Lena Vogel, done",
    ):
        assert line in report
    await until(bot, "2027-03-01 18:00")


STORY: tuple[Callable[[Drumbeat], Any], ...] = (
    it_is_registered_as_medium_and_raised_by_support,
    each_settles_what_is_theirs_and_one_item_is_waived,
    it_slips_by_a_week,
    what_people_are_to_know_is_written_and_read,
    four_functions_are_ready_and_one_is_not,
    the_waiver_ends_a_day_before_and_its_item_is_settled,
    its_owner_overrules_the_hold_and_the_head_of_product_acknowledges,
    engineering_says_that_it_is_live,
    a_day_later_people_say_whether_they_knew_and_what_they_see,
    engineering_stops_it,
    it_goes_on_with_a_new_call,
    a_week_later_the_field_answers_and_an_action_is_agreed,
    a_month_later_it_is_reported_what_became_of_it,
)


# What was said.


def account(slack: FakeSlack) -> str:
    """Every message but product ops' own and what the nightly checks find, by day: where, and what it says."""
    lines = []
    of_the_release = [post for post in slack.posts if where(post) != "Sam" and what(post)]
    for day, posts in groupby(of_the_release, key=lambda post: f"{said_at(post):%a %-d %b}"):
        lines.append(day)
        lines += sorted((f"  {where(post)}: {what(post)}" for post in posts), key=lambda line: line.split(":")[0])
    return "\n".join(lines)


def nobody_is_disturbed(db: Database, slack: FakeSlack) -> None:
    """All was said in working hours, and to a person at most once a day, and once more what is urgent."""
    work_days = definitions().organisation.work_days()
    for post in slack.posts:
        assert not work_days.off(said_at(post).date())
        assert "09:00" <= f"{said_at(post):%H:%M}" < "17:30"
    direct = [each for each in promised(db) if each.channel in NAMES and each.method == "post"]
    assert {each.kind for each in direct} == {"prompts.day", "prompts.urgent"}
    assert len({each.dedupe for each in direct}) == len(direct) == len(posted_to_people(slack))


def what_was_told_stands(slack: FakeSlack) -> None:
    """What the comms plan told people still stands there, and nothing more was slipped into a message later."""
    now = {message["ts"]: message["text"] for person in NAMES for message in slack.messages(person)}
    for post in posted_to_people(slack):
        assert kinds(TIMELINE, now[post["ts"]]) == kinds(TIMELINE, post["text"])


def posted_to_people(slack: FakeSlack) -> list[dict[str, Any]]:
    return [post for post in slack.posts if post["channel"].startswith("D")]


def where(post: dict[str, Any]) -> str:
    named = {f"D0{id[2:]}": name for id, name in NAMES.items()} | CHANNELS
    return named[post["channel"]] + (", thread" if "thread_ts" in post else "")


def what(post: dict[str, Any]) -> str:
    """What it is about; how its first line begins where it is no part of what is asked or told everywhere."""
    first = str(post["text"]).splitlines()[0]
    if post["channel"].startswith("D") or first.startswith("*Release"):
        return ", ".join(kinds(ASKED | TIMELINE, post["text"]))
    return first[:90]


def kinds(of: dict[str, str], text: str) -> list[str]:
    for words in of:
        assert text.count(words) <= 1, text
    return [kind for words, kind in of.items() if words in text]


def said_at(post: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(float(post["ts"]), BERLIN)


# How people do it.


async def submitted(bot: Drumbeat, user: str, **values: Any) -> None:
    """Submit the form that was opened last, which takes it."""
    ack = await bot.submit(values, user)
    assert ack.errors == {}
    assert "Nothing of yours is saved" not in str(ack.payload)
    await bot.deliver()


async def done(bot: Drumbeat, user: str, *items: int) -> None:
    for item in items:
        await bot.press("Update an item", user, LAUNCHES)
        await submitted(bot, user, item=str(item), state="done", evidence=f"https://example.com/{item}")


async def signed(bot: Drumbeat, user: str, **answer: str) -> None:
    await bot.press("Sign off", user, LAUNCHES)
    await submitted(bot, user, **answer)


async def until(bot: Drumbeat, moment: str) -> None:
    await bot.until(at(moment), on_time=True)


def at(moment: str) -> datetime:
    """A moment on clocks in Berlin."""
    return datetime.fromisoformat(moment).replace(tzinfo=BERLIN).astimezone(UTC)


def card(bot: Drumbeat) -> str:
    return str(bot.slack.said(LAUNCHES)[0])


def definitions() -> Definitions:
    """The starter's of releases, with two more people of support, and rituals that begin only when this is over."""
    starter = load(ROOT / "cadences").definitions
    assert starter is not None
    stated = starter.organisation.model_dump(mode="python", exclude_unset=True)
    stated["channels"] = {"updates": UPDATES, "launches": LAUNCHES, "decisions": DECISIONS, "product_ops": PRODUCT_OPS}
    stated["people"] += tuple(
        {"name": name, "email": f"{name.lower()}@example.com", "function": "support", "roles": ["support"]}
        for name in ("Rosa", "Otto")
    )
    later = {"starts": date(2027, 6, 1)}
    rituals = [
        each.model_copy(update={"schedule": each.schedule.model_copy(update=later)})
        for each in starter.calendar.rituals
    ]
    return replace(
        starter,
        organisation=Organisation.model_validate(stated),
        calendar=Calendar(rituals=tuple(rituals)),
        charter=None,
        pulses=None,
        measures=None,
        pilot=None,
        assumptions=None,
    )
