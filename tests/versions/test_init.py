"""`drumbeat init`: definitions to begin with."""

import pytest

from bot.definitions import load
from bot.presets import PRESETS
from tests.fakes import ROOT
from tests.test_command_line import Drumbeat, Ran

WHO = (
    "--company",
    "Acme: Söhne & Co",
    "--name",
    "Bob O'Neill",
    "--email",
    "bob@acme.example",
    "--zone",
    "Asia/Kolkata",
)
PARTS = ("releases", "decisions", "insights", "pilot", "pulses")
KINDS = {
    "starter": (
        [
            "weekly-product-update",
            "roadmap-review",
            "insights-review",
            "insights-digest",
            "insights-of-the-month",
            "system-health",
            "quarter-plan",
        ],
        {"releases", "decisions", "insights", "pilot", "pulses"},
    ),
    "minimum": (["weekly-product-update", "roadmap-review"], {"releases"}),
    "small-start": (
        ["weekly-product-update", "roadmap-review", "insights-review", "insights-digest"],
        {"decisions", "insights", "pilot"},
    ),
    "define": (["weekly-product-update"], {"decisions"}),
    "visibility": (["weekly-product-update", "roadmap-review"], {"decisions"}),
    "less-overhead": (["weekly-product-update", "system-health"], {"pulses"}),
    "no-surprise-launches": (["weekly-product-update"], {"releases"}),
    "signal-to-decision": (["insights-review", "insights-digest", "insights-of-the-month"], {"decisions", "insights"}),
}


@pytest.mark.proves("R6", "R7", "R8", "R9", "R10", "R26")
@pytest.mark.parametrize("preset", PRESETS)
def test_what_a_preset_writes_passes_the_check_and_belongs_to_whoever_asked(drumbeat: Drumbeat, preset: str) -> None:
    ran = drumbeat("init", "ours", "--preset", preset, *WHO)

    assert ran.code == 0, ran.err
    definitions = load(drumbeat.folder / "ours").definitions
    assert definitions is not None
    rituals, parts = KINDS[preset]
    assert [ritual.id for ritual in definitions.calendar.rituals] == rituals
    assert {part for part in PARTS if getattr(definitions, part) is not None} == parts
    organisation = definitions.organisation
    assert (organisation.name, organisation.zone.key) == ("Acme: Söhne & Co", "Asia/Kolkata")
    assert [person.name for person in organisation.people] == ["Bob O'Neill"]
    assert {ritual.owner for ritual in definitions.calendar.rituals} == {"bob@acme.example"}
    assert [area.owner for area in organisation.areas] == ["bob@acme.example"]
    if definitions.insights is not None:
        assert {source.owner for source in definitions.insights.sources} == {"bob@acme.example"}


@pytest.mark.proves("R34")
def test_the_starter_begins_with_a_pilot_of_which_no_gate_is_passed(drumbeat: Drumbeat) -> None:
    drumbeat("init", "ours", *WHO)

    definitions = load(drumbeat.folder / "ours").definitions
    assert definitions is not None and definitions.pilot is not None
    running = definitions.pilot.current(())
    assert running is not None and running.id == "before"
    assert (definitions.pilot.areas, definitions.pilot.owner) == (("first-area",), "bob@acme.example")


def test_the_comments_of_the_starter_are_kept(drumbeat: Drumbeat) -> None:
    drumbeat("init", "ours", *WHO)

    for name in (
        "organisation.yaml",
        "calendar.yaml",
        "releases.yaml",
        "decisions.yaml",
        "insights.yaml",
        "pilot.yaml",
    ):
        shipped = (ROOT / "cadences" / name).read_text(encoding="utf-8")
        written = (drumbeat.folder / "ours" / name).read_text(encoding="utf-8")
        comments = [line for line in shipped.splitlines() if line.startswith("#")]
        assert [line for line in written.splitlines() if line in comments] == comments
    assert (drumbeat.folder / "ours" / "schemas" / "calendar.schema.json").is_file()


def test_it_overwrites_nothing(drumbeat: Drumbeat) -> None:
    drumbeat.write(calendar="ours\n")

    refused = drumbeat("init", *WHO)

    assert (refused.code, refused.err) == (1, "cadences has calendar.yaml already: choose another folder.\n")
    assert [file.name for file in (drumbeat.folder / "cadences").iterdir()] == ["calendar.yaml"]


def test_what_is_missing_or_wrong_is_said(drumbeat: Drumbeat) -> None:
    def says(*arguments: str) -> str:
        ran: Ran = drumbeat("init", *arguments)
        assert ran.code == 1
        return ran.err

    assert says("--company", "Acme") == "Say --name: your name.\n"
    assert "There is no preset `minimal`: write `minimum`" in says("--preset", "minimal", *WHO)
    assert "`Atlantis` is not a time zone" in says(*WHO[:-1], "Atlantis")
    lines = says(*WHO[:5], "bob", *WHO[6:]).splitlines()
    assert any("is not an e-mail address" in line for line in lines)
    assert len(lines) == len(set(lines)), "each mistake once, though the address stands in many places"
    assert not (drumbeat.folder / "cadences").exists()
