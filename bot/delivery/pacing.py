"""How fast Slack may be spoken to (GCRA: one timestamp a bucket, no counters, no windows).

A bucket keeps `tat`, the moment at which it would be empty again. A message is in time when that lies at most
`burst - 1` intervals ahead; each message moves it one interval on.
"""

LANE_INTERVAL = 1_050
"""Slack takes about one message a second in a channel."""
WORKSPACE_INTERVAL = 240
WORKSPACE_BURST = 10
SLOWEST_INTERVAL = 4_000
CHANGE_INTERVAL = 1_400
CHANGE_BURST = 5
"""Slack takes fifty changes of messages a minute, the first one with its burst as well."""
LOOK_INTERVAL = 1_600
"""Reading histories: the same, with a greater burst."""
SLOWEST_LOOK_INTERVAL = 60_000
"""One a minute, as Slack allows apps that are sold outside its Marketplace."""
LOOK_BURST = 10
FURTHEST = 120_000
"""How far ahead a bucket is moved at most, by what was sent or when Slack complains of changes."""


def room(tat: int, now: int, interval: int, burst: int) -> int:
    """How many messages are in time now."""
    return max(0, (now + (burst - 1) * interval - max(tat, now)) // interval + 1)


def room_for_changes(tat: int, now: int) -> int:
    return room(tat, now, CHANGE_INTERVAL, CHANGE_BURST)


def after(tat: int, now: int, interval: int, count: int = 1) -> int:
    """The bucket's `tat` after `count` messages now."""
    return max(tat, now) + count * interval


def emptied(until: int, interval: int, burst: int) -> int:
    """A `tat` that allows one message at `until` and no burst."""
    return until + (burst - 1) * interval


def slower(interval: int) -> int:
    return min(interval * 5 // 4, SLOWEST_INTERVAL)


def slower_looks(interval: int) -> int:
    return min(interval * 2, SLOWEST_LOOK_INTERVAL)


def recovered_looks(interval: int) -> int:
    return max(interval * 49 // 50, LOOK_INTERVAL)


def recovered(interval: int) -> int:
    return max(interval * 49 // 50, WORKSPACE_INTERVAL)
