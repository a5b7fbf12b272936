"""The plans of the quarters as documents: each as it was closed, and as it was corrected since."""

from sqlalchemy.orm import Session

from bot.house import House
from bot.quarter import model, spans


def files(session: Session, house: House) -> dict[str, str]:
    """Each in Markdown by the name of its file, `quarter-plan-2027-01-01.md`; corrected `…-01-2.md`."""
    found = {}
    for version, occurrence in model.every_version(session, house):
        first = spans.planned_for(house, occurrence).first.isoformat()
        number = f"-{version.number}" if version.number > 1 else ""
        found[f"{occurrence.ritual_id}-{first}{number}.md"] = version.markdown
    return found
