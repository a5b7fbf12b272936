"""The ritual kind that tells each audience what has changed, in words of its own. It asks nobody."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from bot.audit import record
from bot.definitions import Ritual
from bot.definitions.artifacts import made_by_ritual
from bot.delivery import outbox
from bot.digests import collecting, messages, model, subscribing
from bot.digests.facts import Facts
from bot.digests.model import KIND, Copy, Issue
from bot.house import House
from bot.logs import get_logger
from bot.people.model import People, channel_id
from bot.prompts import flow as prompts
from bot.rituals import model as occurrences
from bot.rituals.kinds import AsksNobody
from bot.rituals.model import Occurrence
from bot.rituals.schedule import until_next
from bot.words import TemplateProblem

log = get_logger(__name__)

READ = "digests.read"
"""The button that opens all of an issue."""


class Digest(AsksNobody):
    """The ritual kind: it tells what has changed since its own last issue, and closes."""

    def publish(self, session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
        if occurrences.move(session, house, occurrence, occurrences.CLOSED, artifact=ritual.artifact):
            _issue(session, house, ritual, occurrence)


def correct(session: Session, house: House, ritual_id: str) -> None:
    """What a ritual had published was changed: the last issues that told of it follow.

    The copy in a channel is edited, and what nobody was told yet is told as it is now. What stands in people's day
    messages stays: nobody reads them again. One whose template is broken stays as it is: whoever has corrected
    something must not wait for that.
    """
    published = occurrences.latest_published(session, house, ritual_id)
    for ritual in subscribing.all_of(house):
        issue = model.last(session, house, ritual.id)
        if issue is None or published is None or published.ended_at is None or issue.at < published.ended_at:
            continue
        facts = collecting.collect(session, house, issue.since, issue.at)
        uncorrected = replace(facts, **collecting.areas_from_json(issue.says["of_areas"]))
        try:
            says = _says(house, ritual, facts)
            shows_none = says["whole"] == _says(house, ritual, uncorrected)["whole"]
        except TemplateProblem as problem:
            log.error("a digest was not corrected", ritual=ritual.id, issue=issue.id, reason=str(problem))
            continue
        if shows_none:
            # It shows nothing of what was corrected; what else has changed since is for the next issue.
            continue
        issue.says, issue.edited_at = says, house.clock.now()
        record(session, house, "digest.corrected", f"ritual:{ritual.id}", issue=issue.id)
        if issue.message_id is not None:
            outbox.update(session, house, issue.message_id, messages.in_channel(house, ritual, issue))
        for person in prompts.unsaid(session, house, f"digest:{issue.id}:").values():
            _tell(session, house, issue, person)


def _issue(session: Session, house: House, ritual: Ritual, occurrence: Occurrence) -> None:
    last, now = model.last(session, house, ritual.id), house.clock.now()
    since = last.at if last else now - until_next(ritual, house.definitions.organisation, occurrence.day)
    issue = Issue(
        workspace_id=house.workspace_id, ritual_id=ritual.id, occurrence_id=occurrence.id, readers=ritual.readers,
        since=since, at=now, says=_says(house, ritual, collecting.collect(session, house, since, now)),
    )  # fmt: skip
    session.add(issue)
    session.flush()
    if ritual.channel:
        issue.message_id = _post(session, house, ritual, issue)
    if last is not None:
        # Who was away meanwhile reads one, and that the newest.
        subscribing.withdraw(session, house, last)
    people = subscribing.subscribers(session, house, ritual)
    session.add_all(Copy(workspace_id=house.workspace_id, issue_id=issue.id, person=each.slack_id) for each in people)
    for person in people:
        _tell(session, house, issue, person.slack_id)
    if (library := house.links.library) is not None:
        checked = library.check(session, house, made_by_ritual(ritual.id), f"occurrence:{occurrence.id}")
        library.issued(session, house, checked, issue.message_id)
    record(session, house, "digest.issued", f"ritual:{ritual.id}", issue=issue.id, people=len(people))


def _says(house: House, ritual: Ritual, facts: Facts) -> dict[str, Any]:
    """The issue in words, with what it knows of areas, by which a correction sees whether it shows any of it."""
    return {**messages.worded(house, ritual, facts), "of_areas": collecting.areas_to_json(facts)}


def _post(session: Session, house: House, ritual: Ritual, issue: Issue) -> int:
    owner = People(session, house).by_ref(ritual.owner)
    return outbox.post(
        session,
        house,
        channel_id(session, house, ritual.channel),
        messages.in_channel(house, ritual, issue),
        kind=f"digests.{KIND}",
        dedupe=f"digests:{issue.occurrence_id}",
        report_to=owner.slack_id if owner else None,
        routine=True,
    )


def _tell(session: Session, house: House, issue: Issue, person: str) -> None:
    title, lines = messages.in_day_message(issue)
    more = prompts.More("Read it", READ, str(issue.id))
    prompts.tell(session, house, person, model.key(issue.id, person), title, lines, more=more)
