"""What no single artifact shows: doubles, owners and readers nobody knows, tests that say nothing of it."""

from collections.abc import Iterator, Sequence

from bot.definitions.artifacts import (
    ABOUT_RELEASES,
    DECIDER,
    MOST_FILLED,
    OWNERS,
    TESTS,
    Artifact,
    ArtifactLibrary,
)
from bot.definitions.calendar import Calendar
from bot.definitions.check import by_rule, doubles, unknown_person, unknown_word
from bot.definitions.organisation import Organisation
from bot.definitions.releases import RELEASE_OWNER
from bot.yamlfile import Document, Problem, nearest


def check_artifacts(library: ArtifactLibrary, document: Document) -> Iterator[Problem]:
    yield from doubles(document, "artifacts", [each.id for each in library.artifacts])
    makers = [each.made_by for each in library.artifacts]
    for i, artifact in enumerate(library.artifacts):
        key = "ritual" if artifact.ritual else "event"
        if (first := makers.index(artifact.made_by)) < i:
            other = library.artifacts[first]
            message = f"`{getattr(artifact, key)}` makes {other.name} already"
            yield document.problem(("artifacts", i, key), message, "let each ritual and each event make one artifact")
        if artifact.event:
            yield from _idle_tests(artifact, document, i, artifact.event)
        yield from _owner_of_nothing(artifact, document, i)
    filled = [i for i, each in enumerate(library.artifacts) if each.filled_by_people]
    if len(filled) > MOST_FILLED:
        message = f"people would fill {len(filled)} templates, and {MOST_FILLED} are as many as they bear"
        mend = "drop one, or let Drumbeat make it and remove `filled_by_people`"
        place = ("artifacts", filled[MOST_FILLED], "filled_by_people")
        yield document.problem(place, message, mend, at_key=True, rule="AR04")


def check_artifact_references(
    library: ArtifactLibrary, document: Document, organisation: Organisation
) -> Iterator[Problem]:
    """The artifacts against the organisation."""
    word, person = unknown_word(organisation, document), unknown_person(organisation, document)
    for i, artifact in enumerate(library.artifacts):
        yield from by_rule("AR01", word(("artifacts", i, "owner"), artifact.owner, OWNERS))
        for j, reader in enumerate(artifact.audience):
            if "@" in reader and not reader.startswith("@"):
                yield from by_rule("AR01", person(("artifacts", i, "audience", j), reader))


def check_artifact_rituals(library: ArtifactLibrary, document: Document, calendar: Calendar) -> Iterator[Problem]:
    """The artifacts against the calendar."""
    rituals = [each.id for each in calendar.rituals]
    for i, artifact in enumerate(library.artifacts):
        if artifact.ritual is None:
            continue
        ritual = calendar.ritual(artifact.ritual)
        if ritual is None:
            message = f"no ritual has the id `{artifact.ritual}`"
            yield document.problem(("artifacts", i, "ritual"), message, nearest(artifact.ritual, rituals))
        else:
            yield from _idle_tests(artifact, document, i, ritual.kind)


def _idle_tests(artifact: Artifact, document: Document, i: int, maker: str) -> Iterator[Problem]:
    """Tests that say nothing of what this ritual kind or event leaves."""
    for j, sentence in enumerate(artifact.done):
        if sentence.test is not None and maker not in TESTS[sentence.test_name]:
            message = f"`{sentence.test_name}` says nothing of what `{maker}` leaves"
            known = [name for name, makers in TESTS.items() if maker in makers]
            yield document.problem(("artifacts", i, "done", j, "test"), message, _one_of(known))


def _one_of(known: Sequence[str]) -> str:
    return f"write one of: {', '.join(known)}; or leave `test` out" if known else "leave `test` out"


def _owner_of_nothing(artifact: Artifact, document: Document, i: int) -> Iterator[Problem]:
    """Who owns a decision or a release owns nothing else."""
    of_decision, of_release = artifact.event == "decision-recorded", artifact.event in ABOUT_RELEASES
    if (artifact.owner == DECIDER and not of_decision) or (artifact.owner == RELEASE_OWNER and not of_release):
        what = "decision" if artifact.owner == DECIDER else "release"
        message = f"{artifact.name} is about no {what}, so nobody is its `{artifact.owner}`"
        mend = "write product_ops, a function's id or a person"
        yield document.problem(("artifacts", i, "owner"), message, mend, rule="AR01")
