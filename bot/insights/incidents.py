"""What is critical goes to the incident process first, and is an insight second."""

from sqlalchemy.orm import Session

from bot.delivery import outbox
from bot.house import House
from bot.insights import messages
from bot.insights.model import Insight
from bot.insights.rights import rules_of
from bot.insights.routing import meant
from bot.people.model import channel_id
from bot.prompts import flow as prompts

CRITICAL = "critical"


def tell_first(session: Session, house: House, insight: Insight) -> None:
    """Tell whoever handles incidents, at once and once, when it is critical. A restricted one goes to no channel."""
    incident = rules_of(house).incident
    if incident is None or insight.severity != CRITICAL:
        return
    title, text = messages.incident(house, insight, incident.process)
    for word in incident.tell:
        for person in meant(session, house, word, insight)[:1]:
            prompts.tell(session, house, person.slack_id, f"insight:{insight.id}:incident", title, text, urgent=True)
    if incident.channel is not None and not insight.restricted:
        outbox.post(
            session,
            house,
            channel_id(session, house, incident.channel),
            messages.said(title, text),
            kind="insights.incident",
            dedupe=f"insights:incident:{insight.id}",
        )
