"""What is long over is let go of, a little at a time: the words that were said, and lanes that nobody uses.

A message's row stays, without its words, since rooms change cards months later and find them by it.
"""

from sqlalchemy import and_, delete, exists, literal_column, select, update
from sqlalchemy.orm import Session

from bot.delivery.model import LANE, OUTBOX, UPDATE, is_open, is_to_look

DAY = 24 * 60 * 60_000
WORDS_ARE_KEPT = 90 * DAY
LANES_ARE_KEPT = DAY
AT_ONCE = 300


def let_go_of_words(session: Session, now: int) -> int:
    """Empty what was sent or taken back long ago, and delete changes that were made then; how many of both."""
    # Oldest first: of a message and its changes none outlives a later one, which its author compares with.
    over = session.execute(
        select(OUTBOX.c.id, OUTBOX.c.method)
        .where(
            OUTBOX.c.done_at < now - WORDS_ARE_KEPT,
            OUTBOX.c.state.in_([literal_column("'sent'"), literal_column("'cancelled'")]),
        )
        .order_by(OUTBOX.c.done_at, OUTBOX.c.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    changes = [each.id for each in over if each.method == UPDATE]
    messages = [each.id for each in over if each.method != UPDATE]
    if changes:
        session.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(changes)))
    if messages:
        session.execute(update(OUTBOX).where(OUTBOX.c.id.in_(messages)).values(payload={}, done_at=None))
    return len(over)


def forget_idle_lanes(session: Session, now: int) -> int:
    """Delete lanes that nothing waits in and nothing used for a day; a promise makes its lane anew. How many."""
    unused = and_(
        ~exists().where(
            OUTBOX.c.workspace_id == LANE.c.workspace_id, OUTBOX.c.lane == LANE.c.lane, is_open(OUTBOX.c.state)
        ),
        # What is held may have to go out yet.
        LANE.c.lane.not_in(select(OUTBOX.c.lane).where(is_to_look(OUTBOX.c.state))),
    )
    idle = session.scalars(
        select(LANE.c.lane)
        .where(LANE.c.tat < now - LANES_ARE_KEPT, LANE.c.blocked_until < now - LANES_ARE_KEPT, unused)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    if not idle:
        return 0
    # Looked at once more: a promise may have been committed before the lane was locked.
    gone = session.execute(delete(LANE).where(LANE.c.lane.in_(idle), unused).returning(LANE.c.lane))
    return len(gone.all())
