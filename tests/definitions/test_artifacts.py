"""The artifact library in YAML: what it comes to, and every mistake at its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import shipped
from bot.definitions import ArtifactLibrary, Loaded, load
from tests.definitions.test_decisions import CALENDAR, ORGANISATION

ARTIFACTS = """\
artifacts:
  - id: roadmap-view
    name: Roadmap view
    owner: head_of_product
    audience: [support, "@product-team", Alice@Example.com, whoever asks]
    ritual: roadmap-review
    filled_by_people: true
    sections: [What moved]
    done:
      - {says: Ranges only, test: ranges-only}
      - {says: In time, test: posted-within  24 hours}
      - Somebody has read it once
  - id: decision-record
    name: Decision record
    owner: decider
    audience: everybody
    event: decision-recorded
    cadence: 2 weeks
    sections: [Options]
    done: [{says: Two options, test: two-options}]
  - id: brief
    name: Launch brief
    owner: release-owner
    audience: everybody
    event: release-registered
    sections: [Answers]
    done: [Answered]
"""

Write = Callable[..., Loaded]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Loads the artifacts from the current folder, with some words of theirs replaced."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calendar.yaml").write_text(CALENDAR)
    (tmp_path / "organisation.yaml").write_text(ORGANISATION)

    def write(*changes: tuple[str, str]) -> Loaded:
        text = ARTIFACTS
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (tmp_path / "artifacts.yaml").write_text(text)
        return load(tmp_path)

    return write


def library(loaded: Loaded) -> ArtifactLibrary:
    assert loaded.problems == ()
    assert loaded.definitions is not None and loaded.definitions.artifacts is not None
    return loaded.definitions.artifacts


def test_the_artifacts_say_what_stands_in_the_file(loaded: Write) -> None:
    view, record, brief = library(loaded()).artifacts
    assert (view.owner, view.made_by, view.filled_by_people) == ("head_of_product", "ritual:roadmap-review", True)
    assert view.audience == ("support", "@product-team", "alice@example.com", "whoever asks")
    assert [(each.says, each.test) for each in view.done] == [
        ("Ranges only", "ranges-only"),
        ("In time", "posted-within 24 hours"),
        ("Somebody has read it once", None),
    ]
    assert (record.made_by, record.audience, record.cadence) == ("decision-recorded", ("everybody",), 14)
    assert (brief.filled_by_people, brief.cadence) == (False, None)


def test_an_artifact_is_found_by_what_makes_it_and_by_its_id(loaded: Write) -> None:
    found = library(loaded())
    made = found.made_by("ritual:roadmap-review")
    assert made is not None and made == found.of("roadmap-view")
    assert found.made_by("ritual:other") is None and found.of("other") is None


def test_a_team_may_leave_the_file_out(loaded: Write, tmp_path: Path) -> None:
    loaded()
    (tmp_path / "artifacts.yaml").unlink()
    found = load(tmp_path)
    assert found.problems == ()
    assert found.definitions is not None and found.definitions.artifacts is None


def test_the_starter_has_all_its_artifacts_and_people_fill_six_of_them() -> None:
    found = load(shipped.folder("cadences")).definitions
    assert found is not None and found.artifacts is not None
    assert [each.id for each in found.artifacts.artifacts if each.filled_by_people] == [
        "weekly-digest", "roadmap-view", "decision-record", "launch-brief", "enablement-bundle", "post-launch-report",
    ]  # fmt: skip
    made = {each.ritual for each in found.artifacts.artifacts}
    assert {ritual.id for ritual in found.calendar.rituals} - made == {"insights-review"}, "its decisions are its own"


MISTAKES = [
    # Whose it is, for whom, and when it is done (AR01).
    ("    owner: head_of_product\n", "", "2:5", "`owner` is missing", "every artifact has one owner"),
    ("    audience: [support, \"@product-team\", Alice@Example.com, whoever asks]\n", "", "2:5",
     "`audience` is missing", "write who reads it"),
    ("    done: [Answered]\n", "", "21:5", "`done` is missing", "write when it is done"),
    ("    done: [Answered]\n", "    done: []\n", "27:11", "nothing stands in this list", "write at least one entry"),
    ("audience: [support, \"@product-team\", Alice@Example.com, whoever asks]", "audience: []", "5:15",
     "nothing stands in this list", "write at least one entry"),
    ("owner: head_of_product", "owner: hed_of_product", "4:12", "`hed_of_product` stands for nobody here",
     "write `head_of_product`"),
    ("owner: head_of_product", "owner: nobody@example.com", "4:12",
     "nobody in the organisation is `nobody@example.com`", ""),
    ("owner: head_of_product", "owner: decider", "4:12",
     "Roadmap view is about no decision, so nobody is its `decider`", "write product_ops, a function's id or a person"),
    ("owner: decider", "owner: release-owner", "15:12",
     "Decision record is about no release, so nobody is its `release-owner`", ""),
    ("Alice@Example.com", "alic@example.com", "5:42", "nobody in the organisation is `alic@example.com`",
     "write `alice@example.com`"),
    ('"@product-team"', '"@here"', "5:25", "`@here` would ping everybody", ""),
    # What makes it.
    ("    event: decision-recorded\n", "    event: decision-made\n", "17:12", "`event` cannot be `decision-made`", ""),
    ("    ritual: roadmap-review\n", "", "2:5", "nothing makes Roadmap view", "add `ritual` with its id, or `event`"),
    ("    event: decision-recorded\n", "    event: decision-recorded\n    ritual: roadmap-review\n", "17:12",
     "Decision record is made twice", "keep `ritual` or `event`"),
    ("ritual: roadmap-review", "ritual: roadmap-revue", "6:13", "no ritual has the id `roadmap-revue`",
     "write `roadmap-review`"),
    ("event: release-registered", "event: decision-recorded", "25:12",
     "`decision-recorded` makes Decision record already", "let each ritual and each event make one artifact"),
    ("id: brief", "id: roadmap-view", "21:9", "the id `roadmap-view` is taken: it first stands on line 2", ""),
    ("cadence: 2 weeks", "cadence: often", "18:14", "`often` does not say how often", "write `14 days` or `2 weeks`"),
    ("cadence: 2 weeks", "cadence: 0 days", "18:14", "`0 days` does not say how often", ""),
    # Tests.
    ("test: two-options", "test: two-option", "20:38", "Drumbeat knows no test `two-option`", "write `two-options`"),
    ("test: two-options", "test: ranges-only", "20:38", "`ranges-only` says nothing of what `decision-recorded` leaves",
     "write one of: two-options"),
    ("test: ranges-only", "test: every-area-accounted-for", "10:35",
     "`every-area-accounted-for` says nothing of what `review` leaves",
     "write one of: posted-by, posted-within, ranges-only, one-source-per-area"),
    ("test: posted-within  24 hours", "test: posted-within a day", "11:31",
     "`posted-within a day` does not say within how long", "write `posted-within 24 hours`"),
    ("test: posted-within  24 hours", "test: posted-by noon", "11:31", "`noon` is not a time of day", ""),
    ("test: ranges-only", "test: ranges-only please", "10:35", "`please` means nothing after `ranges-only`", ""),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "message", "mend"), MISTAKES)
def test_a_mistake_is_told_at_its_place(loaded: Write, old: str, new: str, place: str, message: str, mend: str) -> None:
    found = loaded((old, new))
    assert found.definitions is None
    told = {f"{each.line}:{each.column}": each for each in found.problems}
    assert place in told, found.problems
    assert told[place].file == "artifacts.yaml"
    assert told[place].message == message
    assert told[place].mend.startswith(mend)


@pytest.mark.proves("R45", "AR04")
def test_people_fill_at_most_six_templates(loaded: Write) -> None:
    many = "".join(
        f"""\
  - id: more-{n}
    name: More {n}
    owner: product_ops
    audience: everybody
    ritual: more-{n}
    filled_by_people: true
    sections: [One]
    done: [Done]
"""
        for n in range(6)
    )
    found = loaded(("    done: [Answered]\n", f"    done: [Answered]\n{many}"))
    (problem,) = (each for each in found.problems if "fill" in each.message)
    assert problem.message == "people would fill 7 templates, and 6 are as many as they bear"
    assert problem.mend == "drop one, or let Drumbeat make it and remove `filled_by_people`"
    assert (problem.line, problem.column) == (73, 5), "the seventh"
