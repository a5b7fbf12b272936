"""How triagers work on the queue, and submitters answer what they are asked."""

from collections.abc import Mapping

from bot.gesture import Handler
from bot.tables import Tables

VERBS: Mapping[str, Handler] = {}
"""What may follow `/insight`."""
TABLES = Tables()
