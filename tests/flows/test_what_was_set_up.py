"""What the answers of the interview lead to, once they are applied."""

import pytest

from bot.pack import context
from bot.registers.model import QUESTION, open_entries
from bot.setup import flow
from bot.setup.questions import SHAPE
from tests.flows.drumbeat import Drumbeat
from tests.flows.test_setup import GROWN, SURPRISED, Play, in_force, interview, look, play
from tests.people import BOB

__all__ = ["play"]


@pytest.mark.proves("R18", "R52", "IM02")
def test_what_should_be_easier_is_measured_from_where_it_stands_to_a_target_by_a_day(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await interview(bot, SURPRISED)
        await look(bot, "Apply")
        now = in_force(bot)

        assert now.charter is not None and now.measures is not None
        assert now.charter.measures == ("M5", "M7", "M1"), (
            "fewer surprises, teams that are ready, and what goes with it"
        )
        surprises, ready = now.measures.of("M5"), now.measures.of("M7")
        assert surprises is not None and surprises.baseline is not None
        said = (str(surprises.baseline.value), str(surprises.target), str(surprises.by))
        assert said == ("40 %", "10 %", "2027-02-23")
        assert surprises.owner in (BOB, "bob@example.com")
        assert ready is not None

    play(story)


@pytest.mark.proves("R25", "R52", "IM02")
def test_who_knows_no_number_yet_measures_all_the_same(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await interview(bot, GROWN)
        await look(bot, "Apply")
        now = in_force(bot)

        assert now.measures is not None
        on_time = now.measures.of("M1")
        assert on_time is not None
        assert all((on_time.baseline, on_time.target, on_time.by, on_time.owner))

    play(story)


@pytest.mark.proves("R23")
def test_what_binds_the_company_stands_on_its_forms(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        await bot.command("/decision", BOB)
        assert "Customers must not be named" not in str(bot.slack.last_view())
        await interview(bot, SURPRISED)
        await look(bot, "Apply")
        in_force(bot)
        await bot.command("/decision", BOB)
        assert "Customers must not be named in Slack: " in str(bot.slack.last_view()["blocks"][0])

    play(story)


@pytest.mark.proves("R12")
def test_what_was_chosen_without_a_number_is_an_open_question_of_whoever_answers_for_it(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        unknown = SURPRISED["What should be easier"] | {"outcomes": ["fewer-surprises", "faster-decisions"]}
        await interview(bot, SURPRISED | {"What should be easier": unknown | {"target": None, "baseline": None}})
        await look(bot, "Apply")
        in_force(bot)
        await look_again(bot)

        with bot.db.transaction() as session:
            asked = [each for each in open_entries(session, bot.house) if each.sort == QUESTION]
        assert [each.what.partition(":")[0] for each in asked] == [
            'No number yet for "Fewer launches surprise Support and Sales"',
            'No number yet for "Decisions are made sooner"',
        ], "once each, and not of what nobody chose"
        assert {(each.owner, str(each.due_on)) for each in asked} == {(BOB, "2026-12-09")}

    play(story)


async def look_again(bot: Drumbeat) -> None:
    """The interview is applied anew, with another answer."""
    bot.db.call(flow.save, bot.house, BOB, SHAPE, {"product_managers": ["9"]})
    await bot.command("/cadence setup", BOB)
    await bot.replied()
    await look(bot, "Show what comes of it")
    await look(bot, "Apply")
    in_force(bot)


@pytest.mark.proves("R22")
def test_whom_it_is_written_for_stands_in_the_pack(play: Play) -> None:
    async def story(bot: Drumbeat) -> None:
        now = SURPRISED["What you do now"] | {"audience": "Sales and Support"}
        await interview(bot, SURPRISED | {"What you do now": now})
        await look(bot, "Apply")
        in_force(bot)
        with bot.db.transaction() as session:
            found = str(context.parts(session, bot.house))
        assert "What is written is read by: Sales and Support" in found

    play(story)


SAYS_WHAT_IT_IS_FOR = ("mandate", ["weekly-product-update"], {"decisions", "releases"})
DROWNS_IN_QUESTIONS = ("status", ["weekly-product-update", "system-health"], {"releases", "pulses"})
HEARS_MUCH = (
    "feedback",
    ["insights-review", "insights-digest", "insights-of-the-month"],
    {"decisions", "insights", "releases"},
)
"""Each with releases, since fewer of them are to surprise anybody."""


@pytest.mark.proves("R6", "R8", "R10", "R28")
@pytest.mark.parametrize(("worst", "rituals", "parts"), [SAYS_WHAT_IT_IS_FOR, DROWNS_IN_QUESTIONS, HEARS_MUCH])
def test_what_breaks_most_says_what_to_begin_with_and_there_is_always_a_charter(
    play: Play, worst: str, rituals: list[str], parts: set[str]
) -> None:
    async def story(bot: Drumbeat) -> None:
        breaks = {"first": worst, "second": None, "third": None, "examples": None, "own": None}
        await interview(bot, SURPRISED | {"What breaks most": breaks})
        await look(bot, "Apply")
        now = in_force(bot)

        assert [each.id for each in now.calendar.rituals] == rituals
        assert {each for each in ("releases", "decisions", "insights", "pulses") if getattr(now, each)} == parts
        assert now.charter is not None
        assert all((now.charter.owns, now.charter.does_not_own, now.charter.decision_rights, now.charter.measures))

    play(story)
