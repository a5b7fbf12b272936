"""The health report: what the review of the system leaves, and what its packet says before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot import app
from bot.db import Database
from bot.definitions import Calendar
from bot.house import Finding, House
from bot.measures import report
from bot.reviews import flow as reviews
from bot.reviews.flow import Said
from bot.rituals.model import Occurrence
from tests.fakes import Promised, StoppedClock, make_house, promised
from tests.measures.test_formulas import occurrence, put
from tests.measures.world import ON_TIME, definitions
from tests.people import ALICE, BOB, PRODUCT_OPS, calendar
from tests.releases.launch import introduce
from tests.updates.team import berlin

HEALTH = {
    "id": "system-health", "name": "System health", "kind": "review", "purpose": "It stays light.", "owner": BOB,
    "channel": PRODUCT_OPS, "artifact": "Health report",
    "schedule": {"repeats": "every Wednesday", "prompt": "10:00", "cutoff": "12:00", "publish": "12:00"},
}  # fmt: skip
YIELD = {
    "id": "M2", "owner": BOB, "target": "90 %", "by": "2027-02-26", "baseline": {"value": "60 %", "source": "by hand"},
}  # fmt: skip


@pytest.fixture
def house(db: Database, clock: StoppedClock) -> House:
    rituals = [*calendar().model_dump(mode="json", exclude_unset=True)["rituals"], HEALTH]
    company = replace(definitions(ON_TIME, YIELD), calendar=Calendar.model_validate({"rituals": rituals}))

    def checks(_session: object, _house: House) -> list[Finding]:
        return [Finding("IN02", "insight:1", "It waits"), Finding("IN02", "insight:2", "It waits")]

    links = replace(app.LINKS, findings=(checks,), level_of=lambda finding: "error")
    house = make_house(db, company, clock=clock, links=links)
    with db.transaction() as session:
        introduce(session, house)
    for n, state in enumerate(("closed", "closed without output", "closed without output")):
        put(house, occurrence(date(2026, 11, 4) + timedelta(weeks=n), state))
    return house


def closed(house: House, artifact: str = "One field fewer") -> list[Promised]:
    """What is said as Bob closes the review of today."""
    at = berlin(25, 10)
    held = Occurrence(
        ritual_id="system-health", slot="2026-11-25T10:00", day=date(2026, 11, 25), opens_at=at, opened_at=at,
        cutoff_at=at + timedelta(hours=2), publish_at=at + timedelta(hours=2), state="in progress",
    )  # fmt: skip
    put(house, held)
    agreed = [Said("Drop the metric", ALICE, "2026-12-10")]
    with house.db.transaction() as session:
        reviews.close(session, house, BOB, str(held.id), artifact, "" if artifact else "Nothing", agreed=agreed)
    return promised(house.db, "review.artifact")


@pytest.mark.proves("A8")
def test_the_review_leaves_a_report_with_what_is_off_and_whose_it_is(house: House) -> None:
    (said,) = closed(house)
    assert said.channel == PRODUCT_OPS
    text = said.text
    assert "The change of this month\n• Drop the metric: Alice, until 10 Dec 2026\nOne field fewer" in text.replace(
        "*", ""
    )
    assert "🔴 Artifact yield: 33 %, off, target 90 % ·······▃ (no data" in text
    assert "33 %). Bob" in text
    assert "2 error" in text
    assert "Weekly product update: left nothing 2 times in a row" in text
    assert "What Drumbeat costs people" in text


def test_without_anything_left_there_is_no_report(house: House) -> None:
    assert closed(house, artifact="") == []


def test_where_slack_takes_pictures_one_stands_in_the_thread_and_the_text_says_the_same(house: House) -> None:
    for n in range(32):
        put(house, occurrence(date(2026, 4, 14) + timedelta(weeks=n), "closed", "roadmap-review"))
    said, picture = closed(replace(house, charts=True))
    assert (picture.method, picture.target) == ("post", said.id)
    chart, _words = picture.blocks
    assert chart["type"] == "data_visualization"
    assert [series["name"] for series in chart["chart"]["series"]] == ["M2"]
    assert "M2 Artifact yield" in picture.text
    assert "Artifact yield" in said.text


def test_its_packet_says_what_is_to_be_looked_at(house: House) -> None:
    with house.db.transaction() as session:
        lines = report.packet(session, house, "system-health")
        assert report.packet(session, house, "weekly-update") == []
    measure, checks, risk = lines
    assert measure.startswith("🔴 Artifact yield: 33 %, off")
    assert checks == "Checks: 2 error"
    assert risk == "Weekly product update: left nothing 2 times in a row"


@pytest.mark.proves("A8")
def test_what_is_off_and_nobodys_fails_its_definition_of_done(house: House) -> None:
    with house.db.transaction() as session:
        assert report.nobodys(session, house, "occurrence:1", "") == []
        nobodys = definitions({**YIELD, "owner": None}).measures
        house = replace(house, definitions=replace(house.definitions, measures=nobodys))
        assert report.nobodys(session, house, "occurrence:1", "") == ["Artifact yield"]
