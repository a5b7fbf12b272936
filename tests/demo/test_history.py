"""The demo's past: lived through with the bot's own verbs, so it holds together."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import timers
from bot.checks import model
from bot.clock import to_millis
from bot.decisions.model import DECIDED, PROPOSED, REJECTED, SUPERSEDED, Decision
from bot.decisions.turns import turns_of
from bot.delivery.model import SENT
from bot.demo import history
from bot.demo.story import STORIES, WEEKS
from bot.house import House
from bot.improvements import model as improvements
from bot.insights import model as insights
from bot.insights.model import Insight
from bot.measures import standing as measures
from bot.pack.sections import gather
from bot.pilot import progress
from bot.prompts.model import DayMessage, Prompt
from bot.quarter import assembling
from bot.quarter import model as quarter
from bot.reviews import packet, yields
from bot.rituals import model as occurrences
from bot.rituals.model import Occurrence
from bot.roadmap import review, standing
from bot.rubric import flow as rubric
from bot.timers import Timer
from bot.updates import model as updates
from tests.fakes import promised
from tests.past import PROMPT, Past

WEEKLY = "weekly-product-update"


def test_the_past_holds_together(lived_through: House) -> None:
    house = lived_through

    with house.db.transaction() as session:
        assert closed_weeks(session) == WEEKS
        assert next_opening(session, house) == PROMPT
        assert answered_last_week(session, house) == set(STORIES) - {"admin"}
        # The question that has just been raised: its decider, and whom its class consults.
        asked = {"prompts.due:U0MARCUS", "prompts.due:U0NORA", "prompts.due:U0AMARA"}
        # The bundle that was published right before: who has not confirmed it.
        asked |= {"prompts.due:U0TOM", "prompts.due:U0CARLOS"}
        # The bets that were raised last: whom their class consults.
        asked |= {"prompts.due:U0LENA", "prompts.due:U0YUSUF"}
        assert set(forgotten_timers(session, house)) == asked

        classes_and_areas_are_of_the_company(session, house)
        an_entry_stands_in_every_state(session, house)
        the_roadmap_has_moved(session, house)
        a_quarter_is_in_the_making(session, house)
        meetings_have_left_something(session, house)
        the_system_itself_is_at_work(session, house)
        asking, over = messages_that_ask(session, house)

        everybody_was_told(session, house)

    said = [each for each in promised(house.db) if each.state != SENT]
    assert asking <= {each.id for each in said}, "else nobody could be asked anything more on that day"
    assert over and not over & {each.id for each in said}, "nobody can do any more what is over"
    threads = {"release.thread", "comms.thread", "bundle.published"}
    lasting = {"update.digest", "decision.card", "decision.view", "release.card", *threads}
    lasting |= {"insights.announced", "insights.card", "review.card", *history.LAST_OF}
    assert {each.kind for each in said} == lasting | {"prompts.day"}
    cards = [each.text.splitlines()[0] for each in said if each.kind == "release.card"]
    assert sorted(cards) == [
        "Atlas: 🔴 Hold", "Camera scan: 🟢 Go, called", "Network tokens: 🟠 Go with conditions",
        "Quick refunds: 🟢 Live", "SEPA direct debit: 🟢 Live",
    ]  # fmt: skip
    assert any("7 of 8 areas answered" in each.text for each in said)


def a_quarter_is_in_the_making(session: Session, house: House) -> None:
    """After one that was closed; some areas have given all, of others it says what is missing."""
    (ritual,) = [each for each in house.definitions.calendar.rituals if each.kind == quarter.KIND]
    occurrence = quarter.latest(session, house, ritual.id)
    assert occurrence is not None
    found = assembling.assemble(session, house, ritual, occurrence)
    last = quarter.previous(session, house, occurrence)
    assert last is not None and last.artifact == f"Quarterly planning: {found.before}"
    assert len(quarter.versions(session, house, last.id)) == 1
    assert {area.id for area in found.areas if area.is_complete} == {
        "billing",
        "payments",
        "onboarding",
        "integrations",
    }
    assert {area.id for area in found.areas if area.is_silent} == {"mobile", "admin"}
    assert [each.people for each in found.frictions] == [2, 1, 1]
    assert len([each for _area, each in found.bets if each.decision]) == 3


def meetings_have_left_something(session: Session, house: House) -> None:
    """But one, whose report is stale; the roadmap review is open, with what was agreed in it before."""
    assert "○" in yields.of(session, house, "system-health").dots
    assert yields.of(session, house, "roadmap-review").dots == "●●●●●"
    occurrence = occurrences.running(session, house, "roadmap-review")
    assert occurrence is not None and occurrence.state in occurrences.RUNNING
    found = packet.gather(session, house, house.definitions.calendar.rituals[1], occurrence)
    assert (len(found.open_actions), found.done.in_time, found.done.due) == (2, 2, 3)


def the_system_itself_is_at_work(session: Session, house: House) -> None:
    """Nothing is missing in its pack, and what stands there is not too good to be true."""
    pack = gather(session, house)
    assert (pack.complete, pack.reasons) == (len(pack.must_haves), [])
    assert [(card.total, card.passes) for card in rubric.scorecards(session, house)] == [(21, True), (14, False)]
    figures = {each.id: each for each in measures.measured(session, house)}
    assert all(figures[id].current is not None for id in ("M1", "M2", "M3", "M8", "M9", "M12", "M13", "M14"))
    assert not figures["M7"].met, "a launch went out before everybody had read its bundle"
    assert len(improvements.waiting(session, house)) == 2 and len(improvements.under_way(session, house)) == 1
    stands = progress.look(session, house)
    assert stands is not None and (stands.box.id, stands.day) == ("all", 75)

    found = model.every(session, house).values()
    assert not [each.says["message"] for each in found if each.level == "error"]
    assert {"IM08", "DE03", "DE04", "RE11", "AR02"} <= {each.rule for each in found}


def everybody_was_told(session: Session, house: House) -> None:
    """What became of what they brought; only what is open waits for anybody."""
    found = session.scalars(select(Insight)).all()
    assert len([each for each in found if each.state == insights.CLOSED]) > 5
    assert not [each.ref for each in found if each.state == insights.DECIDED]


def test_every_story_is_about_an_area_of_the_company(past: Past) -> None:
    assert set(STORIES) == {area.id for area in past.definitions.organisation.areas}
    assert all(len(story.colours) == WEEKS and len(story.work) == WEEKS + 2 for story in STORIES.values())


def messages_that_ask(session: Session, house: House) -> tuple[set[int], set[int]]:
    """Those that can still be answered in time, and those of days gone by that nobody can answer any more."""
    now = house.clock.now()
    asked = session.execute(
        select(DayMessage, Prompt).join(Prompt, Prompt.day_message_id == DayMessage.id).order_by(Prompt.id)
    ).all()  # fmt: skip
    in_time = [(sent, each) for sent, each in asked if each.deadline is None or each.deadline > now]
    asking = {sent.message_id for sent, each in in_time if each.ended_at is None}
    long_ago = {sent.message_id for sent, _ in asked if now - sent.sent_at > timedelta(days=2)}
    return asking, long_ago - {sent.message_id for sent, _ in in_time}


def classes_and_areas_are_of_the_company(session: Session, house: House) -> None:
    found = session.scalars(select(Decision)).all()
    assert {each.area_id for each in found if each.class_id != "pricing"} <= set(STORIES)
    assert {each.class_id for each in found if each.completed_at} == {"area-priority", "pricing"}
    assert {"area-priority", "pricing"} <= {each.id for each in house.definitions.decision_classes}


def an_entry_stands_in_every_state(session: Session, house: House) -> None:
    today = house.clock.now().astimezone(house.definitions.organisation.zone).date()
    found = session.scalars(select(Decision)).all()
    overdue = [each for each in found if each.state == PROPOSED and each.needed_by and each.needed_by < today]
    assert {each.state for each in found} == {PROPOSED, DECIDED, REJECTED, SUPERSEDED}
    connectors = next(each for each in overdue if "old connectors" in each.question)
    assert len(turns_of(session, house, connectors)) > 1, "its backup was asked, too"
    assert any(each.state == DECIDED and each.review_on and each.review_on <= today for each in found)
    assert any(each.state == PROPOSED and each.needed_by and each.needed_by > today for each in found)


def the_roadmap_has_moved(session: Session, house: House) -> None:
    found = standing.compile(session, house, "", review.since(session, house))
    assert [area.id for area in found.areas] == list(STORIES)
    assert all(2 <= len(area.items) <= 4 for area in found.areas)
    assert found.since.reviewed
    assert len(found.moved) == 5
    assert [move.item.name for move in found.not_doing] == ["Watch app"]


def closed_weeks(session: Session) -> int:
    query = select(Occurrence).where(Occurrence.ritual_id == WEEKLY, Occurrence.state == occurrences.CLOSED)
    return len(session.scalars(query).all())


def next_opening(session: Session, house: House) -> object:
    upcoming = occurrences.upcoming(session, house, WEEKLY)
    return upcoming and upcoming.opens_at


def answered_last_week(session: Session, house: House) -> set[str]:
    last = occurrences.latest_published(session, house, WEEKLY)
    assert last is not None
    return set(updates.submitted(session, house, last.id))


def forgotten_timers(session: Session, house: House) -> list[str]:
    """Those that are due already: the bot would fire them as it starts."""
    due = select(Timer.key).where(timers.ARMED, Timer.due_at <= to_millis(house.clock.now()))
    return list(session.scalars(due))
