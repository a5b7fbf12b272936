"""What an edit changes, when it moves what, and what a week costs: worked out from the definitions alone."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.definitions import Calendar, DecisionRules, Definitions, InsightRules, Organisation
from bot.definitions.budget import Load
from bot.edits import burden, outlook
from bot.edits.changes import as_texts, compare
from tests import people
from tests.people import ALICE, BOB, CHARLIE

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def definitions(*rituals: dict[str, Any], areas: int = 1) -> Definitions:
    """Alice owns some areas; the weekly update asks her, unless other rituals are given."""
    organisation = people.organisation().model_dump(mode="json", exclude_unset=True)
    organisation["areas"] = [
        {"id": f"a{n}", "name": f"Area {n}", "owner": ALICE, "forum": "#areas"} for n in range(1, areas + 1)
    ]
    return Definitions(
        Organisation.model_validate(organisation), Calendar.model_validate({"rituals": rituals or (weekly(),)})
    )


def weekly(**changes: Any) -> dict[str, Any]:
    schedule = {
        "repeats": "every Wednesday",
        "zone": "person",
        "prompt": "10:00",
        "reminder": "+1 day 10:00",
        "cutoff": "+1 day 14:00",
        "publish": "+1 day 16:00",
    }
    schedule |= changes.pop("schedule", {})
    plain = {"id": "weekly", "name": "Weekly", "kind": "weekly_update", "purpose": "To see.", "owner": BOB}
    return {**plain, "artifact": "Digest", "schedule": schedule, **changes}


def review(**changes: Any) -> dict[str, Any]:
    schedule = {"repeats": "every Friday", "prompt": "09:00", "cutoff": "17:00", "publish": "17:00"}
    return weekly(id="review", name="Review", kind="review", **changes) | {"schedule": schedule}


def test_the_same_definitions_have_no_changes() -> None:
    assert compare(definitions(), definitions()) == []


def test_what_is_added_dropped_and_changed_is_told_by_the_keys_of_the_file() -> None:
    after = definitions(
        weekly(owner=CHARLIE, agenda=["5 min. News"], schedule={"cutoff": "+1 day 15:00"}), review(), areas=2
    )

    assert as_texts(compare(definitions(), after)) == [
        f"ritual weekly (Weekly) changed: owner: {BOB} → {CHARLIE}; schedule.cutoff: +1 day 14:00 → +1 day 15:00;"
        " agenda: + 5 min. News",
        "ritual review (Review) added",
        "area a2 (Area 2) added",
    ]
    assert as_texts(compare(after, definitions()))[1:] == ["ritual review (Review) dropped", "area a2 (Area 2) dropped"]


def test_classes_of_decision_are_told_apart_like_everything_else() -> None:
    def deciding(*classes: dict[str, Any], after: str = "2", emoji: str | None = None) -> Definitions:
        plain = {"name": "Prices", "topics": ["pricing"], "responsible": ["sales"], "backup": "sales"}
        rules = {"escalation": {"after": after}, "emoji": emoji, "classes": [plain | each for each in classes]}
        return replace(definitions(), decisions=DecisionRules.model_validate(rules))

    before = deciding({"id": "pricing", "decider": "area_owner"})
    after = deciding(
        {"id": "pricing", "decider": "head_of_product"},
        {"id": "terms", "decider": "area_owner"},
        after="5",
        emoji="scales",
    )

    assert as_texts(compare(before, after)) == [
        "decision rules escalation changed: after: 2 → 5",
        "decision rules emoji changed: emoji: nothing → :scales:",
        "decision class pricing (Prices) changed: decider: area_owner → head_of_product",
        "decision class terms (Prices) added",
    ]
    assert as_texts(compare(definitions(), after)) == ["decision rules decisions.yaml added"]
    assert as_texts(compare(after, definitions())) == ["decision rules decisions.yaml dropped"]
    assert compare(after, after) == []


INSIGHTS: dict[str, Any] = {
    "channel": "#insights",
    "sources": [{"id": "calls", "name": "Calls", "owner": "sales", "bias": "Who calls"}],
    "themes": [{"id": "speed", "name": "Speed"}],
    "segments": [{"id": "small", "name": "Small"}],
    "evidence": [{"id": "quote", "name": "A quote"}],
    "severities": {
        severity: {
            "means": severity,
            "triage": "1 working day",
            "acknowledge": "2 working days",
            "decide": "next review",
        }
        for severity in ("low", "medium", "high", "critical")
    },
    "routes": [
        {"name": "Slow", "when": {"themes": ["speed"]}, "to": "engineering"},
        {"name": "Bug", "when": {"severities": ["high"]}, "to": "support"},
        {"name": "All else", "to": "area_owner"},
    ],
}


def test_insights_are_told_apart_setting_by_setting() -> None:
    def listening(**changes: Any) -> Definitions:
        return replace(definitions(), insights=InsightRules.model_validate(INSIGHTS | changes))

    slow, bug, rest = INSIGHTS["routes"]
    quick = INSIGHTS["severities"]["high"] | {"triage": "4 working hours", "breach": {"tell": ["owner"]}}
    before = listening()
    after = listening(
        channel="#signals",
        emoji="bulb",
        watched=["#support"],
        spike={"ritual": "review"},
        restricted={"themes": ["trust"], "readers": ["security"]},
        sources=[INSIGHTS["sources"][0] | {"owner": "support"}, INSIGHTS["sources"][0] | {"id": "web", "name": "Web"}],
        themes=[{"id": "trust", "name": "Trust"}],
        causes=[{"id": "bug", "name": "Bug"}],
        severities=INSIGHTS["severities"] | {"high": quick},
        routes=[bug, slow | {"to": "area_owner", "when": {"themes": ["trust"]}}, rest],
    )

    assert as_texts(compare(before, after)) == [
        "insight rules channel changed: channel: #insights → #signals",
        "insight rules emoji changed: emoji: nothing → :bulb:",
        "insight rules watched changed: watched: + #support",
        "insight rules spike changed: spike.accounts: nothing → 5; spike.high: nothing → 3;"
        " spike.days: nothing → 30; spike.ritual: nothing → review",
        "insight rules restricted changed: restricted.themes: nothing → trust; restricted.readers: nothing → security",
        "source calls (Calls) changed: owner: sales → support",
        "source web (Web) added",
        "theme speed (Speed) dropped",
        "theme trust (Trust) added",
        "cause bug (Bug) added",
        "severity high changed: triage: 1 working day → 4 working hours; breach.tell: + owner",
        "route Slow changed: when.themes: - speed, + trust; to: engineering → area_owner",
        "insight rules routes changed: in another order: Bug, Slow, All else",
    ]
    assert as_texts(compare(definitions(), after)) == ["insight rules insights.yaml added"]
    assert as_texts(compare(after, definitions())) == ["insight rules insights.yaml dropped"]
    assert compare(after, after) == []


def test_long_words_are_said_to_be_reworded() -> None:
    (change,) = compare(definitions(), definitions(weekly(purpose="Everybody knows. " * 5)))

    assert change.details == ("purpose: reworded",)


def test_settings_and_switches_are_told_as_people_write_them() -> None:
    before, after = definitions(), definitions(weekly(mentions=True))
    quieter = after.organisation.model_copy(update={"channel_posts_a_day": 1})

    assert as_texts(compare(before, Definitions(quieter, after.calendar))) == [
        "ritual weekly (Weekly) changed: mentions: false → true",
        "setting channel_posts_a_day changed: channel_posts_a_day: 2 → 1",
    ]


def test_a_ritual_moves_when_anybodys_clock_shows_another_time() -> None:
    zones = {CHARLIE: ZoneInfo("Asia/Kolkata")}
    before, after = definitions(), definitions(weekly(schedule={"zone": "workspace"}))

    (moved,) = outlook.moved(before, after, MONDAY, zones)

    assert [coming.day for coming in moved.after] == ["Wed 2026-11-25", "Wed 2026-12-02", "Wed 2026-12-09"]
    clocks = [{zone: f"{prompt:%H:%M}" for zone, prompt in one[0].prompts} for one in (moved.before, moved.after)]
    assert clocks == [
        {"Europe/Berlin": "10:00", "Asia/Kolkata": "10:00"},
        {"Europe/Berlin": "10:00", "Asia/Kolkata": "14:30"},
    ]
    assert outlook.moved(before, definitions(weekly(artifact="Another")), MONDAY, zones) == []


def test_an_update_costs_four_minutes_an_area_and_three_to_read() -> None:
    load = burden.loads(definitions(areas=3), MONDAY, {})

    assert load[ALICE] == Load(messages=2, minutes=15)
    assert load[CHARLIE] == Load()


def test_a_digest_that_asks_nobody_costs_nobody_anything() -> None:
    digest = weekly(id="digest", name="Digest", kind="insights_digest")

    assert burden.loads(definitions(digest), MONDAY, {})[BOB] == Load()


def test_a_digest_costs_its_audience_two_minutes_and_of_a_day_with_a_message_none_more() -> None:
    digest = weekly(id="brief", name="Brief", kind="digest", audience=[ALICE, CHARLIE], **{"for": "leadership"})
    load = burden.loads(definitions(digest), MONDAY, {})

    assert load[BOB] == Load()
    assert load[CHARLIE] == Load(messages=1, minutes=2)
    both = burden.loads(definitions(weekly(), digest), MONDAY, {})[ALICE]
    assert both.messages == burden.loads(definitions(weekly()), MONDAY, {})[ALICE].messages


def test_what_reaches_a_person_on_one_day_is_one_message() -> None:
    twice = definitions(weekly(), weekly(id="again", name="Again"))

    assert burden.loads(twice, MONDAY, {})[ALICE].messages == 2


def test_a_review_costs_its_owner_and_whoever_its_audience_names() -> None:
    load = burden.loads(definitions(review(audience=[CHARLIE, "@everybody-else"], holidays="ignore")), MONDAY, {})

    assert load[BOB] == Load(messages=1, minutes=10)
    assert load[CHARLIE] == Load(messages=0, minutes=5)


def test_over_five_messages_or_thirty_minutes_is_too_much() -> None:
    assert not Load(5, 30).is_too_much
    assert Load(6, 0).is_too_much
    assert Load(0, 31).is_too_much
    daily = definitions(weekly(schedule={"repeats": "every working day"}))
    assert burden.loads(daily, MONDAY, {})[ALICE].is_too_much
