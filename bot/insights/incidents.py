"""What is critical goes to the incident process first, and is an insight second."""

from sqlalchemy.orm import Session

from bot.definitions.insights import CRITICAL
from bot.delivery import outbox
from bot.house import House
from bot.insights import messages
from bot.insights.model import Insight
from bot.insights.rights import everybody_of, may_see, rules_of
from bot.insights.routing import meant, those_who_may_read
from bot.people.model import channel_id
from bot.prompts import flow as prompts


def tell_first(session: Session, house: House, insight: Insight) -> None:
    """Tell whoever handles incidents, at once and once, when it is critical.

    Of a restricted one, who may not see it hears only that it is there and who knows more; no channel does.
    """
    incident = rules_of(house).incident
    if incident is None or insight.severity != CRITICAL:
        return
    people = [person for word in incident.tell for person in meant(session, house, word, insight)[:1]]
    for person in dict.fromkeys([*people, *those_who_may_read(session, house, insight, people)]):
        if may_see(session, house, insight, person.slack_id):
            title, text = messages.incident(house, insight, incident.process)
        else:
            title, text = messages.restricted_incident(house, insight, _readers(session, house), incident.process)
        key = f"insight:{insight.id}:incident:{person.slack_id}"
        prompts.tell(session, house, person.slack_id, key, title, text, urgent=True)
    if incident.channel is not None and not insight.restricted:
        said = messages.said(*messages.incident(house, insight, incident.process))
        where = channel_id(session, house, incident.channel)
        outbox.post(session, house, where, said, kind="insights.incident", dedupe=_dedupe(insight))


def hide(session: Session, house: House, insight: Insight) -> None:
    """What is or was critical has become restricted: take it from the channel for incidents."""
    if (message_id := outbox.find(session, house, _dedupe(insight))) is not None:
        outbox.update(session, house, message_id, messages.hidden(house, insight))


def _dedupe(insight: Insight) -> str:
    return f"insights:incident:{insight.id}"


def _readers(session: Session, house: House) -> list[str]:
    return [each.name for each in everybody_of(session, house, rules_of(house).readers)]
