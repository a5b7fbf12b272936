"""What other rooms show on Home: the queue, absences, reminding, the rituals one looks after, ways to begin things."""

from bot import blocks
from bot.blocks import Block
from bot.home import messages
from bot.home.look import Look
from bot.insights import queue as insights_queue
from bot.insights import rights
from bot.people import absence
from bot.people import messages as people
from bot.prompts import messages as prompts
from bot.prompts.model import profile_of
from bot.rituals import messages as rituals


def queue(look: Look) -> list[Block]:
    """How much waits to be triaged, for whoever does that; nothing for others."""
    if not rights.is_triager(look.session, look.house, look.slack_id):
        return []
    waiting, late = insights_queue.waiting(look.session, look.house, look.slack_id)
    return [messages.queue(look.house, waiting, late)]


def blocks_of(look: Look) -> list[Block]:
    """What stands below all sections, whatever they show."""
    return [
        *_ways(look),
        blocks.divider(),
        *rituals.on_home(look.session, look.house, look.slack_id, look.paused),
        *_own(look),
        messages.footer(look.house),
    ]


def _own(look: Look) -> list[Block]:
    """When this person is away and how much they are reminded; nothing for whom the definitions do not name."""
    if look.person is None:
        return []
    coming = [each for _person, each in absence.coming(look.session, look.house, look.slack_id)]
    return [
        *people.on_home(look.house, coming, look.today),
        *prompts.on_home(look.house, profile_of(look.session, look.house, look.slack_id)),
    ]


def _ways(look: Look) -> list[Block]:
    """Buttons for what people begin from here."""
    definitions = look.house.definitions
    found = []
    if definitions.insights:
        found.append(blocks.button("Log insight", "insights.log"))
    if definitions.releases:
        found.append(blocks.button("Launch calendar", "comms.launches"))
    if definitions.releases and look.person is not None:
        found.append(blocks.button("Something surprised me", "home.surprised"))
    return [blocks.actions(*found)] if found else []
