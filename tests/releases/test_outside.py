"""What programs do with releases over HTTP: the same as people may, in their token's name, and told to the owner."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import app
from bot.audit import Event
from bot.db import Database
from bot.decisions.model import Decision
from bot.house import House
from bot.prompts.model import NEWS, Prompt
from bot.releases import model
from bot.releases.model import Release
from bot.releases.rule import Saying
from tests.aloud import read_aloud
from tests.api.caller import Answered, Program, calling
from tests.fakes import StoppedClock, make_house, promised
from tests.people import ALICE, BOB
from tests.releases import launch
from tests.releases.launch import ANSWERS, SUMMARY, TARGET, call, definitions, introduce, settle_everything

ATLAS: dict[str, Any] = {
    "name": "Atlas",
    "date": TARGET,
    "summary": SUMMARY,
    "owner": ALICE,
    "facts": ["asked"],
    "ref": "PROJ-12",
    "link": "https://tracker.example.com/PROJ-12",
}


def story(house: House, tell: Any) -> None:
    calling(house, app.ENDPOINTS, tell)


def only(house: House) -> Release:
    with house.db.transaction() as session:
        return session.scalars(select(Release)).one()


def news(house: House) -> list[tuple[str, str]]:
    """To whom what was told."""
    with house.db.transaction() as session:
        found = session.scalars(select(Prompt).where(Prompt.kind == NEWS).order_by(Prompt.id))
        return [(each.person, f"{each.news['title']}. {each.news['text']}") for each in found if each.news]


def registered(session: Session, house: House, *, go: bool = False) -> Release:
    """Atlas, registered by Alice; with a go if wanted."""
    release = launch.register(session, house)
    if go:
        settle_everything(session, house, release)
        call(session, house, release, Saying("go"))
    return release


# Registered.


def test_a_release_is_registered_in_the_programs_name_and_its_owner_is_told(house: House) -> None:
    async def tell(program: Program) -> None:
        answer = await program.post("releases", ATLAS | {"answers": {"audience": ANSWERS["audience"]}})
        assert (answer.status, answer.content) == (
            201,
            {
                "ref": "PROJ-12",
                "name": "Atlas",
                "owner": ALICE,
                "date": TARGET,
                "until": None,
                "confidence": "likely",
                "tier": "medium",
                "state": "planned",
                "command": "/launch-ready atlas",
            },
        )

    story(house, tell)
    release = only(house)
    assert release.functions == ["support"], "whom its answer names is told"
    assert (release.registered_by, release.audience) == ("program:deploy pipeline", ANSWERS["audience"])
    (card,) = promised(house.db, kind="release.card")
    assert "Elsewhere: PROJ-12, https://tracker.example.com/PROJ-12" in card.text
    assert news(house) == [
        (
            ALICE,
            "Atlas: deploy pipeline. deploy pipeline has registered it for Wed 9 Dec 2026 (likely): it is yours."
            " /launch-ready atlas shows what it needs.",
        )
    ]
    with house.db.transaction() as session:
        (event,) = session.scalars(select(Event).where(Event.kind == "release.registered"))
        assert event.actor == "program:deploy pipeline"


def test_without_an_owner_it_is_the_areas_owners(house: House) -> None:
    async def tell(program: Program) -> None:
        body = {name: value for name, value in ATLAS.items() if name != "owner"}
        assert (await program.post("releases", body | {"area": "billing"})).content["owner"] == ALICE

    story(house, tell)


WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"name": 5}, {"name": "Write text."}),
    ({"name": "  "}, {"name": "is not a name for a release"}),
    ({"name": "new"}, {"name": "is a word of the command"}),
    ({"date": 20261209}, {"date": "is not a date: write year, month and day"}),
    ({"date": "2026-02-30"}, {"date": "is not a date"}),
    ({"date": "2026-11-24"}, {"date": "This day is over"}),
    ({"date": "2036-11-24"}, {"date": "two years"}),
    ({"until": "2026-12-08"}, {"until": "Pick a day after the first one"}),
    ({"confidence": "sure"}, {"confidence": "Write one of 'firm', 'likely' or 'rough'."}),
    ({"summary": "x" * 501}, {"summary": "Keep this under 500 characters."}),
    ({"owner": "nobody@example.com"}, {"owner": "nobody@example.com"}),
    ({"owner": BOB}, {"owner": "Product ops can register a release for somebody, but not own it"}),
    ({"owner": None}, {"owner": "Name its owner"}),
    ({"owner": None, "area": "bling"}, {"owner": "no area `bling`"}),
    ({"facts": "asked"}, {"facts": "Write a list."}),
    ({"facts": ["asked", "wild"]}, {"facts": "no fact `wild`. There are: asked, terms, many, promised."}),
    ({"answers": {"audience": 5}}, {"answers/audience": "Write text."}),
    ({"answers": {"rollback": "x" * 401}}, {"answers/rollback": "400"}),
    ({"link": "javascript:alert(1)"}, {"link": "is no link"}),
    ({"link": "https://example.com/a b"}, {"link": "is no link"}),
    ({"ref": "x" * 121}, {"ref": "120"}),
    ({"sumary": "?"}, {"sumary": "There is no such field: write `summary`."}),
    ({"a/b~c": 1}, {"a~1b~0c": "There is no such field"}),
    (
        {"name": "x" * 81, "date": "soon", "facts": [1]},
        {"name": "80", "date": "`soon` is not a date", "facts/0": "Write text."},
    ),
]


@pytest.mark.parametrize(("changed", "wrong"), WRONG)
def test_each_field_that_does_not_fit_is_told_what_is_wrong_with_it(
    house: House, changed: dict[str, Any], wrong: dict[str, str]
) -> None:
    async def tell(program: Program) -> None:
        answer = await program.post("releases", ATLAS | changed)
        assert answer.status == 422
        assert answer.fields.keys() == wrong.keys()
        assert all(part in answer.fields[name] for name, part in wrong.items())

    story(house, tell)
    with house.db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Release)) == 0


def test_of_very_much_that_is_wrong_only_a_part_is_told(house: House) -> None:
    async def tell(program: Program) -> None:
        answer = await program.post("releases", {f"x{number}": 1 for number in range(4000)})
        assert (answer.status, len(answer.fields)) == (422, 20)
        answer = await program.post("releases", ATLAS | {"facts": ["wild" * 100] * 140})
        assert (answer.status, len(answer.fields["facts"]) < 300) == (422, True)

    story(house, tell)


def test_all_that_is_missing_is_told_at_once(house: House) -> None:
    async def tell(program: Program) -> None:
        answer = await program.post("releases", {})
        assert answer.fields == dict.fromkeys(("name", "date", "summary"), "This is missing.")

    story(house, tell)


def test_names_and_refs_are_given_once(any_db: Database) -> None:
    house = known_house(any_db)

    async def tell(program: Program) -> None:
        assert (await program.post("releases", ATLAS)).status == 201
        same_name = await program.post("releases", ATLAS | {"ref": "PROJ-13"}, key="2")
        assert "There is a release called “Atlas” already" in same_name.fields["name"]
        same_ref = await program.post("releases", ATLAS | {"name": "Boreas"}, key="3")
        assert same_ref.fields == {"ref": "Another release has this ref already."}

    story(house, tell)
    assert only(house).name == "Atlas"


def test_any_letters_are_kept_as_they_are(any_db: Database) -> None:
    house = known_house(any_db)
    name = "Größe ✨ <!channel> *x*"

    async def tell(program: Program) -> None:
        assert (await program.post("releases", ATLAS | {"name": name, "ref": "日本/1 2"})).status == 201
        moved = await program.patch("releases/%E6%97%A5%E6%9C%AC%2F1%202", MOVE, key="2")
        assert (moved.status, moved.content["name"]) == (200, name)

    story(house, tell)
    assert all("<!channel>" not in each.text for each in promised(house.db))


# Moved.

MOVE = {"date": "2026-12-16", "reason": "The bank needs a week more"}


def test_a_move_is_told_with_where_from_and_why(house: House) -> None:
    async def tell(program: Program) -> None:
        await program.post("releases", ATLAS)
        answer = await program.patch("releases/PROJ-12", MOVE | {"until": "2026-12-18", "confidence": "firm"}, key="2")
        assert [answer.content[name] for name in ("date", "until", "confidence")] == [
            "2026-12-16",
            "2026-12-18",
            "firm",
        ]

    story(house, tell)
    moved = (
        "Moved by deploy pipeline from Wed 9 Dec 2026 (likely) to Wed 16 Dec 2026 to Fri 18 Dec 2026 (firm), because: "
    )
    card, line = promised(house.db, kind="release.card")[0], promised(house.db, kind="release.thread")[0]
    read_aloud(card)
    read_aloud(line)
    assert f"{moved}The bank needs a week more" in card.text
    assert moved in line.text
    (_, told) = news(house)[-1]
    assert "deploy pipeline has moved it from Wed 9 Dec 2026 (likely) to Wed 16 Dec 2026" in told
    assert told.endswith("because: The bank needs a week more")


def test_a_release_registered_in_slack_is_moved_by_its_name(house: House) -> None:
    house.db.call(registered, house)

    async def tell(program: Program) -> None:
        assert (await program.patch("releases/Atlas", MOVE)).content["ref"] == "atlas"
        assert (
            await program.patch("releases/atlas", {"confidence": "firm", "reason": "Tested"}, key="2")
        ).status == 200

    story(house, tell)
    assert (only(house).target, only(house).confidence) == (date(2026, 12, 16), "firm")


def test_a_move_to_where_it_is_already_does_and_says_nothing(house: House) -> None:
    house.db.call(registered, house)

    async def tell(program: Program) -> None:
        assert (await program.patch("releases/atlas", {"date": TARGET})).status == 200

    story(house, tell)
    assert news(house) == []


def test_a_new_date_alone_is_one_day_and_a_new_confidence_leaves_the_days(house: House) -> None:
    async def tell(program: Program) -> None:
        await program.post("releases", ATLAS | {"until": "2026-12-11"})
        firm = await program.patch("releases/PROJ-12", {"confidence": "firm", "reason": "Tested"}, key="2")
        assert firm.content["until"] == "2026-12-11"
        assert (await program.patch("releases/PROJ-12", MOVE, key="3")).content["until"] is None

    story(house, tell)


WRONG_CHANGES: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"date": "2026-12-16"}, {"reason": "Say why"}),
    ({"date": "2026-12-16", "reason": "x" * 301}, {"reason": "300"}),
    ({"date": "2026-11-24", "reason": "Because"}, {"date": "This day is over"}),
    ({"until": "2026-12-01", "reason": "Because"}, {"until": "Pick a day after the first one"}),
    ({"state": "cancelled"}, {"state": "Write one of 'live' or 'stopped'."}),
    ({"name": "Boreas"}, {"name": "There is no such field"}),
]


@pytest.mark.parametrize(("body", "wrong"), WRONG_CHANGES)
def test_a_change_that_does_not_fit_changes_nothing(house: House, body: dict[str, Any], wrong: dict[str, str]) -> None:
    house.db.call(registered, house)

    async def tell(program: Program) -> None:
        answer = await program.patch("releases/atlas", body)
        assert answer.status == 422
        assert answer.fields.keys() == wrong.keys()
        assert all(part in answer.fields[name] for name, part in wrong.items())

    story(house, tell)
    assert only(house).target == date.fromisoformat(TARGET)


def test_what_says_nothing_is_refused(house: House) -> None:
    house.db.call(registered, house)

    async def tell(program: Program) -> None:
        for number, body in enumerate(({}, {"reason": "Because"})):
            assert (await program.patch("releases/atlas", body, key=str(number))).status == 400

    story(house, tell)


def test_another_workspaces_release_is_not_there(db: Database, house: House, clock: StoppedClock) -> None:
    elsewhere = make_house(db, clock=clock, definitions=definitions(), workspace_id="T0ELSE")
    with db.transaction() as session:
        introduce(session, elsewhere)
        launch.register(session, elsewhere)
        found = model.by_slug(session, elsewhere, "atlas")
        assert found is not None
        found.ref = "PROJ-12"

    async def tell(program: Program) -> None:
        for number, ref in enumerate(("atlas", "PROJ-12", str(found.id))):
            assert (await program.patch(f"releases/{ref}", MOVE, key=str(number))).status == 404
        assert (await program.post("releases", ATLAS)).status == 201, "nor does it take name or ref away"

    story(house, tell)


# Live and stopped.


def test_without_a_go_it_is_not_live_whoever_says_so(house: House) -> None:
    house.db.call(registered, house)

    async def tell(program: Program) -> None:
        answer = await program.patch("releases/atlas", {"state": "live"})
        assert (answer.status, answer.content["detail"]) == (
            409,
            "Nobody has said go for Atlas on Wed 9 Dec. Alice makes the call: `/launch-ready atlas call`.",
        )

    story(house, tell)
    assert only(house).state == "planned"


def test_with_a_go_it_is_live_and_said_once(house: House) -> None:
    house.db.call(registered, house, go=True)

    async def tell(program: Program) -> None:
        for build in ("1", "2"):
            answer = await program.patch("releases/atlas", {"state": "live"}, key=build)
            assert (answer.status, answer.content["state"]) == (200, "live")

    story(house, tell)
    assert [line.text for line in promised(house.db, kind="release.thread")][
        -1
    ] == "Live, says deploy pipeline.\n[This surprised me]"
    assert news(house) == [(ALICE, "Atlas: deploy pipeline. deploy pipeline says it is live.")]


def test_a_stop_needs_a_reason_and_decides_nothing_in_anybodys_name(db: Database, clock: StoppedClock) -> None:
    house = make_house(db, clock=clock, definitions=definitions(), links=app.LINKS)
    with db.transaction() as session:
        introduce(session, house)
        registered(session, house, go=True)

    async def tell(program: Program) -> None:
        await program.patch("releases/atlas", {"state": "live"})
        answer = await program.patch("releases/atlas", {"state": "stopped"}, key="2")
        assert answer.fields.keys() == {"reason"}
        stopped = {"state": "stopped", "reason": "Errors above 2 %"}
        assert (await program.patch("releases/atlas", stopped, key="2")).content["state"] == "stopped"
        again = await program.patch("releases/atlas", {"state": "live"}, key="3")
        assert (again.status, "goes on with a new call" in again.content["detail"]) == (409, True)

    story(house, tell)
    assert "deploy pipeline stopped the rollout: Errors above 2 %" in promised(db, kind="release.thread")[-1].text
    assert "has stopped the rollout: Errors above 2 %" in news(house)[-1][1]
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 0


def test_what_is_over_is_moved_no_more(house: House, clock: StoppedClock) -> None:
    house.db.call(registered, house, go=True)

    async def tell(program: Program) -> None:
        await program.patch("releases/atlas", {"state": "live"})
        clock.turn(timedelta(minutes=2))
        answer = await program.patch("releases/atlas", MOVE, key="2")
        assert (answer.status, "Atlas is live already" in answer.content["detail"]) == (409, True)

    story(house, tell)


# Described.


def test_the_schema_has_the_facts_that_are_asked_for_here(house: House) -> None:
    async def tell(program: Program) -> None:
        answer: Answered = await program.call("GET", "releases/schema", key=None)
        new, change = answer.content["POST"], answer.content["PATCH"]
        assert new["required"] == ["name", "date", "summary"]
        assert new["additionalProperties"] is False
        assert [each["const"] for each in new["properties"]["facts"]["items"]["oneOf"]] == [
            "asked",
            "terms",
            "many",
            "promised",
        ]
        assert all(field.get("description") for field in (new | change)["properties"].values())
        assert set(new["properties"]) == set(ATLAS) | {"until", "confidence", "area", "answers"}

    story(house, tell)


def known_house(db: Database) -> House:
    house = make_house(db, definitions=definitions())
    with db.transaction() as session:
        introduce(session, house)
    return house
