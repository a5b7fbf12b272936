"""How whoever an insight is routed to acknowledges it, answers it or hands it back."""

from collections.abc import Mapping

from bot.gesture import Handler
from bot.tables import Tables

VERBS: Mapping[str, Handler] = {}
"""What may follow `/insight`."""
TABLES = Tables()
