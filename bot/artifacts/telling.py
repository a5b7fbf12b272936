"""What an artifact still lacked as it went out, told once to whoever owns it and to product ops, in their day message.

What nobody has been shown yet is said together, and taken back once it is mended.
"""

from sqlalchemy.orm import Session

from bot.artifacts import messages, model, owners
from bot.artifacts.model import ArtifactIssue
from bot.definitions import Artifact
from bot.house import House
from bot.people.model import People
from bot.prompts import flow as prompts


def follow(session: Session, house: House, artifact: Artifact, issue: ArtifactIssue) -> None:
    """Promise a word on what fails, once for each issue; what was promised and not shown follows how it stands now."""
    if not issue.failed and issue.told_at is None:
        return
    unshown = {person: key for key, person in prompts.unsaid(session, house, f"{_beginning(artifact)}:").items()}
    for slack_id in _told(session, house, artifact, issue):
        if (key := unshown.get(slack_id)) is not None:
            _say_anew(session, house, artifact, slack_id, key)
        elif issue.told_at is None:
            _say(session, house, artifact, slack_id, f"{_beginning(artifact)}:{issue.id}:{slack_id}", [issue])
    issue.told_at = issue.told_at or house.clock.now()
    session.flush()


def _say_anew(session: Session, house: House, artifact: Artifact, slack_id: str, key: str) -> None:
    first = int(key.removeprefix(f"{_beginning(artifact)}:").partition(":")[0])
    lacking = [
        each
        for each in model.issues_from(session, house, artifact.id, first)
        if each.failed and slack_id in _told(session, house, artifact, each)
    ]
    if lacking:
        _say(session, house, artifact, slack_id, key, lacking)
    else:
        prompts.withdraw(session, house, key)


def _say(
    session: Session, house: House, artifact: Artifact, slack_id: str, key: str, issues: list[ArtifactIssue]
) -> None:
    title, text = messages.not_done(house, artifact, issues)
    prompts.tell(session, house, slack_id, key, title, text)


def _told(session: Session, house: House, artifact: Artifact, issue: ArtifactIssue) -> list[str]:
    """Slack ids, in one order everywhere, since each person is held."""
    product_ops = People(session, house).with_role("product_ops")
    found = [*owners.owners(session, house, artifact, issue.ref), *product_ops]
    return sorted({person.slack_id for person in found})


def _beginning(artifact: Artifact) -> str:
    return f"not-done:{artifact.id}"
