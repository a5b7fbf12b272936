"""How fresh an artifact is, by when the last one went out and how often it comes round; a stale one is told of once."""

from datetime import date, timedelta
from itertools import islice, takewhile

from sqlalchemy.orm import Session

from bot import timers
from bot.artifacts import messages, model, owners
from bot.artifacts.facts import DUE, FRESH, NONE, STALE
from bot.artifacts.model import ArtifactIssue
from bot.definitions import Artifact
from bot.house import House
from bot.prompts import flow as prompts
from bot.rituals.schedule import slots
from bot.rituals.standing import as_it_stands

TIMER = "artifact.stale"
"""The timer of an artifact's last issue; its ref is `artifact:` and the artifact's id."""
AS_OLD_AGAIN = 1.5
LOOK_AGAIN = timedelta(days=7)
FURTHEST = timedelta(days=400)
"""A ritual that is not held for so long has no cadence."""


def of(session: Session, house: House, artifact: Artifact, issue: ArtifactIssue | None) -> str:
    """One of the four above; what has no cadence stays fresh."""
    if issue is None:
        return NONE
    length = cadence(session, house, artifact, issue)
    age = house.clock.now() - issue.at
    if length is None or age <= length:
        return FRESH
    return DUE if age <= AS_OLD_AGAIN * length else STALE


def cadence(session: Session, house: House, artifact: Artifact, issue: ArtifactIssue) -> timedelta | None:
    """How long it is from this issue to the next; none where nobody can say, as while its ritual is paused."""
    if artifact.cadence is not None:
        return timedelta(days=artifact.cadence)
    ritual = house.definitions.calendar.ritual(artifact.ritual) if artifact.ritual else None
    if ritual is None:
        return None
    issued = issue.at.astimezone(ritual.zone_for(house.definitions.organisation)).date()
    coming = _held(session, house, artifact.ritual or "", issued)
    # A holiday, or a pause, may make this one gap longer than it usually is.
    gaps = [later - earlier for earlier, later in zip([issued, *coming], coming, strict=False)]
    return max(gaps, default=None)


def renewed(session: Session, house: House, artifact: Artifact, issue: ArtifactIssue) -> None:
    """A new one is out: nobody need hear of the one before, and this one is watched."""
    for before in model.last_issues(session, house, artifact.id, limit=2)[1:]:
        for key in prompts.unsaid(session, house, _key(before, "")):
            prompts.withdraw(session, house, key)
    _watch(session, house, artifact, issue)


def keep_in_step(session: Session, house: House) -> None:
    """The definitions have changed, and with them when the last of each is stale."""
    library = house.definitions.artifacts
    for artifact in library.artifacts if library else ():
        for issue in model.last_issues(session, house, artifact.id, limit=1):
            _watch(session, house, artifact, issue)


def on_stale(session: Session, house: House, ref: str) -> None:
    """A timer: tell the owner of an artifact that its last issue is stale, once, and nobody else."""
    library = house.definitions.artifacts
    artifact = library.of(ref.partition(":")[2]) if library else None
    issues = model.last_issues(session, house, artifact.id, limit=1) if artifact else ()
    if artifact is None or not issues:
        return
    if of(session, house, artifact, issues[0]) != STALE:
        _watch(session, house, artifact, issues[0])
        return
    length = cadence(session, house, artifact, issues[0])
    title, text = messages.stale(house, artifact, issues[0], length or timedelta())
    for person in sorted(owners.owners(session, house, artifact, issues[0].ref), key=lambda each: each.slack_id):
        prompts.tell(session, house, person.slack_id, _key(issues[0], person.slack_id), title, text)


def _watch(session: Session, house: House, artifact: Artifact, issue: ArtifactIssue) -> None:
    length = cadence(session, house, artifact, issue)
    if length is not None:
        stale_at = issue.at + AS_OLD_AGAIN * length + timedelta(seconds=1)
    elif artifact.ritual:
        # It is paused, and somebody may resume it.
        stale_at = house.clock.now() + LOOK_AGAIN
    else:
        return
    # One that other definitions make stale at once is told of now; whoever was told before is not told again.
    at = max(stale_at, house.clock.now())
    timers.arm(session, house, f"{TIMER}:{artifact.id}", TIMER, f"artifact:{artifact.id}", at)


def _held(session: Session, house: House, ritual_id: str, after: date) -> list[date]:
    """The next two days after a day on which a ritual is held."""
    ritual = house.definitions.calendar.ritual(ritual_id)
    assert ritual is not None
    organisation = house.definitions.organisation
    found = slots(as_it_stands(session, house, ritual), organisation, after + timedelta(days=1))
    near = takewhile(lambda slot: slot.day <= after + FURTHEST, found)
    return list(islice((slot.day for slot in near if slot.skipped_because is None), 2))


def _key(issue: ArtifactIssue, slack_id: str) -> str:
    return f"stale:{issue.id}:{slack_id}"
