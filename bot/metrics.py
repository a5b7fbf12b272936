"""Figures for Prometheus: what this process has counted since it started, and what it finds when it is asked.

Counting costs nothing and never fails, so that delivery and the doors may do it anywhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily

CONTENT_TYPE = CONTENT_TYPE_LATEST

SENT = "messages_sent"
RATE_LIMITED = "rate_limited"
FOUND = "lookups_found"
RESENT = "messages_resent"
DUPLICATES_DELETED = "duplicates_deleted"
FENCED = "fenced"
STALE_SKIPPED = "stale_skipped"

_registry = CollectorRegistry()
_counters = {
    name: Counter(f"drumbeat_{name}", what, registry=_registry)
    for name, what in {
        SENT: "Messages and changes that Slack took.",
        RATE_LIMITED: "Times that Slack asked to be left alone.",
        FOUND: "Messages whose answer was lost and that Slack's history showed.",
        RESENT: "Messages that Slack's history did not show and that were sent again.",
        DUPLICATES_DELETED: "Second copies that were found and deleted. More than none is an alarm.",
        FENCED: "Outcomes that came after another process had taken the message over.",
        STALE_SKIPPED: "Claims that were too old to act on when their turn came.",
    }.items()
}
_acknowledged = Histogram(
    "drumbeat_ack_seconds",
    "How long people's gestures waited for their acknowledgement; Slack gives up after three seconds.",
    ["kind"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5),
    registry=_registry,
)
ProcessCollector(registry=_registry)


@dataclass(frozen=True)
class Gauge:
    """One figure as it is now; figures of one name differ in their labels."""

    name: str
    """Without the leading `drumbeat_`; ends in its unit."""
    what: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


def count(name: str, times: int = 1) -> None:
    """Note that something happened; `name` is one of this module's."""
    _counters[name].inc(times)


def acknowledged(kind: str, seconds: float) -> None:
    """Note how long a gesture (`command`, `action`, …) waited for its acknowledgement."""
    _acknowledged.labels(kind).observe(seconds)


def page(gauges: Iterable[Gauge] = ()) -> bytes:
    """Everything counted, and `gauges`, as Prometheus reads it."""
    asked = CollectorRegistry()
    asked.register(_Asked(list(gauges)))
    return generate_latest(_registry) + generate_latest(asked)


class _Asked:
    def __init__(self, gauges: list[Gauge]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name in dict.fromkeys(gauge.name for gauge in self._gauges):
            same = [gauge for gauge in self._gauges if gauge.name == name]
            family = GaugeMetricFamily(f"drumbeat_{name}", same[0].what, labels=list(same[0].labels))
            for gauge in same:
                family.add_metric(list(gauge.labels.values()), gauge.value)
            yield family
