"""Whether anybody reads an artifact. Slack does not tell, so what counts is that it was opened from here, or cited.

Only that is counted, and by nobody's name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.actions.model import Action
from bot.artifacts import model
from bot.decisions.model import Decision
from bot.definitions import Artifact
from bot.delivery import outbox
from bot.house import House
from bot.insights.model import Insight
from bot.rituals.model import Occurrence

UNREAD = timedelta(days=60)
CITABLE = timedelta(days=365)
"""For so long a message is recognised by its address."""
_ADDRESS = re.compile(r"/archives/([A-Z0-9]+)/p(\d+)(\d{6})")


def unread(session: Session, house: House, artifacts: Sequence[Artifact]) -> dict[str, date]:
    """Those that nobody has opened or cited for so long, by id: the last day on which anybody did, or the first issue.

    What has not gone out for as long has no readers to lose.
    """
    now, zone = house.clock.now(), house.definitions.organisation.zone
    first, opened = model.first_issued(session, house), model.last_opened(session, house)
    last = model.latest(session, house, [each.id for each in artifacts])
    found = {}
    for each in artifacts:
        if each.id not in last or last[each.id].at < now - UNREAD or first[each.id] > now - UNREAD:
            continue
        since = opened.get(each.id) or first[each.id].astimezone(zone).date()
        if since < (now - UNREAD).astimezone(zone).date():
            found[each.id] = since
    cited = _cited(session, house, [each for each in artifacts if each.id in found]) if found else set()
    return {id: since for id, since in found.items() if id not in cited}


def _cited(session: Session, house: House, artifacts: Sequence[Artifact]) -> set[str]:
    """The artifacts that somebody has named in a record lately, by id or by a message's address."""
    by_message = _messages(session, house)
    # A word of its own, also where it begins or ends the text.
    named = {each.id: re.compile(rf"(?<![\w-]){re.escape(each.id)}(?![\w-])") for each in artifacts}
    found: set[str] = set()
    for ritual_id, text in _texts(session, house):
        at = {by_message.get((channel, f"{seconds}.{rest}"), "") for channel, seconds, rest in _ADDRESS.findall(text)}
        for each in artifacts:
            # What a ritual leaves is named as it closes anyway.
            if ritual_id != (each.ritual or "") or not ritual_id:
                found |= {each.id} if each.id in at or named[each.id].search(text) else set()
    return found


def _messages(session: Session, house: House) -> Mapping[tuple[str, str], str]:
    """By where they stand in Slack, of which artifact messages are."""
    issues = model.issued_since(session, house, house.clock.now() - CITABLE)
    by_id = {each.message_id: each.artifact_id for each in issues if each.message_id is not None}
    fates = outbox.fates(session, house, list(by_id))
    return {(fate.posted.channel, fate.posted.ts): by_id[id] for id, fate in fates.items() if fate.posted}


def _texts(session: Session, house: House) -> Iterator[tuple[str, str]]:
    """What people wrote lately into decisions, actions and insights, and as reviews closed; with the review's id."""
    since = house.clock.now() - UNREAD
    of_decisions = (Decision.question, Decision.decision, Decision.options, Decision.why, Decision.links)
    queries = [
        select(*of_decisions).where(Decision.workspace_id == house.workspace_id, Decision.raised_at >= since),
        select(Action.what).where(Action.workspace_id == house.workspace_id, Action.agreed_at >= since),
        select(Insight.what, Insight.proof, Insight.link).where(
            Insight.workspace_id == house.workspace_id, Insight.captured_at >= since
        ),
    ]
    for query in queries:
        for texts in session.execute(query):
            yield "", "\n".join(text or "" for text in texts)
    closed = select(Occurrence.ritual_id, Occurrence.artifact).where(
        Occurrence.workspace_id == house.workspace_id, Occurrence.ended_at >= since, Occurrence.artifact.is_not(None)
    )
    yield from ((ritual_id, artifact or "") for ritual_id, artifact in session.execute(closed))
