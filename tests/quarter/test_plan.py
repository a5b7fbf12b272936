"""The plan in words: filled with everything, and with nothing; what other rooms add, and never what is restricted."""

from dataclasses import replace
from datetime import date

from bot.db import Database
from bot.house import House
from bot.insights import quarterly as themes
from bot.lookback import quarterly as launches
from bot.quarter import frictions, writing
from bot.quarter.model import MET, NOT_MET
from bot.quarter.writing import Result
from bot.roadmap import rights
from tests.decisions.log import QUESTION, raised
from tests.fakes import StoppedClock
from tests.insights import world as insights
from tests.lookback import after
from tests.people import ALICE, BOB
from tests.quarter import world
from tests.quarter.world import bet, close, looked_back, plan, planning, run, wait
from tests.releases.launch import DANA, FRANK
from tests.rituals.desk import berlin

EMPTY = """\
Quarterly planning: January to March 2027
A draft, as it stands now. People meet for it on Thu 24 Dec 2026, 13:00; Frank closes it by Thu 31 Dec 2026, 16:00.
0 bets of 2 areas · 0 in the decision log · 0 of 0 earlier bets met
*What is missing*
• Billing: what was learned and bets, or why there are none (asked: Alice)
• Search: what was learned and bets, or why there are none (asked: Frank)
---
Outcomes and measures, October to December 2026
There was no plan before that could be looked back on.
*What we learned*
No area has said yet what it learned.
*What customers told us*
Insights are not kept here.
*What became of the releases*
No release went live in this time.
Bets, January to March 2027
No area has made a bet yet.
*Trade-offs declined*
Nobody has named one.
*Dependencies*
No bet depends on another area.
*Risks, open questions and next steps*
• Next: Billing is still to give what was learned and bets, or why there are none
• Next: Search is still to give what was learned and bets, or why there are none
*Other decisions of this planning*
None beside those of the bets.
*What hampers the work*
Nobody has named anything yet."""
FILLED = """\
Quarterly planning: April to June 2027
Closed on Thu 4 Mar 2027, 12:00 by Frank.
Invoices pay for themselves.
2 bets of 2 areas · 1 in the decision log · 1 of 2 earlier bets met
*What is missing*
Nothing: every area has given all it was asked for.
---
Outcomes and measures, January to March 2027
*Billing (Alice)*
• ✅ met: Finance teams split invoices themselves, target 60 by the end of March – 64 <https://example.com/dashboard/split>
*Search (Frank)*
• ❌ not met: Words in files are found, target 60 by the end of March – 12; the index came late <https://example.com/why>
*What we learned*
• Billing: Ask two customers before building anything
• Search: Move the heaviest accounts first
*What customers told us*
Insights are not kept here.
*What became of the releases*
No release went live in this time.
Bets, April to June 2027
*Billing (Alice)*
• Late fees bring money in
Owner Alice · Accounts that split an invoice, target 60 by the end of March · <https://example.com/dashboard/split>
D-1, to be decided by Frank
*Search (Frank)*
• Cars, too, are found
Owner Dana · Accounts that split an invoice, target 60 by the end of March · <https://example.com/dashboard/split>
No decision record yet
*Trade-offs declined*
• Billing: The invoice portal: few ask for it (for “Late fees bring money in”)
*Dependencies*
• Billing depends on Search: Late fees bring money in
*Risks, open questions and next steps*
• Billing: Does the tax office take split invoices? (“Late fees bring money in”)
• Next: Frank decides D-1 of Billing
• Next: raise “Cars, too, are found” of Search for decision
*Other decisions of this planning*
None beside those of the bets.
*What hampers the work*
• Decisions wait too long, named by 2 people. For example: The price list"""


def test_with_nothing_given_it_says_so_everywhere(house: House) -> None:
    assert "\n---\n".join(world.pages(house)) == EMPTY


def test_with_everything_given_it_says_all_of_it(house: House) -> None:
    first = bet(house)
    other = bet(house, FRANK, "search", key="other", what="Words in files are found", declined="", risk="")
    close(house, although="Nobody has looked back")
    wait(house, berlin(4, 12, month=3, year=2027))
    looked_back(house, results={first.id: Result(MET, "64", "https://example.com/dashboard/split")})
    late = Result(NOT_MET, "12; the index came late", "https://example.com/why")
    looked_back(house, FRANK, "search", learned="Move the heaviest accounts first", results={other.id: late})
    made = bet(house, key="next", what="Late fees bring money in", depends_on="search")
    bet(house, FRANK, "search", key="synonyms", what="Cars, too, are found", owner=DANA, declined="", risk="")
    run(house, writing.raise_bet, ALICE, str(made.id))
    for by, words in ((ALICE, "Decisions wait too long"), (BOB, "decisions wait too long")):
        run(house, frictions.say, by, planning(house), [(words, "The price list")])
    close(house, summary="Invoices pay for themselves.")
    found = plan(house)
    assert "\n---\n".join(world.pages_by_id(house)).replace(FRANK, "Frank", 1) == FILLED
    assert found.incomplete == [] and found.undone == []


def test_the_plan_has_the_decisions_of_its_own_ritual_and_quarter(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock)
    clock.set(berlin(30, 9, month=9))
    of_class = replace(QUESTION, class_id="quarter-bets", area_id="billing")
    raised(house, of_class, key="before")
    clock.set(berlin(25, 10))
    raised(house, of_class, key="theirs")
    raised(house, replace(of_class, class_id="pricing"), key="another")
    wait(house, world.OPENS)
    assert [each.ref for each in plan(house).decisions] == ["D-2"]


def test_themes_come_with_counts_trend_and_answers(db: Database, clock: StoppedClock) -> None:
    house = insights.make(db, clock)
    insights.routed(house, key="a", accounts=3)
    insights.decided(house, key="b", what="The export fails at night")
    section = run(house, themes.section, date(2026, 10, 1), date(2026, 12, 31))
    (line,) = section.lines
    assert line == (
        "Pricing and billing in Billing: 2 insights of 4 accounts, 0 in the time before ▁▁▁▁▁█; 1 open, 1 declined"
    )
    assert run(house, themes.section, date(2027, 1, 1), date(2027, 3, 31)).lines == ()


def test_restricted_insights_are_in_no_plan(db: Database, clock: StoppedClock) -> None:
    house = insights.make(db, clock)
    insight = insights.routed(house)
    assert run(house, themes.section, date(2026, 10, 1), date(2026, 12, 31)).lines
    with house.db.transaction() as session:
        session.merge(insight).restricted = True
    assert run(house, themes.section, date(2026, 10, 1), date(2026, 12, 31)).lines == ()


def test_releases_come_with_what_became_of_them(db: Database, clock: StoppedClock) -> None:
    house = after.make(db, clock)
    after.go_live(house)
    section = run(house, launches.section, date(2026, 10, 1), date(2026, 12, 31))
    assert section.lines == ("Atlas: nobody has said whether it met its aim; nothing escaped",)
    assert run(house, launches.section, date(2026, 7, 1), date(2026, 9, 30)).lines == ()


def test_the_quarter_follows_the_company_s_own_year(db: Database, clock: StoppedClock) -> None:
    house = world.make(db, clock, fiscal_year_starts="february")
    wait(house, berlin(4, 18, month=1, year=2027))
    found = plan(house)
    assert (str(found.quarter), str(found.before)) == ("February to April 2027", "November 2026 to January 2027")


def test_an_area_that_is_gone_keeps_its_bets_in_sight(house: House) -> None:
    bet(house, FRANK, "search")
    areas = [each for each in house.definitions.organisation.areas if each.id != "search"]
    fewer = world.organisation(areas=[each.model_dump(mode="json", exclude_unset=True) for each in areas])
    house = replace(house, definitions=replace(house.definitions, organisation=fewer))
    assert "*search, which the definitions no longer have*" in "\n".join(world.pages(house))
    assert [person.slack_id for person in run(house, rights.writers, "search")] == [FRANK]


def test_one_area_takes_part_and_the_other_is_not_asked(db: Database, clock: StoppedClock) -> None:
    house = world.opened(db, clock, ritual=world.RITUAL | {"areas": ["billing"]})
    assert [area.id for area in plan(house).areas] == ["billing"]
    assert "Search" not in world.asked(house, FRANK)
