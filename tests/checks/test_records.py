"""What the records must hold: each check finds the one thing that breaks it, and nothing where all is well."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import app, blocks
from bot.actions.model import Action
from bot.artifacts.model import ArtifactIssue, ArtifactOpened
from bot.audit import record
from bot.charter import flow as charter
from bot.checks import catalogue, flow, model
from bot.checks.model import Found
from bot.comms.model import Copy, Line
from bot.db import Base
from bot.decisions import listeners as decisions
from bot.decisions.model import DECIDED, PROPOSED, Decision
from bot.definitions import load
from bot.definitions.assumptions import Assumptions
from bot.definitions.measures import MeasureRules
from bot.delivery import outbox
from bot.errors import UserError
from bot.fills import FormFill
from bot.house import House
from bot.improvements.model import Improvement
from bot.insights.model import ACKNOWLEDGED, NEW, ROUTED, Insight, Spike
from bot.lookback.model import FOUND, SEARCHED, Captured, Surprise
from bot.people.directory import Directory, keep
from bot.people.model import Profile
from bot.pilot import notices, passing
from bot.prompts.model import DayMessage, Prompt, Reminding
from bot.registers.model import SORTS, Look
from bot.releases import course_listeners
from bot.releases.calls import Call
from bot.releases.happenings import Happening
from bot.releases.model import LIVE, ItemState, Release, SignOff, Snapshot
from bot.reviews.model import AuditedMeeting
from bot.rituals.model import CLOSED, CLOSED_WITHOUT_OUTPUT, SCHEDULED, Occurrence
from bot.shipped import folder
from tests.fakes import StoppedClock, make_house
from tests.people import ALICE, BOB
from tests.pilot.world import definitions as piloted
from tests.releases.launch import Keyboard
from tests.updates.team import Week

Make = Callable[[House], Sequence[Base]]
"""Records that are there."""
Situation = Callable[[House], House | None]
"""More than that: what people did, or other definitions."""
ANA, SAM, MARCUS, PRIYA = "U0ANA", "U0SAM", "U0MARCUS", "U0PRIYA"
ENOUGH = "Ana switches it off within 5 minutes if more than 1 % of the invoices fail"


def decision(house: House, **values: Any) -> Decision:
    now = house.clock.now()
    usual: dict[str, Any] = {
        "number": 42, "state": PROPOSED, "source": "", "raised_by": ALICE, "raised_at": now, "decider": BOB,
        "class_id": "area-priority", "needed_by": now.date() + timedelta(days=3), "question": "Which?",
    }  # fmt: skip
    return Decision(workspace_id=house.workspace_id, **(usual | values))


def decided(house: House, **values: Any) -> Decision:
    now = house.clock.now()
    usual: dict[str, Any] = {
        "state": DECIDED, "decided_at": now, "decision": "this", "options": "this\nthat", "why": "It is better.",
        "door": "easy", "review_on": now.date() + timedelta(days=30),
    }  # fmt: skip
    return decision(house, **(usual | values))


def insight(house: House, **values: Any) -> Insight:
    now = house.clock.now()
    usual: dict[str, Any] = {
        "number": 17, "state": NEW, "captured_at": now - timedelta(days=2), "what": "It fails.", "severity": "low",
        "due_at": now + timedelta(days=1), "area_id": "billing", "theme_id": "docs", "disposition": "",
    }  # fmt: skip
    return Insight(workspace_id=house.workspace_id, **(usual | values))


def late(house: House, days: int = 1) -> dict[str, Any]:
    return {"due_at": house.clock.now() - timedelta(days=days)}


def action(house: House, days: int) -> Action:
    now = house.clock.now()
    return Action(
        workspace_id=house.workspace_id, source="release:1", what="Write it", owner=ALICE, agreed_by=BOB,
        due_on=now.date() - timedelta(days=days), agreed_at=now,
    )  # fmt: skip


def surprise(house: House, state: str) -> Surprise:
    return Surprise(
        workspace_id=house.workspace_id, state=state, reported_by=ALICE, reported_at=house.clock.now(), words="A page"
    )


def meeting(house: House, days: int) -> AuditedMeeting:
    return AuditedMeeting(
        workspace_id=house.workspace_id, name="Sync", often="every week", minutes=30, people=5, link="", pain="",
        listed_by=BOB, listed_at=house.clock.now() - timedelta(days=days),
    )  # fmt: skip


def fills(house: House, minutes: int) -> list[FormFill]:
    at = house.clock.now() - timedelta(days=1)
    return [
        FormFill(
            workspace_id=house.workspace_id, form="a.b", title="Brief", view_id=f"V{n}", opened_at=at,
            seconds=60 * minutes,
        )
        for n in range(5)
    ]  # fmt: skip


def at_noon(house: House, days: int) -> datetime:
    """So many days from today."""
    return house.clock.now() + timedelta(days=days)


def day(house: House, days: int) -> date:
    return at_noon(house, days).date()


def release(house: House, **values: Any) -> Release:
    """A medium one that is well prepared, in three weeks."""
    usual: dict[str, Any] = {
        "id": 1, "name": "Atlas", "slug": "atlas", "owner": "ana@example.com", "target": day(house, 21),
        "confidence": "likely", "summary": "Invoices can be split.", "facts": ["asked-about"],
        "audience": "Support, and everybody who pays by invoice", "changes": "A second payer on an invoice",
        "monitoring": "Failed invoices, on the dashboard", "rollback": ENOUGH, "registered_at": at_noon(house, -30),
        "registered_by": ANA, "functions": [],
    }  # fmt: skip
    return Release(workspace_id=house.workspace_id, **(usual | values))


def happening(house: House, kind: str, **values: Any) -> Happening:
    return Happening(workspace_id=house.workspace_id, release_id=1, kind=kind, by=ANA, at=at_noon(house, -1), **values)


def item(house: House, number: int, evidence: str) -> ItemState:
    return ItemState(
        workspace_id=house.workspace_id, release_id=1, item_id=number, state="done", evidence=evidence,
        changed_by=PRIYA, changed_at=house.clock.now(),
    )  # fmt: skip


def sign_off(house: House, by: str) -> SignOff:
    return SignOff(
        workspace_id=house.workspace_id, release_id=1, function="support", said="ready", changed_by=by,
        changed_at=house.clock.now(),
    )  # fmt: skip


def let_go(house: House) -> list[Base]:
    shown = Snapshot(id=1, workspace_id=house.workspace_id, release_id=1, as_of=house.clock.now(), content={})
    call = Call(
        workspace_id=house.workspace_id, release_id=1, said="go", by=ANA, at=house.clock.now(), target=day(house, -1),
        tier="medium", advice="go", snapshot_id=1,
    )  # fmt: skip
    return [shown, call]


def line(house: House, step: str, audience: str, days: int, **values: Any) -> Line:
    return Line(
        workspace_id=house.workspace_id, release_id=1, step=step, group="affected", audience=audience,
        due_at=at_noon(house, days), for_day=day(house, 21), **values,
    )  # fmt: skip


def told(house: House, days: int) -> list[Base]:
    """Priya knows an old day, and so many days ago it changed."""
    old = line(house, "registered", "function:support", -20, id=1, state="sent")
    changed = line(house, "changed", "told", days, id=2, state="sent")
    copy = Copy(
        workspace_id=house.workspace_id, release_id=1, line_id=1, recipient=PRIYA, at=at_noon(house, -20),
        knows="Mon 7 Dec 2026", tier="medium",
    )  # fmt: skip
    return [release(house), old, changed, copy]


def capture(house: House, days: int) -> list[Base]:
    captured = Captured(
        workspace_id=house.workspace_id, release_id=1, capture_id="week", day=7, function="support",
        due_on=day(house, days), asked=[PRIYA], answers={},
    )  # fmt: skip
    return [release(house, state=LIVE, target=day(house, -9)), captured]


def held(house: House, *states: str, ritual: str = "roadmap-review") -> list[Base]:
    """A ritual's occurrences of the last weeks, the latest last."""
    return [
        Occurrence(
            workspace_id=house.workspace_id, ritual_id=ritual, state=state, ended_at=at_noon(house, -ago),
            slot=f"{day(house, -ago)}T10:00", day=day(house, -ago), opens_at=at_noon(house, -ago),
            cutoff_at=at_noon(house, -ago), publish_at=at_noon(house, -ago), opened_at=at_noon(house, -ago),
        )
        for ago, state in zip(range(14 * len(states), 0, -14), states, strict=True)
    ]  # fmt: skip


def planned(house: House, ritual: str, days: int) -> Occurrence:
    return Occurrence(
        workspace_id=house.workspace_id, ritual_id=ritual, state=SCHEDULED, slot=f"{day(house, days)}T10:00",
        day=day(house, days), opens_at=at_noon(house, days), cutoff_at=at_noon(house, days),
        publish_at=at_noon(house, days),
    )  # fmt: skip


def issue(house: House, artifact: str, days: int) -> ArtifactIssue:
    return ArtifactIssue(
        workspace_id=house.workspace_id, artifact_id=artifact, ref=f"occurrence:{-days}", at=at_noon(house, days),
        done={},
    )  # fmt: skip


def opened(house: House) -> ArtifactOpened:
    return ArtifactOpened(workspace_id=house.workspace_id, artifact_id="weekly-digest", day=day(house, -2), count=1)


def spike(house: House) -> Spike:
    """Its time is over, and nobody has talked about it."""
    return Spike(
        workspace_id=house.workspace_id, area_id="billing", theme_id="docs", ritual_id="insights-review",
        found_at=at_noon(house, -40), accounts=9, high=0, insights=["I-17"], until=at_noon(house, -10),
    )  # fmt: skip


def idea(house: House, days: int) -> Improvement:
    return Improvement(
        workspace_id=house.workspace_id, friction="Twice", better="Once", author=ANA, brought_at=at_noon(house, days)
    )


def looks(house: House) -> list[Base]:
    return [Look(workspace_id=house.workspace_id, sort=sort, by=SAM, at=house.clock.now()) for sort in SORTS]


def messages(house: House, count: int) -> list[Base]:
    """So many in the last whole week."""
    return [
        DayMessage(
            workspace_id=house.workspace_id, person=ANA, day=date(2026, 11, 16), what=f"again {n}", message_id=n,
            sent_at=house.clock.now(),
        )
        for n in range(count)
    ]  # fmt: skip


def let_pass(house: House, times: int) -> list[Base]:
    """Five people were asked the same on several days, and nobody answered."""
    return [
        Prompt(
            workspace_id=house.workspace_id, person=f"U{n}", key=f"{n}:{time}", kind="update", ref="",
            at=at_noon(house, -time), deadline=at_noon(house, -time), prompted_at=at_noon(house, -time - 1),
        )
        for n in range(5)
        for time in range(7, 7 * times + 1, 7)
    ]  # fmt: skip


def reminded(house: House, silent: int) -> list[Base]:
    return [
        Reminding(
            workspace_id=house.workspace_id, person=f"U{n}", profile="none" if n < silent else "standard",
            chosen_at=at_noon(house, -1),
        )
        for n in range(10)
    ]  # fmt: skip


def nobody_there(house: House, *people: str) -> None:
    with house.db.transaction() as session:
        session.execute(update(Profile).where(Profile.slack_id.in_(people)).values(active=False))


def approved(house: House, *, by: str) -> None:
    with house.db.transaction() as session:
        charter.keep_in_step(session, house)
        if by:
            charter.approve(session, house, by, "1")


def all_of(house: House, owner: str) -> House:
    """The same calendar, of which one person owns everything."""
    rituals = tuple(each.model_copy(update={"owner": owner}) for each in house.definitions.calendar.rituals)
    calendar = house.definitions.calendar.model_copy(update={"rituals": rituals})
    return replace(house, definitions=replace(house.definitions, calendar=calendar), version=1)


def measuring(house: House, **measure: Any) -> House:
    rules = MeasureRules.model_validate({"measures": [{"id": "M2", **measure}]})
    return replace(house, definitions=replace(house.definitions, measures=rules), version=1)


def assuming(house: House, days: int) -> House:
    assumed = {
        "what": "organisation.profile.pods", "value": "Two", "owner": "ana@example.com",
        "confirm_by": str(day(house, days)), "why": "nobody knew",
    }  # fmt: skip
    found = Assumptions.model_validate({"assumptions": [assumed]})
    return replace(house, definitions=replace(house.definitions, assumptions=found), version=1)


def new_to_people(house: House, *, tell: bool) -> House:
    """The weekly update is held for the first time on Wednesday, and the people were told what changes."""
    week = Week(house.db, piloted(), links=app.LINKS)
    if tell:
        week.run(notices.send, BOB, "weekly-update", "You write it.", "To know.", "2026-11-25", BOB)
    return week.house


def gate_passed(house: House, early: Sequence[str]) -> House:
    house = replace(house, definitions=piloted("try"), version=1)
    with house.db.transaction() as session:
        record(
            session, house, passing.PASSED, "box:try", actor=SAM, reason="It is worth it", early=list(early),
            evidence={}, version=1,
        )  # fmt: skip
    return house


def posted(house: House, times: int) -> None:
    with house.db.transaction() as session:
        for n in range(times):
            said = blocks.message(blocks.section(f"Digest {n}"))
            outbox.post(session, house, "C0UPDATES", said, kind="update.digest", dedupe=f"digest {n}", routine=True)


def types(house: House, words: str) -> None:
    handler = decisions.for_others_to_decide(words)
    if handler is not None:
        Keyboard(ANA).does(house, handler, text=words)


def calls(house: House, who: str) -> None:
    with house.db.transaction() as session:
        session.add(release(house))
    try:
        Keyboard(who).does(house, course_listeners.open_call, value="1")
    except UserError:
        assert who == SAM


RECORDS: Sequence[tuple[str, Make, Make]] = (
    ("AR03", lambda h: fills(h, 19), lambda h: fills(h, 5)),
    ("CA02", lambda h: [meeting(h, 15)], lambda h: [meeting(h, 10)]),
    ("DE01", lambda h: [decision(h, needed_by=None)], lambda h: [decision(h)]),
    ("DE03", lambda h: [decided(h, options="this")], lambda h: [decided(h)]),
    ("DE03", lambda h: [decided(h, door="hard")], lambda h: [decided(h, door="hard", revisit="Fewer than 5")]),
    ("DE04", lambda h: [decision(h, needed_by=date(2026, 1, 5))], lambda h: [decision(h)]),
    ("DE04", lambda h: [decided(h, review_on=date(2026, 1, 5))], lambda h: [decided(h)]),
    ("IN01", lambda h: [insight(h, source_id="support", captured_at=h.clock.now() - timedelta(days=31))],
     lambda h: [insight(h, source_id="support")]),
    ("IN02", lambda h: [insight(h, **late(h))], lambda h: [insight(h)]),
    ("IN04", lambda h: [insight(h, state=ROUTED, owner=ALICE, **late(h))],
     lambda h: [insight(h, state=ROUTED, owner=ALICE)]),
    ("IN05", lambda h: [insight(h, state=ACKNOWLEDGED, owner=ALICE, **late(h))],
     lambda h: [insight(h, state=ACKNOWLEDGED, owner=ALICE)]),
    ("IN06", lambda h: [insight(h, state="decided", disposition="declined", decided_at=h.clock.now())],
     lambda h: [insight(h, state="decided", disposition="declined", reason="No.", decided_at=h.clock.now())]),
    ("IN07", lambda h: [insight(h, severity="high")], lambda h: [insight(h, severity="high", proof="12 tickets")]),
    ("IN08", lambda h: [insight(h, state="decided", decided_at=h.clock.now() - timedelta(days=9))],
     lambda h: [insight(h, state="decided", decided_at=h.clock.now() - timedelta(days=3))]),
    ("IN10", lambda h: [insight(h, number=n, theme_id="") for n in range(1, 6)],
     lambda h: [insight(h, number=n) for n in range(1, 6)]),
    ("DA02", lambda h: [insight(h, restricted=True, message_id=1)], lambda h: [insight(h, restricted=True)]),
    ("RE12", lambda h: [action(h, 15)], lambda h: [action(h, 13)]),
    ("RE13", lambda h: [surprise(h, SEARCHED)], lambda h: [surprise(h, FOUND)]),
    ("AR02", lambda h: [issue(h, "roadmap-view", -26)], lambda h: [issue(h, "roadmap-view", -10)]),
    ("AR05", lambda h: [issue(h, "weekly-digest", -70), issue(h, "weekly-digest", -7)],
     lambda h: [issue(h, "weekly-digest", -70), issue(h, "weekly-digest", -7), opened(h)]),
    ("CA04", lambda h: held(h, *[CLOSED_WITHOUT_OUTPUT] * 3),
     lambda h: held(h, CLOSED_WITHOUT_OUTPUT, CLOSED, *[CLOSED_WITHOUT_OUTPUT] * 2)),
    ("IN06", lambda h: [insight(h, state="decided", disposition="parked", decided_at=h.clock.now())],
     lambda h: [insight(h, state="decided", disposition="parked", answer_by=day(h, 30), decided_at=h.clock.now())]),
    ("IM08", lambda h: [idea(h, -31)], lambda h: [idea(h, -29)]),
    ("IM09", lambda h: [], looks),
    ("IN09", lambda h: [spike(h)], lambda h: [spike(h), planned(h, "insights-review", 3)]),
    ("IN09", lambda h: [spike(h)], lambda h: [spike(h), *held(h, CLOSED, ritual="insights-review")]),
    ("NO01", lambda h: messages(h, 6), lambda h: messages(h, 5)),
    ("NO02", lambda h: reminded(h, 2), lambda h: reminded(h, 1)),
    ("NO03", lambda h: let_pass(h, 3), lambda h: let_pass(h, 2)),
    ("RE01", lambda h: [release(h, target=day(h, 5), rollback="We do")], lambda h: [release(h, target=day(h, 5))]),
    ("RE01", lambda h: [release(h, facts=[], target=day(h, 0), rollback=" ")],
     lambda h: [release(h, facts=[], target=day(h, 0), rollback="A flag")]),
    ("RE02", lambda h: [release(h), happening(h, "tier", before="high", after="medium")],
     lambda h: [release(h), happening(h, "tier", before="high", after="medium", because="The price stays")]),
    ("RE03", lambda h: [release(h, target=day(h, 5), registered_at=h.clock.now())],
     lambda h: [release(h, target=day(h, 8), registered_at=h.clock.now())]),
    ("RE03", lambda h: [release(h, target=day(h, 5), registered_at=h.clock.now())],
     lambda h: [release(h, target=day(h, 5), registered_at=h.clock.now()), happening(h, "moved", because="A fair")]),
    ("RE04", lambda h: [release(h, target=day(h, 1))], lambda h: [release(h, target=day(h, 5))]),
    ("RE05", lambda h: [release(h), item(h, 17, " ")], lambda h: [release(h), item(h, 17, "the macros")]),
    ("RE06", lambda h: [release(h, target=day(h, 1))], lambda h: [release(h, target=day(h, 5))]),
    ("RE06", lambda h: [release(h), sign_off(h, ANA)], lambda h: [release(h), sign_off(h, PRIYA)]),
    ("RE07", lambda h: [release(h, state=LIVE, target=day(h, -1)), happening(h, LIVE)],
     lambda h: [release(h, state=LIVE, target=day(h, -1)), happening(h, LIVE), *let_go(h)]),
    ("RE07", lambda h: [release(h, state=LIVE, hotfix=True, target=day(h, -2)), happening(h, LIVE)],
     lambda h: [release(h, state=LIVE, hotfix=True, target=day(h, -1)), happening(h, LIVE)]),
    ("RE08", lambda h: told(h, -3), lambda h: told(h, 0)),
    ("RE09", lambda h: [release(h, target=day(h, 5), functions=["support"])],
     lambda h: [release(h, target=day(h, 5), functions=["support"]), line(h, "live", "function:support", 5)]),
    ("RE09", lambda h: [release(h, target=day(h, 5), functions=["support"])],
     lambda h: [release(h, target=day(h, 9), functions=["support"])]),
    ("RE10", lambda h: [release(h, rollback="We will somehow get it back then")], lambda h: [release(h)]),
    ("RE10", lambda h: [release(h, facts=["terms"], target=day(h, 2))],
     lambda h: [release(h, facts=["terms"], target=day(h, 2)), item(h, 10, "the record")]),
    ("RE11", lambda h: capture(h, -5), lambda h: capture(h, -1)),
)  # fmt: skip
"""By check: records that break it, and such that do not."""


SITUATIONS: Sequence[tuple[str, Situation, Situation]] = (
    ("BO02", lambda h: types(h, "What should we build first?"), lambda h: types(h, "status billing")),
    ("BO03", lambda h: calls(h, SAM), lambda h: calls(h, ANA)),
    ("BO05", lambda h: all_of(h, "sam@example.com"), lambda h: all_of(h, "ana@example.com")),
    ("CH04", lambda h: approved(h, by=""), lambda h: approved(h, by=MARCUS)),
    ("DE02", lambda h: nobody_there(h, MARCUS), lambda h: nobody_there(h, ANA)),
    ("IM02", lambda h: measuring(h, owner="product_ops"), lambda h: None),
    ("IM03", lambda h: measuring(h), lambda h: measuring(h, owner="product_ops")),
    ("IM04", lambda h: assuming(h, -1), lambda h: assuming(h, 0)),
    ("IM06", lambda h: new_to_people(h, tell=False), lambda h: new_to_people(h, tell=True)),
    ("IM07", lambda h: gate_passed(h, ["it was held once"]), lambda h: gate_passed(h, [])),
    ("NO02", lambda h: posted(h, 3), lambda h: posted(h, 2)),
    ("OM02", lambda h: nobody_there(h, ANA), lambda h: nobody_there(h)),
)
"""By check: what breaks it, and what does not."""

CASES: Sequence[tuple[str, Situation, Situation]] = (
    *((rule, lambda h, make=broken: add(h, make), lambda h, make=well: add(h, make)) for rule, broken, well in RECORDS),
    *SITUATIONS,
)


def add(house: House, make: Make) -> None:
    with house.db.transaction() as session:
        for row in make(house):
            session.add(row)
            # What comes later may belong to it.
            session.flush()


@pytest.fixture
def house(house: House, clock: StoppedClock) -> House:
    """The company that ships, all of whose people are in Slack."""
    definitions = load(folder("cadences"), app.KINDS).definitions
    assert definitions is not None
    house = replace(make_house(house.db, clock=clock, links=app.LINKS), definitions=definitions)
    members = tuple(
        {"id": f"U0{each.name.split()[0].upper()}", "profile": {"email": each.email}, "tz": "Europe/Berlin"}
        for each in definitions.organisation.people
    )
    with house.db.transaction() as session:
        keep(session, house, Directory(members, ()))
    return house


@pytest.mark.proves(each="rule")
@pytest.mark.parametrize(("rule", "broken", "well"), CASES)
def test_a_check_finds_what_breaks_it(house: House, rule: str, broken: Situation, well: Situation) -> None:
    found = [each for each in found_with(house, broken) if each.rule == rule]
    assert found
    for each in found:
        assert not each.says["action_id"] or (each.says["action_id"] in BUTTONS and each.says["value"])
        assert each.level == catalogue.of(rule).level_of(worse=each.level == "error")


@pytest.mark.parametrize(("rule", "broken", "well"), CASES)
def test_a_check_finds_nothing_where_all_is_well(house: House, rule: str, broken: Situation, well: Situation) -> None:
    assert rule not in {each.rule for each in found_with(house, well)}


BUTTONS = app.tables().actions


def found_with(house: House, make: Situation) -> list[Found]:
    house = make(house) or house
    house.db.call(flow.look, house)
    return house.db.call(model.open_now, house)
