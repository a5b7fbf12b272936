"""People as somebody types them: by name, e-mail address or Slack id; on a line each, or with commas."""

import re

from sqlalchemy.orm import Session

from bot.house import House
from bot.people.model import People

MOST = 20


def people(session: Session, house: House, typed: str) -> tuple[list[str], str]:
    """The people as the definitions refer to them, and what is wrong with the words; empty when nothing is."""
    everybody = People(session, house).everybody()
    known = {word.casefold(): each.ref for each in everybody for word in (each.name, each.ref, each.slack_id)}
    words = [word for each in re.split(r"[,;\n]", typed) if (word := each.strip().removeprefix("@"))]
    if unknown := [word for word in words if word.casefold() not in known]:
        return [], f"I do not know {', '.join(unknown)[:200]}. Write the people of `organisation.yaml` by their names."
    refs = list(dict.fromkeys(known[word.casefold()] for word in words))
    if len(refs) > MOST:
        return [], f"Name at most {MOST}; a function reaches many."
    return refs, ""
