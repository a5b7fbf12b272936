"""What no single value of the captures shows: doubles, days on which nobody looks back, functions nobody knows."""

from collections.abc import Iterator

from bot.definitions.check import doubles
from bot.definitions.lookback import MOST_REQUIRED
from bot.definitions.organisation import Organisation
from bot.definitions.releases import RELEASE_OWNER, TIERS, ReleaseRules
from bot.yamlfile import Document, Problem, nearest


def check_lookback(rules: ReleaseRules, document: Document) -> Iterator[Problem]:
    yield from doubles(document, "captures", [each.id for each in rules.captures])
    seen: dict[tuple[str, str, int], str] = {}
    for i, capture in enumerate(rules.captures):
        for tier in capture.tiers:
            for function in capture.functions:
                other = seen.setdefault((tier, function, capture.day), capture.id)
                if other != capture.id:
                    message = f"`{function}` is asked twice {capture.day} days after a {tier} release: see `{other}`"
                    yield document.problem(("captures", i, "functions"), message, "put the questions into one of them")
        required = [j for j, question in enumerate(capture.questions) if question.required]
        if len(required) > MOST_REQUIRED:
            message = f"`{capture.id}` has {len(required)} questions that must be answered"
            place = ("captures", i, "questions", required[MOST_REQUIRED], "required")
            mend = f"leave at most {MOST_REQUIRED}; make one of them optional"
            yield document.problem(place, message, mend, rule="AR04")
        yield from _not_looked_back_on(rules, document, ("captures", i, "day"), capture.day, capture.tiers)
        ids = [question.id for question in capture.questions]
        for j, id in enumerate(ids):
            if id in ids[:j]:
                message = f"the id `{id}` is taken by a question above"
                yield document.problem(("captures", i, "questions", j, "id"), message, "give this one another id")
    if rules.awareness is not None:
        yield from _not_looked_back_on(rules, document, ("awareness", "day"), rules.awareness.day, TIERS)


def check_lookback_references(rules: ReleaseRules, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """The captures against the organisation."""
    known = [*(each.id for each in organisation.functions), RELEASE_OWNER]
    for i, capture in enumerate(rules.captures):
        for j, function in enumerate(capture.functions):
            if function not in known:
                message = f"no function has the id `{function}`"
                yield document.problem(("captures", i, "functions", j), message, nearest(function, known))


def _not_looked_back_on(
    rules: ReleaseRules, document: Document, place: tuple[str | int, ...], day: int, tiers: tuple[str, ...]
) -> Iterator[Problem]:
    days = sorted({each for tier in TIERS if tier in tiers for each in rules.tiers.of(tier).look_back})
    if day not in days:
        shown = ", ".join(str(each) for each in days) or "none"
        mend = f"write one of `look_back` of these tiers ({shown}), or add {day} there"
        yield document.problem(place, f"no release is looked back on after {day} days", mend)
