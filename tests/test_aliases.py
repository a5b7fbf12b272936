"""A company's own words: in everything that is said, and in nothing that anybody typed."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import blocks
from bot.aliases import NONE, Aliases
from bot.definitions import load
from bot.delivery import outbox
from bot.dispatch import Arrival, Dispatch
from bot.errors import FieldErrors
from bot.gesture import Gesture
from bot.house import House
from bot.tables import Command, Tables
from bot.words import Words
from tests import people
from tests.fakes import promised

OURS = Aliases({"area": "squad", "insight": "signal", "roadmap item": "bet", "review": "city"})


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Your area", "Your squad"),
        ("AREA, Areas and areas.", "SQUAD, Squads and squads."),
        ("an area of an insight; An area", "a squad of a signal; A squad"),
        ("two reviews", "two cities"),
        ("a roadmap item, roadmap items", "a bet, bets"),
        ("subarea, area-wide, areal", "subarea, area-wide, areal"),
        ("say `area billing`, then area", "say `area billing`, then squad"),
        ("/insight triage lists every insight", "/insight triage lists every signal"),
        ("/cadence review shows the review", "/cadence review shows the city"),
        ("https://example.com/area/insight?area=1 is an area", "https://example.com/area/insight?area=1 is a squad"),
        ("in #area-billing, by area@example.com", "in #area-billing, by area@example.com"),
        ("<https://example.com|area> area", "<https://example.com|area> squad"),
        ("nothing of it", "nothing of it"),
        ("", ""),
    ],
)
def test_own_words_stand_for_ours(text: str, own: str) -> None:
    assert OURS.own(text) == own


def test_a_whole_label_may_be_said_otherwise() -> None:
    aliases = Aliases({"area": "squad", "Which area is it about?": "Whose is it?", "Log insight": "Tell us"})

    assert aliases.own("Which area is it about?") == "Whose is it?"
    assert aliases.own("Log insight, or log an insight of your area") == "Tell us, or log an insight of your squad"


def test_an_irregular_plural_has_an_entry_of_its_own() -> None:
    aliases = Aliases({"area": "person", "areas": "people"})

    assert aliases.own("An area, two areas") == "A person, two people"


def test_an_own_word_that_begins_with_a_vowel_brings_its_article() -> None:
    assert Aliases({"decision": "outcome"}).own("A decision, the decision, a decision") == (
        "An outcome, the outcome, an outcome"
    )


@given(st.text())
def test_without_own_words_every_text_stays(text: str) -> None:
    assert NONE.own(text) == text


def rendered(folder: Path, text: str, **values: Any) -> str:
    (folder / "any.mrkdwn.j2").write_text(text)
    return Words([folder], OURS).render("any.mrkdwn.j2", **values)


def test_a_template_is_said_in_own_words_and_what_was_typed_is_not(tmp_path: Path) -> None:
    text = "The area {{ name }} has {{ count | plural('insight') }}: {{ typed }}"

    assert rendered(tmp_path, text, name="Area 51", count=2, typed="an area & an insight") == (
        "The squad Area 51 has 2 signals: an area &amp; an insight"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 'an area' if kind == 'area' else 'an insight' }}", "a squad"),
        ("{{ {'area': 'the area', 'insight': 'the insight'}[kind] }}", "the squad"),
        ("{{ nothing | default('no area') }}", "no squad"),
        ("{{ 'the ' ~ 'area' ~ ' ' ~ kind }}", "the squad area"),
        ("{% set word = 'an area' %}{{ word }}", "a squad"),
        ("{% if kind == 'area' %}{% block part %}the area{% endblock %}{% endif %}", "the squad"),
        ("{% for each in ['area'] %}{{ each }} of an area{% endfor %}", "area of a squad"),
    ],
)
def test_what_a_template_puts_out_is_said_in_own_words_and_what_it_compares_is_not(
    tmp_path: Path, text: str, said: str
) -> None:
    assert rendered(tmp_path, text, kind="area").strip() == said


@pytest.mark.proves("R22")
def test_labels_of_a_form_follow_and_fit_and_what_fields_hold_does_not() -> None:
    form = blocks.modal(
        "any",
        "Change a review of areas",
        blocks.text_input("what", "Which area?", hint="An area has an owner.", initial="my area"),
        blocks.section("an area"),
        blocks.actions(blocks.button("Write: Area 51", "updates.write", "area")),
        submit="Keep the area",
    )

    said = OURS.labels(form.payload())

    what, section, pressed = said["blocks"]
    assert what["label"]["text"] == "Which squad?"
    assert what["hint"]["text"] == "A squad has an owner."
    assert what["element"]["initial_value"] == "my area"
    assert section["text"]["text"] == "an area"
    assert pressed["elements"][0]["text"]["text"] == "Write: Area 51"
    assert pressed["elements"][0]["value"] == "area"
    assert (said["title"]["text"], said["submit"]["text"]) == ("Change a city of squads", "Keep the squad")
    blocks.check_view(said)


def in_own_words(house: House, table: dict[str, str]) -> House:
    organisation = house.definitions.organisation.model_copy(update={"aliases": table})
    return house.by(replace(house.definitions, organisation=organisation))


@pytest.mark.proves("R22")
def test_messages_go_out_with_their_buttons_in_own_words(house: House) -> None:
    ours = in_own_words(house, {"area": "squad"})
    message = blocks.message(blocks.section("ready"), blocks.actions(blocks.button("See the area", "see", "area")))

    with house.db.transaction() as session:
        outbox.post(session, ours, people.UPDATES, message, kind="test")

    (sent,) = promised(house.db)
    assert sent.blocks[1]["elements"][0]["text"]["text"] == "See the squad"


def test_other_definitions_bring_other_words(house: House) -> None:
    squads = in_own_words(house, {"area": "squad"})
    pods = in_own_words(squads, {"area": "pod"})

    assert squads.words.aliases.own("area") == "squad"
    assert pods.words.aliases.own("area") == "pod"
    assert in_own_words(pods, {}).words.aliases.own("area") == "area"
    assert in_own_words(pods, {"area": "pod"}).words is pods.words, "read templates are kept"


def test_what_a_person_must_mend_is_said_in_own_words_at_its_field(house: House) -> None:
    async def handler(gesture: Gesture, house: House) -> None:
        raise FieldErrors({"area": "There is no area `my area`."})

    async def ack(**payload: Any) -> None:
        answers.append(payload)

    answers: list[dict[str, Any]] = []
    ours = in_own_words(house, {"area": "squad"})
    dispatch = Dispatch(Tables(commands={"/decision": Command(handler, "Decide")}), lambda: ours)
    body = {"command": "/decision", "text": "", "user_id": people.ALICE, "team_id": people.WORKSPACE}

    asyncio.run(dispatch.command(Arrival(body, ack, None)))  # type: ignore[arg-type]  # Slack is not asked

    assert answers == [{"response_action": "errors", "errors": {"area": "There is no squad my area."}}]


def test_home_keeps_own_words_on_its_buttons_after_a_press(house: House) -> None:
    async def press(gesture: Gesture, house: House) -> None:
        await gesture.accept()

    async def home(gesture: Gesture, house: House) -> None:
        await gesture.publish_home(blocks.home(blocks.actions(blocks.button("See the area", "see", "area"))))

    class Slack:
        async def views_publish(self, *, user_id: str, view: dict[str, Any]) -> None:
            (pressed,) = view["blocks"][0]["elements"]
            shown.append(pressed["text"]["text"])

    async def ack(**_said: Any) -> None:
        """Slack hears nothing else."""

    shown: list[str] = []
    ours = in_own_words(house, {"area": "squad"})
    dispatch = Dispatch(Tables(actions={"see": press}, events={"app_home_opened": home}), lambda: ours)
    body = {"user": {"id": people.ALICE}, "actions": [{"action_id": "see"}], "view": {"type": "home", "id": "V0HOME"}}

    asyncio.run(dispatch.action(Arrival(body, ack, Slack())))  # type: ignore[arg-type]  # the one method used here

    assert shown == ["See the squad"]


SHIPPED = Path(__file__).parent.parent / "cadences"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{area: squad, insight: signal}", ""),
        ("{area: 3}", "`3` is no word to say: write a word in the singular, such as `squad`, or a whole label"),
        ('{area: "<b>"}', "`<b>` is no word to say: write a word in the singular, such as `squad`, or a whole label"),
        (
            "{area: insight, insight: signal}",
            "`insight` would mean two things: `area`, and what `signal` stands for: "
            "give each thing a word that nothing else has",
        ),
        ("{area: squad, Area: pod}", "one word stands here twice, in capital and in small letters"),
    ],
)
def test_own_words_are_checked(tmp_path: Path, written: str, problem: str) -> None:
    for file in SHIPPED.glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    with (tmp_path / "organisation.yaml").open("a", encoding="utf-8") as organisation:
        organisation.write(f"\naliases: {written}\n")

    loaded = load(tmp_path)

    said = [f"{each.message}: {each.mend}" for each in loaded.problems]
    assert (problem in " ".join(said)) if problem else (said == [])
