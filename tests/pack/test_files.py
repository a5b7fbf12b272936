"""The pack as files, of the demo's company: every section as it is read, kept beside this file."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.house import Finding, House
from bot.pack import files
from bot.pack.sections import SECTIONS, gather
from bot.pack_parts import Part, Register

GOLDEN = Path(__file__).parent / "golden"
RENEW = "DRUMBEAT_GOLDEN"
HOW = f"Read what has changed; if it is meant, run this test with {RENEW}=1, and commit the golden text."

NO_RISKS = Register("risks", Part("Risks"), is_empty=True, mend="Name one with `/cadence risks`.")


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
    assumed = {"releases": ["Assumed: Sales has no rota. Sam confirms it by Mon 3 Aug 2026."]}
    house = linked(house, assumptions=lambda _session, _house: assumed)

    assert "## What is only assumed\n\n- Assumed: Sales has no rota." in written(house)["6-releases.md"]
    assert "assumed" not in written(house)["5-insights.md"]


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
