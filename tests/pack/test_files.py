"""The pack as files, of the demo's company: every section as it is read, kept beside this file."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.definitions import Assumption
from bot.house import Finding, House
from bot.pack import context, files
from bot.pack.contents import SECTIONS
from bot.pack.sections import gather
from bot.pack_parts import Part, Register
from tests.assuming import assuming

GOLDEN = Path(__file__).parent / "golden"
RENEW = "DRUMBEAT_GOLDEN"
HOW = f"Read what has changed; if it is meant, run this test with {RENEW}=1, and commit the golden text."

NO_RISKS = Register("risks", Part("Risks"), is_empty=True, mend="Name one with `/cadence risks`.")


SAM = "sam@example.com"


def written(house: House) -> dict[str, str]:
    return dict(files.as_markdown(house, house.db.call(gather, house)))


def linked(house: House, **links: object) -> House:
    return replace(house, links=replace(house.links, **links))  # type: ignore[arg-type]  # any of its fields


@pytest.mark.proves("R27", "A10")
def test_each_section_reads_as_we_have_read_it(house: House) -> None:
    found = written(house)
    if RENEW in os.environ:
        GOLDEN.mkdir(exist_ok=True)
        for name, text in found.items():
            (GOLDEN / name).write_text(text, encoding="utf-8")
    assert sorted(found) == sorted(path.name for path in GOLDEN.iterdir())
    for name, text in found.items():
        assert text == (GOLDEN / name).read_text(encoding="utf-8"), f"{name}: {HOW}"


def test_a_section_that_nobody_has_written_says_what_to_do(house: House) -> None:
    house = replace(house, definitions=replace(house.definitions, charter=None))

    assert "Not written yet: write charter.yaml" in written(house)["1-charter.md"]


@pytest.mark.proves("R54")
def test_what_a_room_gives_stands_in_its_section_and_completes_the_pack(house: House) -> None:
    def plan(_session: object, _house: object) -> list[Part]:
        return [Part("Widening", says=["We begin with *Billing*."])]

    house = linked(house, pack={**house.links.pack, "plan": (plan,)}, findings=())

    assert "## Widening\n\nWe begin with \\*Billing\\*." in written(house)["7-plan.md"]
    assert "8 of 8 must-haves are there" in written(house)["index.md"]


@pytest.mark.proves("R54")
def test_an_error_that_a_check_finds_leaves_its_must_have_incomplete(house: House) -> None:
    finding = Finding("OM02", "area:billing", "Billing has no active owner.")
    house = linked(house, findings=(lambda _session, _house: [finding],))

    assert "7 of 8 must-haves are there" in written(house)["index.md"]
    assert "| Operating model | not yet | Billing has no active owner. |" in written(house)["index.md"]


@pytest.mark.proves("R25", "R27")
def test_what_is_only_assumed_stands_in_the_section_that_rests_on_it(house: House) -> None:
    found = written(assuming(house, {"releases.tiers.low": "Sales has no rota", "organisation.profile.pods": "8"}, SAM))

    assert "## What is only assumed\n\n- releases.tiers.low: Sales has no rota (assumed; Sam" in found["6-releases.md"]
    assert "assumed" not in found["5-insights.md"]
    assert (
        "| How many teams build the product? | 8 | Sam Okafor | Thu 3 Dec 2026 | Nobody knew at setup |"
        in found["0-context.md"]
    )


def test_what_should_have_been_confirmed_by_now_stands_first_and_says_so(house: House) -> None:
    late = Assumption(
        what="charter.sponsor", value="Marcus", owner=SAM, confirm_by=date(2026, 11, 24), why="Nobody knew"
    )
    house = assuming(house, {"calendar.frictions": "Surprises"}, SAM, late)
    (table,) = next(part for part in house.db.call(context.parts, house) if part.title == "What is only assumed").tables

    assert [(row[0], row[3]) for row in table.rows] == [
        ("Who wants this to succeed, and can clear the way?", "Tue 24 Nov 2026, which has passed"),
        ("What breaks most?", "Thu 3 Dec 2026"),
    ]
    assert list(table.marked) == [0]


def test_what_is_only_assumed_is_labelled_wherever_it_is_shown(house: House) -> None:
    found = written(
        assuming(
            house,
            {
                "releases.tiers.low": "no gate",
                "calendar.frictions": "Surprises",
                "charter.problem.reduce": "surprises",
                "charter.sponsor": "Marcus",
                "charter.model.kind": "central",
                "organisation.people.head_of_product": "Marcus",
                "organisation.functions.support": "Priya",
                "organisation.areas.billing.owner": "Ana",
                "calendar.rituals.roadmap-review": "every two weeks",
                "calendar.rituals.weekly-product-update.owner": "Sam",
                "decisions.classes.pricing": "Marcus",
                "artifacts.artifacts.weekly-digest": "everybody",
                "insights.sources.research": "Elif",
                "measures.M1.target": "85 %",
                "measures.M5.baseline": "40 %",
            },
            SAM,
        )
    )

    for file, text in (
        ("0-context", "\n- Launches and changes surprise those who talk to customers (assumed)"),
        ("0-context", "| Support | Priya Nair (assumed) |"),
        ("0-context", "| Billing | Ana Duarte (assumed) | Elif Kaya |"),
        ("1-charter", "everybody who stands for the product. (assumed)"),
        ("1-charter", "Sponsor: the head of product (assumed). Keeper of this charter: Product Ops."),
        ("1-charter", "Central (assumed). The same friction"),
        ("1-charter", "On-time updates: from 55 % to 85 % by Sun 24 Jan 2027 (assumed)"),
        ("2-model", "the head of product (Marcus Lindqvist) (assumed)"),
        ("2-model", "| Prices, packages and terms (assumed) |"),
        ("2-model", "| the owner of the area (assumed) | Sales (Tom Becker) (assumed);"),
        ("3-cadence", "| Roadmap review (assumed) |"),
        ("3-cadence", "| Weekly product update |"),
        ("3-cadence", "| Sam Okafor (assumed) |"),
        ("4-artifacts", "| Weekly digest (assumed) |"),
        ("5-insights", "| Research (assumed) |"),
        ("6-releases", "| Low (assumed) | all else |"),
        ("9-measures", "| 55 % | 85 % by Sun 24 Jan 2027 (assumed) |"),
        ("9-measures", "| 40 % (assumed) | 10 % by Sun 24 Jan 2027 |"),
    ):
        assert text in found[f"{file}.md"], text


@pytest.mark.proves("R35", "IM09")
def test_it_is_not_handed_on_while_a_register_is_empty_and_nobody_has_looked(house: House) -> None:
    house = linked(house, registers=lambda _session, _house: [NO_RISKS])

    assert files.refused(house, house.db.call(gather, house)).splitlines()[-1] == (
        "• There are no risks, and nobody has said that there are none. Name one with `/cadence risks`."
    )


def test_an_empty_register_that_somebody_has_looked_at_says_so(house: House) -> None:
    looked = replace(NO_RISKS, checked="None, checked by Sam on Mon 3 Aug 2026.")
    house = linked(house, registers=lambda _session, _house: [looked])

    assert house.db.call(gather, house).reasons == []
    assert "## Risks\n\nNone, checked by Sam on Mon 3 Aug 2026." in written(house)["8-risks.md"]


def test_there_are_as_many_sections_as_it_promises() -> None:
    assert SECTIONS[:9] == (
        "context", "charter", "model", "cadence", "artifacts", "insights", "releases", "plan", "risks",
    )  # fmt: skip
