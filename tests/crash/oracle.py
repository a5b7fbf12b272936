"""Who is right is what Slack was told: its own log, against what was promised and what the outbox believes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.delivery.model import CANCELLED, DEAD, HELD, POST, SENT
from bot.delivery.pacing import LANE_INTERVAL, WORKSPACE_BURST, WORKSPACE_INTERVAL

MINUTE = 60.0
JITTER = 4
"""Messages that may come earlier than their pace, because those before them took longer on their way."""


@dataclass(frozen=True)
class Row:
    """What the outbox believes of one message."""

    id: int
    marker: str
    lane: str
    method: str
    state: str
    channel: str | None
    ts: str | None
    error: str | None = None


@dataclass(frozen=True)
class Said:
    """One copy that Slack took at `at` (seconds), and the words it shows now, if it still stands."""

    marker: str
    workspace_id: str
    channel: str
    ts: str
    at: float
    shows: str | None


@dataclass
class Verdict:
    """What was found wrong, one sentence for each message concerned."""

    messages: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: dict[str, str] = field(default_factory=dict)
    """What was at some time in Slack more than once, by its marker."""
    standing_twice: list[str] = field(default_factory=list)
    cancelled_but_said: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    misremembered: list[str] = field(default_factory=list)
    """The outbox believes something that is not so in Slack."""
    too_fast: list[str] = field(default_factory=list)

    def violations(self, may_double: Collection[str] = ()) -> list[str]:
        """All that may not be. For a while a copy too many may stand of what Slack, or a node, was too late with."""
        return [
            *self.lost,
            *(words for marker, words in self.doubled.items() if marker not in may_double),
            *self.standing_twice,
            *self.cancelled_but_said,
            *self.given_up,
            *self.out_of_order,
            *self.misremembered,
            *self.too_fast,
        ]


def judge(
    promised: Mapping[int, str], cancelled: Collection[int], rows: Sequence[Row], said: Sequence[Said]
) -> Verdict:
    """Hold Slack's log against the promises: message ids with the words they should show, and those taken back."""
    verdict = Verdict(messages=len(promised))
    copies = defaultdict(list)
    for each in said:
        copies[each.marker].append(each)
    known = {row.id: row for row in rows}
    for message_id, words in promised.items():
        row = known.get(message_id)
        if row is None:
            verdict.lost.append(f"message {message_id} is not even in the outbox")
        elif message_id in cancelled:
            _judge_cancelled(verdict, row, copies[row.marker])
        else:
            _judge_one(verdict, row, words, copies[row.marker])
    markers = {row.marker for row in rows}
    verdict.doubled |= {marker: f"Slack has {marker}, which nobody promised" for marker in copies.keys() - markers}
    verdict.lost += [
        f"a change of {row.channel or row.lane} is still {row.state}"
        for row in rows
        if row.method != POST and row.state not in (SENT, CANCELLED)
    ]
    verdict.out_of_order += _disorder(rows)
    verdict.too_fast += _haste(said)
    return verdict


def _judge_cancelled(verdict: Verdict, row: Row, copies: Sequence[Said]) -> None:
    if copies or row.state != CANCELLED:
        verdict.cancelled_but_said.append(f"message {row.id} was taken back, and is {row.state}, said {len(copies)}x")


def _judge_one(verdict: Verdict, row: Row, words: str, copies: Sequence[Said]) -> None:
    if row.state in (DEAD, HELD, CANCELLED):
        verdict.given_up.append(f"message {row.id} is {row.state}: {row.error}")
        return
    standing = [copy for copy in copies if copy.shows is not None]
    if not standing:
        verdict.lost.append(f"message {row.id} is not in Slack, and {row.state}")
        return
    if len(copies) > 1:
        verdict.doubled[row.marker] = f"message {row.id} was said {len(copies)} times ({row.marker})"
    if len(standing) > 1:
        verdict.standing_twice.append(f"message {row.id} stands {len(standing)} times ({row.marker})")
    recorded = [copy for copy in standing if (copy.channel, copy.ts) == (row.channel, row.ts)]
    if row.state != SENT or not recorded:
        verdict.misremembered.append(f"message {row.id} is {row.state} at {row.ts}, and stands at {standing[0].ts}")
    elif recorded[0].shows != words:
        verdict.lost.append(f"message {row.id} should say {words!r} and says {recorded[0].shows!r}")


def _disorder(rows: Iterable[Row]) -> Iterator[str]:
    """Of one lane, what was promised first stands first."""
    last: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row.id):
        if row.method != POST or row.state != SENT or row.ts is None:
            continue
        before = last.get(row.lane)
        if before is not None and float(before.ts or 0) > float(row.ts):
            yield f"message {row.id} stands before {before.id} in {row.lane}"
        last[row.lane] = row


def _haste(said: Iterable[Said]) -> Iterator[str]:
    """More in any minute than the paces allow, in a channel or in a workspace."""
    lanes, workspaces = defaultdict(list), defaultdict(list)
    for each in said:
        lanes[each.channel].append(each.at)
        workspaces[each.workspace_id].append(each.at)
    lane_most = MINUTE * 1_000 / LANE_INTERVAL + 1 + JITTER
    workspace_most = MINUTE * 1_000 / WORKSPACE_INTERVAL + WORKSPACE_BURST + JITTER
    for times, most in ((lanes, lane_most), (workspaces, workspace_most)):
        for where, taken in times.items():
            if (busiest := _most_in_a_minute(sorted(taken))) > most:
                yield f"{where} got {busiest} messages in one minute, and {most:.0f} are its pace"


def _most_in_a_minute(taken: Sequence[float]) -> int:
    first, most = 0, 0
    for last, at in enumerate(taken):
        while taken[first] <= at - MINUTE:
            first += 1
        most = max(most, last - first + 1)
    return most
