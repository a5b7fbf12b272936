"""What is critical goes to the incident process first, and is an insight second."""

from sqlalchemy.orm import Session

from bot.delivery import outbox
from bot.house import House
from bot.insights import messages
from bot.insights.model import Insight
from bot.insights.rights import everybody_of, may_see, rules_of
from bot.insights.routing import meant
from bot.people.model import channel_id
from bot.prompts import flow as prompts

CRITICAL = "critical"


def tell_first(session: Session, house: House, insight: Insight) -> None:
    """Tell whoever handles incidents, at once and once, when it is critical.

    Of a restricted one, who may not see it hears only that it is there and who knows more; no channel does.
    """
    incident = rules_of(house).incident
    if incident is None or insight.severity != CRITICAL:
        return
    for word in incident.tell:
        for person in meant(session, house, word, insight)[:1]:
            if may_see(session, house, insight, person.slack_id):
                title, text = messages.incident(house, insight, incident.process)
            else:
                title, text = messages.restricted_incident(house, insight, _readers(session, house), incident.process)
            prompts.tell(session, house, person.slack_id, f"insight:{insight.id}:incident", title, text, urgent=True)
    if incident.channel is not None and not insight.restricted:
        outbox.post(
            session,
            house,
            channel_id(session, house, incident.channel),
            messages.said(*messages.incident(house, insight, incident.process)),
            kind="insights.incident",
            dedupe=f"insights:incident:{insight.id}",
        )


def _readers(session: Session, house: House) -> list[str]:
    restricted = rules_of(house).restricted
    return [each.name for each in everybody_of(session, house, restricted.readers)] if restricted else []
