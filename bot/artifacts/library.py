"""Before an artifact goes out it is held against its definition of done; afterwards it is kept that it is out.

Neither keeps it from going out: what fails is said, and what goes wrong here is logged.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.artifacts import freshness, messages, model, telling
from bot.definitions import Artifact
from bot.house import Checked, House
from bot.logs import get_logger

log = get_logger(__name__)

T = TypeVar("T")


class Library:
    """What whoever posts an artifact asks of the library, as `house.links.library`."""

    def check(self, session: Session, house: House, made_by: str, ref: str) -> Checked:
        """How it stands, by the tests of its definition of done; nothing is tested of what the library has not."""
        artifact = _made_by(house, made_by)
        if artifact is None:
            return Checked(made_by, ref)
        failed = {}
        for sentence in artifact.done:
            names = _test(session, house, sentence.test, ref) if sentence.test else None
            if sentence.test and names is not None:
                failed[sentence.test] = names
        note = _harmless(session, lambda: messages.note(house, failed), made_by, ref) or ""
        return Checked(made_by, ref, failed, note)

    def issued(self, session: Session, house: House, checked: Checked, message_id: int | None, link: str = "") -> None:
        """It is out, or says something else now: keep that, and tell whom it concerns what still fails."""

        def keep(artifact: Artifact) -> None:
            issue, is_new = model.keep(session, house, artifact.id, checked, message_id, link)
            telling.follow(session, house, artifact, issue)
            if is_new:
                freshness.renewed(session, house, artifact, issue)

        if (artifact := _made_by(house, checked.made_by)) is not None:
            _harmless(session, lambda: keep(artifact), checked.made_by, checked.ref)


def _made_by(house: House, what: str) -> Artifact | None:
    library = house.definitions.artifacts
    return library.made_by(what) if library else None


def _test(session: Session, house: House, test: str, ref: str) -> list[str] | None:
    """What fails it; none when nobody could tell."""
    name, _, value = test.partition(" ")
    compute = house.links.done_tests.get(name)
    return _harmless(session, lambda: compute(session, house, ref, value), test, ref) if compute else None


def _harmless(session: Session, do: Callable[[], T], what: str, ref: str) -> T | None:
    """Do it; when it fails, only that is undone."""
    try:
        with session.begin_nested():
            return do()
    except Exception:
        log.exception("the artifact library failed, and the artifact goes out without it", what=what, ref=ref)
        return None
