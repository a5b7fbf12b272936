"""What no single key of the charter shows: blocks that are missing, seams that nobody owns, one roadmap too many."""

from collections.abc import Iterator

from bot.definitions.charter import (
    FEWEST_MEASURES,
    FEWEST_NOT_OWNED,
    MOST_MEASURES,
    OWNERS,
    SIDES,
    Charter,
    Interface,
)
from bot.definitions.check import doubles, unknown_word
from bot.definitions.measures import COMPUTED, MeasureDefinition, MeasureRules
from bot.definitions.organisation import Organisation
from bot.yamlfile import Document, KeyPath, Problem, nearest

RIGHTS = "Product Ops informs. Product managers and product leadership decide."


def check_charter(charter: Charter, document: Document) -> Iterator[Problem]:
    yield from _missing_blocks(charter, document)
    if not charter.decision_rights:
        mend = f"write it under `decision_rights`, in your own words, such as: {RIGHTS}"
        message = "the charter must say that product managers keep decision rights"
        yield document.problem(("decision_rights",), message, mend, at_key=True, rule="CH02")
    if charter.measures and not FEWEST_MEASURES <= len(charter.measures) <= MOST_MEASURES:
        message = f"success is measured by {_counted(len(charter.measures), 'measure')}"
        mend = f"name {FEWEST_MEASURES} to {MOST_MEASURES}: fewer prove little, and more are read by nobody"
        yield document.problem(("measures",), message, mend, level="warning", rule="CH03")
    for i, measure in enumerate(charter.measures):
        if measure in charter.measures[:i]:
            yield document.problem(("measures", i), f"`{measure}` stands here twice", "keep one of them")
    yield from doubles(document, "interfaces", [each.id for each in charter.interfaces])


def check_charter_references(charter: Charter, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """The charter against the organisation."""
    unknown = unknown_word(organisation, document)
    yield from unknown(("sponsor",), charter.sponsor, OWNERS)
    yield from unknown(("owner",), charter.owner, OWNERS)
    if charter.model:
        yield from unknown(("model", "reports_to"), charter.model.reports_to, OWNERS)
    for i, interface in enumerate(charter.interfaces):
        yield from _interface(interface, document, organisation, ("interfaces", i))
    yield from _roadmaps(charter, document, organisation)


def check_charter_measures(charter: Charter, document: Document, measures: MeasureRules | None) -> Iterator[Problem]:
    """What success is measured by is known, and says where it stood and where it is to be."""
    own = {each.id: each for each in (measures.measures if measures else ())}
    for i, id in enumerate(charter.measures):
        found, place = own.get(id), ("measures", i)
        if found is None and id not in COMPUTED:
            yield document.problem(place, f"`{id}` is no measure", nearest(id, [*COMPUTED, *own]))
        elif measures and (lacking := _lacking(found)):
            message = (
                f"{found.title if found else COMPUTED[id].name} has {' and '.join(f'no {key}' for key in lacking)}"
            )
            mend = f"add {' and '.join(f'`{key}`' for key in lacking)} to {id} in measures.yaml"
            yield document.problem(place, message, mend, level="warning", rule="CH03")
    if charter.measures and measures is None:
        mend = "write measures.yaml, with a baseline and a target for each"
        message = "no measure of success has a baseline or a target"
        yield document.problem(("measures",), message, mend, level="warning", rule="CH03")


def _lacking(measure: MeasureDefinition | None) -> list[str]:
    return [key for key in ("baseline", "target") if measure is None or getattr(measure, key) is None]


def _missing_blocks(charter: Charter, document: Document) -> Iterator[Problem]:
    if charter.problem is None:
        message = "the charter does not say what product operations is there for"
        mend = "write `problem` with `reduce`, `improve` and `for`"
        yield document.problem(("problem",), message, mend, at_key=True, rule="IM01")
    lacking = (
        ("owns", "what we own", charter.owns, "write at least one line"),
        ("asking", "how to ask us", charter.asking, "write `channel`, `triage` and `reply_within`"),
        ("measures", "how success is measured", charter.measures, f"name {FEWEST_MEASURES} to {MOST_MEASURES}"),
    )
    for key, what, value, mend in lacking:
        if not value:
            yield document.problem((key,), f"the charter is missing {what}", mend, at_key=True, rule="CH01")
    if (count := len(charter.does_not_own)) < FEWEST_NOT_OWNED:
        message = "the charter is missing what we do not own"
        if count:
            message = f"the charter names only {_counted(count, 'thing')} that we do not own"
        mend = f"write at least {FEWEST_NOT_OWNED} lines: what has no limits grows without end"
        yield document.problem(("does_not_own",), message, mend, at_key=True, rule="CH01")


def _interface(
    interface: Interface, document: Document, organisation: Organisation, path: KeyPath
) -> Iterator[Problem]:
    unknown = unknown_word(organisation, document)
    functions = {each.id: each.name for each in organisation.functions}
    for j, side in enumerate(interface.sides):
        place = (*path, "sides", j)
        if side.function not in functions:
            message = f"no function has the id `{side.function}`"
            yield document.problem((*place, "of"), message, nearest(side.function, functions))
        for key, word in (("owner", side.owner), ("backup", side.backup)):
            if word is not None:
                yield from unknown((*place, key), word, OWNERS)
        if side.owner is None:
            name = functions.get(side.function, side.function)
            message = f"{interface.name} has no owner in {name}"
            yield document.problem(place, message, "add `owner`", level="warning", rule="OM03")
        elif side.owner == side.backup:
            message = f"the backup in {functions.get(side.function, side.function)} is the owner"
            yield document.problem((*place, "backup"), message, "name somebody else")
    if len(interface.sides) < SIDES:
        message = f"{interface.name} has {_counted(len(interface.sides), 'side')}, and lies between two"
        mend = "write both under `sides`, each with `of` and `owner`"
        yield document.problem((*path, "sides"), message, mend, level="warning", rule="OM03")
    if interface.reply_within is None:
        message = f"{interface.name} does not say by when one side answers the other"
        mend = "add `reply_within`, in working days"
        yield document.problem(path, message, mend, level="warning", rule="OM03")
    if interface.escalation is None:
        message = f"{interface.name} does not say who is asked when the two sides do not agree"
        yield document.problem(path, message, "add `escalation`", level="warning", rule="OM03")
    else:
        yield from unknown((*path, "escalation"), interface.escalation, OWNERS)


def _roadmaps(charter: Charter, document: Document, organisation: Organisation) -> Iterator[Problem]:
    """Every area has one roadmap."""
    unknown = unknown_word(organisation, document)
    areas = [each.id for each in organisation.areas]
    seen: dict[str, str] = {}
    for i, roadmap in enumerate(charter.roadmaps):
        yield from unknown(("roadmaps", i, "owner"), roadmap.owner, OWNERS)
        area = organisation.area(roadmap.area)
        if area is None:
            message = f"no area has the id `{roadmap.area}`"
            yield document.problem(("roadmaps", i, "area"), message, nearest(roadmap.area, areas))
        elif roadmap.area in seen:
            message = f"{area.name} already has a roadmap, {seen[roadmap.area]}"
            mend = "keep the one that its owner works with, and retire the other"
            yield document.problem(("roadmaps", i), message, mend, level="warning", rule="BO04")
        else:
            seen[roadmap.area] = f"on line {document.values['roadmaps', i][0]}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
