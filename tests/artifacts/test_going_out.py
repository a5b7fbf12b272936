"""As an artifact goes out: what it lacks is said in it and told once, what goes wrong holds nothing up, all is kept."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot import app, blocks
from bot.artifacts import model
from bot.artifacts.library import Library
from bot.artifacts.model import ArtifactIssue
from bot.db import Database
from bot.decisions import flow as decisions
from bot.house import DecisionDraft, House
from bot.reviews import flow as reviews
from bot.updates.answer import GREEN, Answer
from tests.artifacts.world import DIGEST, definitions, library
from tests.decisions.log import ENTRY, settled
from tests.fakes import promised
from tests.people import ALICE, BOB, CHARLIE, UPDATES
from tests.reviews.test_reviews import ReviewDesk
from tests.rituals import desk as rituals
from tests.updates.team import Week, berlin

LACKS = "Not done yet: Mobile has no owner."


def issues(house: House, artifact_id: str = "weekly-digest") -> list[ArtifactIssue]:
    with house.db.transaction() as session:
        return list(model.last_issues(session, house, artifact_id))


def news(db: Database, person: str) -> str:
    """All that the day messages tell somebody, as they read now."""
    latest = {each.target or each.id: each.text for each in promised(db, channel=person) if "prompts" in each.kind}
    return "\n".join(latest.values())


@pytest.mark.proves("R31")
def test_what_a_digest_lacks_stands_in_it_and_is_kept(week: Week) -> None:
    week.until(berlin(26, 17))
    assert week.digest()[0].endswith(LACKS)
    (issue,) = issues(week.house)
    assert (issue.ref, issue.at, issue.link) == (f"occurrence:{week.occurrence().id}", berlin(26, 16), "")
    assert issue.done == {"every-area-accounted-for": ["Mobile"], "posted-by 16:00": []}
    (posted, *_thread) = promised(week.db, "update.digest")
    assert issue.message_id == posted.id


def test_a_digest_that_lacks_nothing_says_nothing_of_it(week: Week) -> None:
    week.until(berlin(26, 12))
    week.submit("mobile", by=BOB)
    week.until(berlin(27, 12))
    assert "Not done yet" not in week.digest()[0]
    assert [issue.failed for issue in issues(week.house)] == [{}]
    assert "not done yet" not in news(week.db, CHARLIE) + news(week.db, BOB)


def test_its_owner_and_product_ops_hear_once_what_mends_it(week: Week) -> None:
    week.until(berlin(27, 12))
    for person in (CHARLIE, BOB):
        told = news(week.db, person)
        assert "*Weekly digest: not done yet*\nThu 26 Nov 2026: Mobile has no owner.\nName an owner for it" in told
    assert "not done yet" not in news(week.db, ALICE)
    week.submit("billing", Answer(status=GREEN, next="More"))
    week.until(berlin(30, 18))
    assert news(week.db, CHARLIE).count("Mobile has no owner") == 1


def test_what_is_mended_before_anybody_was_shown_is_not_told(db: Database) -> None:
    whole = {**DIGEST, "owner": "product", "done": DIGEST["done"][:1]}
    in_the_evening = definitions(whole, schedule={"publish": "+1 day 18:00"})
    week = Week(db, in_the_evening, links=app.LINKS)
    week.until(berlin(26, 19))
    assert issues(week.house)[0].failed != {}
    week.submit("mobile", by=BOB)
    assert "Not done yet" not in week.digest()[0], "the digest follows"
    week.until(berlin(27, 12))
    assert "not done yet" not in news(db, BOB)


def test_a_team_without_a_library_posts_as_before(db: Database) -> None:
    week = Week(db, replace(definitions(), artifacts=None), links=app.LINKS)
    week.until(berlin(27, 12))
    assert "Not done yet" not in week.digest()[0]
    assert issues(week.house) == []


def breaks(_session: Session, _house: House, _ref: str, _value: str) -> list[str]:
    raise ZeroDivisionError


def breaks_the_transaction(session: Session, _house: House, _ref: str, _value: str) -> list[str]:
    session.connection().exec_driver_sql("SELECT nothing FROM nowhere")
    return []


@pytest.mark.parametrize("test", [breaks, breaks_the_transaction])
def test_a_test_that_breaks_holds_nothing_up(any_db: Database, test: Any) -> None:
    links = replace(app.LINKS, done_tests={**app.LINKS.done_tests, "every-area-accounted-for": test})
    week = Week(any_db, definitions(), links=links)
    with capture_logs() as logged:
        week.until(berlin(27, 12))
    assert [each["what"] for each in logged if each["log_level"] == "error"] == ["every-area-accounted-for"]
    assert "Not done yet" not in week.digest()[0]
    assert issues(week.house)[0].done == {"posted-by 16:00": []}, "what nobody could tell is not said to hold"


def test_words_that_break_hold_nothing_up(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.artifacts.messages.DONE", "artifacts/gone.txt.j2")
    with capture_logs():
        week.until(berlin(27, 12))
    assert "Not done yet" not in week.digest()[0]
    assert week.digest()[0].startswith("Weekly product update")


def test_telling_that_breaks_holds_nothing_up(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.artifacts.telling.messages.not_done", breaks)
    with capture_logs():
        week.until(berlin(27, 12))
    assert week.digest()[0].endswith(LACKS)


def test_a_message_with_no_room_for_the_line_goes_out_without_it() -> None:
    full = blocks.message(*(blocks.divider() for _ in range(49)), blocks.section("The end"))
    assert blocks.noted(full, "Not done yet") == full
    assert blocks.noted(blocks.message(blocks.section("Short")), "").text == "Short"
    assert (
        blocks.noted(blocks.message(blocks.section("Short")), "A <line> & more").text
        == "Short\nA &lt;line&gt; &amp; more"
    )


# Decisions.


def noted(week: Week, text: str) -> str:
    return week.run(decisions.log_draft, DecisionDraft(ALICE, text, True, "weekly update, Billing"))


def test_a_decision_noted_without_options_is_told_until_it_is_completed(week: Week) -> None:
    week.until(berlin(25, 12))
    ref = noted(week, "drop the export")
    assert [(each.ref, each.failed) for each in issues(week.house, "decision-record")] == [
        (f"decision:{ref}", {"two-options": [ref]})
    ]
    settled(week.house, ref, replace(ENTRY, decider=ALICE))
    assert [each.failed for each in issues(week.house, "decision-record")] == [{}]
    week.until(berlin(27, 12))
    assert "two options" not in news(week.db, ALICE) + news(week.db, BOB)


def test_what_was_not_shown_yet_is_said_together_each_to_whom_it_concerns(week: Week) -> None:
    week.until(berlin(25, 18))
    first, second = noted(week, "drop the export"), noted(week, "end the free plan")
    other = week.run(decisions.log_draft, DecisionDraft(CHARLIE, "answer within a day", True, "weekly update, Help"))
    third = noted(week, "keep the trial")
    week.until(berlin(26, 17))
    to_bob, to_alice, to_charlie = (news(week.db, person) for person in (BOB, ALICE, CHARLIE))
    assert to_bob.count("*Decision record: not done yet*") == 1
    for ref, text in (
        (first, to_bob),
        (second, to_bob),
        (other, to_bob),
        (first, to_alice),
        (third, to_alice),
        (other, to_charlie),
    ):
        assert f"{ref} has fewer than two options" in text
    assert other not in to_alice and first not in to_charlie


# Reviews.


REVIEWED = {
    "id": "roadmap-view",
    "name": "Roadmap view",
    "owner": "support",
    "audience": "everybody",
    "ritual": "roadmap",
    "sections": ["What moved"],
    "done": [{"says": "In time", "test": "posted-within 24 hours"}],
}


@pytest.fixture
def desk(db: Database) -> ReviewDesk:
    desk = ReviewDesk(db)
    desk.house = replace(desk.house, definitions=replace(desk.house.definitions, artifacts=library(REVIEWED)))
    desk.until(rituals.berlin(25, 12))
    return desk


@pytest.mark.parametrize(
    ("artifact", "link"),
    [("See https://example.com/roadmap for it", "https://example.com/roadmap"), ("A page on the wall", "")],
)
def test_a_review_that_people_closed_with_what_it_left_counts(desk: ReviewDesk, artifact: str, link: str) -> None:
    desk.close(artifact)
    (issue,) = issues(desk.house, "roadmap-view")
    assert (issue.link, issue.failed) == (link, {})
    assert issue.message_id == promised(desk.db, "review.card")[0].id, "its card says what it left"


def test_a_review_that_left_nothing_does_not(desk: ReviewDesk) -> None:
    desk.close(reason="Nobody came")
    assert issues(desk.house, "roadmap-view") == []


def test_what_drumbeat_makes_as_a_review_closes_says_what_it_lacks(desk: ReviewDesk) -> None:
    links = replace(desk.house.links, artifacts=(lambda *_: [blocks.message(blocks.section("The roadmap"))],))
    desk.house = replace(desk.house, links=links)
    desk.until(rituals.berlin(27, 15))
    desk.run(reviews.close, ALICE, "1", "Roadmap view", "")
    (posted,) = promised(desk.db, "review.artifact", UPDATES)
    assert posted.text == "The roadmap\nNot done yet: it came 25 hours after its ritual, not within 24 hours."
    assert issues(desk.house, "roadmap-view")[0].message_id == posted.id


def test_each_artifact_is_kept_for_its_own_workspace(week: Week) -> None:
    week.until(berlin(26, 17))
    assert issues(replace(week.house, workspace_id="T0OTHER")) == []


def test_what_the_library_does_not_have_is_neither_tested_nor_kept(week: Week) -> None:
    checked = week.run(Library().check, "ritual:other", "occurrence:1")
    assert (checked.failed, checked.note) == ({}, "")
    week.run(Library().issued, checked, 1)
    assert issues(week.house, "other") == []
