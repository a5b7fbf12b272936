"""A digest of a thousand updates, from records to checked messages, against Jinja2, dicts and JSON alone."""

import json
import time
from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from jinja2 import Environment

from benchmarks.load import make_house
from bot.house import Section
from bot.updates import messages
from bot.updates.answer import Answer
from bot.updates.digest import Digest, Line

AREAS = 1_000
TIMES = 5
FLOOR = "{% for line in lines %}{{ line.area }}: {{ line.answer.status }}, next {{ line.answer.next }}\n{% endfor %}"


def main() -> None:
    answer = Answer(
        status="amber", next="one\ntwo\nthree", shipped="what reached users " * 5, path="by Friday", confidence=70
    )
    lines = tuple(Line(f"area-{n}", f"Area {n}", "Ana", "Ana", answer, "green") for n in range(AREAS))
    compiled = Digest("Weekly", date(2026, 11, 25), ZoneInfo("UTC"), lines, (), (Section("Decisions", (), "None."),))
    house = make_house("sqlite://")

    def ours() -> None:
        messages.digest(house, compiled)
        for line in lines:
            json.dumps(messages.area_details(house, compiled, line).payload())

    template = Environment().from_string(FLOOR)

    def floor() -> None:
        template.render(lines=lines)
        for line in lines:
            text = template.render(lines=[line])
            json.dumps({"text": text, "blocks": [{"type": "section", "text": {"type": "plain_text", "text": text}}]})

    mine, bare = _best(ours), _best(floor)
    print(f"bare {bare * 1000:.0f} ms   ours {mine * 1000:.0f} ms   ratio {mine / bare:.1f}")


def _best(work: Callable[[], None]) -> float:
    def once() -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return min(once() for _ in range(TIMES))


if __name__ == "__main__":
    main()
