"""Mentions in what a ritual posts to a channel: only of people in our own directory, and only where it wants them."""

from collections.abc import Iterable
from datetime import datetime

from bot import markup
from bot.definitions import Ritual
from bot.house import House
from bot.people.model import People, Person

MOST = 50
"""So many people are mentioned in one line; the rest are counted. More of them would be the channel."""


def mentions(
    house: House, people: People, ritual: Ritual, wanted: Iterable[Person | None], at: datetime
) -> tuple[str, ...]:
    """Each of these people once, as Slack's markup, less those who are away at `at`; nobody unless the ritual mentions.

    `at` is when the post was made, also when it is edited: an edit notifies nobody, so whom it mentions stays.
    """
    if not ritual.mentions:
        return ()
    there = [
        person
        for person in dict.fromkeys(wanted)
        if person is not None and people.away_because(person, person.today(at), ritual.id) is None
    ]
    mentioned = tuple(markup.mention(person.slack_id) for person in there[:MOST])
    if len(there) <= MOST:
        return mentioned
    return (*mentioned, house.words.part("people/mentions.mrkdwn.j2", "more", count=len(there) - MOST))
