"""The questions of the interview, for Slack and the terminal alike: five, then those that only some are asked.

A question is one form of at most five fields. What is left open, or answered with *I don't know yet*, becomes an
assumption where a value is needed, unless the field may stay empty.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from bot.errors import FieldErrors
from bot.house import OldMeeting
from bot.setup import areas
from bot.setup.catalogue import FRICTIONS, OUTCOMES

UNKNOWN = areas.UNKNOWN
"""How somebody says that they don't know yet."""
MOST_OUTCOMES, MOST_TEXT, MOST_ASIDE, MOST_NUMBER = 3, 500, 300, 9999
MOST_NAME, MOST_MINUTES, MOST_PEOPLE, MOST_LINK = 75, 480, 500, 300
Kind = Literal["choice", "choices", "text", "lines", "number", "person", "day"]
Values = dict[str, Any]
"""By field: text, a list of texts for several choices, and None for what is not known yet."""


@dataclass(frozen=True)
class Field:
    """One thing that is asked."""

    id: str
    label: str
    kind: Kind
    what: str = ""
    """Where the value stands in the definitions, such as `organisation.profile.pods`; empty: nowhere by itself."""
    options: Mapping[str, str] | None = None
    """What may be chosen, with how it is called."""
    hint: str = ""
    may_be_empty: bool = False
    """Whether nothing is an answer, too."""
    most: int = 1
    """Of `choices`, how many."""
    longest: int = MOST_TEXT
    """Of `text`, how many characters: as many as is kept where it stands."""
    says: str = ""
    """What stands before the value where it is shown alone; empty: the label."""

    @property
    def called(self) -> str:
        return self.says or self.label


@dataclass(frozen=True)
class Question:
    id: str
    title: str
    """Short: it is a form's title, too."""
    asks: str
    fields: tuple[Field, ...]

    def field(self, id: str) -> Field:
        return next(each for each in self.fields if each.id == id)


_FRICTION_NAMES = {id: each.name for id, each in FRICTIONS.items()} | {"own": "Something else: my own words below"}

SHAPE = Question(
    "shape",
    "Your organisation",
    "How is your product organisation built?",
    (
        Field(
            "model",
            "Whom do you sell to?",
            "choice",
            "organisation.profile.model",
            {"b2b": "Companies", "b2c": "Consumers", "both": "Both"},
        ),
        Field(
            "stage",
            "At what stage are you?",
            "choice",
            "organisation.profile.stage",
            {"start": "Starting: few customers, much changes", "growing": "Growing fast", "established": "Established"},
        ),
        Field(
            "product_managers",
            "How many product managers are there?",
            "number",
            "organisation.profile.product_managers",
        ),
        Field("pods", "How many teams build the product?", "number", "organisation.profile.pods"),
        Field(
            "teams",
            "Do they sit and decide in one place?",
            "choice",
            "organisation.profile.teams",
            {"central": "In one place", "distributed": "Distributed over places or units"},
        ),
    ),
)
FRICTION = Question(
    "frictions",
    "What breaks most",
    "Which three things break most, the worst first?",
    (
        Field("first", "What breaks most?", "choice", "calendar.frictions", _FRICTION_NAMES),
        Field("second", "And then?", "choice", options=_FRICTION_NAMES, may_be_empty=True),
        Field("third", "And third?", "choice", options=_FRICTION_NAMES, may_be_empty=True),
        Field("examples", "One example of each, a line each", "lines", may_be_empty=True, hint="When was it last so?"),
        Field("own", "In your own words, if none of them fits", "text", may_be_empty=True, longest=MOST_NAME),
    ),
)
OUTCOME = Question(
    "outcomes",
    "What should be easier",
    "What should be easier in 30 to 90 days? At least one of it is measured.",
    (
        Field(
            "outcomes",
            f"Up to {MOST_OUTCOMES} of these",
            "choices",
            "charter.measures",
            {id: each.name for id, each in OUTCOMES.items()},
            most=MOST_OUTCOMES,
            says="What should be easier?",
        ),
        Field(
            "target",
            "Where is the first of them to be?",
            "text",
            "measures.target",
            hint="A number with what it counts, such as 10 %, 2 days or 90 minutes.",
        ),
        Field(
            "baseline",
            "Where does it stand now?",
            "text",
            "measures.baseline",
            hint="A number of the same sort. If nobody knows, Drumbeat counts it in the first two weeks.",
        ),
        Field("by", "By when is it to be there?", "day", "measures.by"),
        Field("owner", "Who answers for that number?", "person", "measures.owner"),
    ),
)
PEOPLE = Question(
    "people",
    "Who decides",
    "Who decides, and who leads those whom it affects most? Each of them is asked whether they take it on.",
    (
        Field("sponsor", "Who wants this to succeed, and can clear the way?", "person", "charter.sponsor"),
        Field("head_of_product", "Who is head of product?", "person", "organisation.people.head_of_product"),
        Field("product_ops", "Who runs product operations?", "person", "organisation.people.product_ops"),
        Field("support", "Who leads Support?", "person", "organisation.functions.support"),
        Field("sales", "Who leads Sales?", "person", "organisation.functions.sales"),
    ),
)
AREAS = Question(
    "areas",
    "Your product",
    "Who decides in each area of your product, and where is all this tried first?",
    (
        Field(
            "areas",
            "One area a line: its name, owner, deputy, channel",
            "lines",
            "organisation.areas",
            hint="Such as: Billing, ana@example.com, ben@example.com, #billing. Write ? for whom you don't know yet.",
            says="Which areas does your product have?",
        ),
        Field(
            "pilot",
            "Where is it tried first?",
            "text",
            "pilot.areas",
            hint="One or two of the areas, with a comma between. One alone, if only there is much trouble.",
        ),
        Field("why", "Why there?", "text", "pilot.why"),
        Field("begins", "When does it begin?", "day", "pilot.begins"),
    ),
)
RITUALS = Question(
    "rituals",
    "What you do now",
    "Which meetings and reports do you have now, and what hurts?",
    (
        Field(
            "now",
            "One a line: name, how often, minutes, people",
            "lines",
            may_be_empty=True,
            hint="Such as: Status call, every week, 60, 12. Then, if there is one, a link to what it left last.",
        ),
        Field("hurts", "What hurts most about them?", "text", may_be_empty=True, longest=MOST_ASIDE),
        Field(
            "audience",
            "Who reads what you write about the product?",
            "text",
            "organisation.profile.audience",
            may_be_empty=True,
            hint="Such as: leadership, Sales and Support.",
        ),
    ),
)
MORE = Question(
    "more",
    "A few more",
    "These help to fit it to you. Leave empty what does not matter.",
    (
        Field(
            "complaints",
            "Which documents do people complain about?",
            "text",
            "organisation.profile.complaints",
            may_be_empty=True,
        ),
        Field(
            "tools",
            "Where are plans, tickets and documents kept?",
            "text",
            "organisation.profile.tools",
            may_be_empty=True,
        ),
        Field(
            "model",
            "Where is Product Ops to sit?",
            "choice",
            "charter.model.kind",
            {
                "central": "In one team for all",
                "embedded": "With the area that has most trouble",
                "hybrid": "A small core, and people with the areas",
            },
        ),
        Field(
            "privacy",
            "What binds you?",
            "choices",
            "organisation.constraints",
            {
                "no-customer-names": "Customers must not be named in Slack",
                "security-review": "Security or Legal must see releases",
                "regulated": "A regulator looks at what we do",
            },
            may_be_empty=True,
            most=3,
        ),
        Field(
            "words",
            "Your own words, one a line",
            "lines",
            "organisation.aliases",
            may_be_empty=True,
            hint="Such as: area = squad",
        ),
    ),
)
SENTENCE = Question(
    "sentence",
    "The problem",
    "This is why Product Ops exists here: to reduce … and improve … for …. Make it yours.",
    (
        Field("reduce", "It exists to reduce", "text", "charter.problem.reduce"),
        Field("improve", "and improve", "text", "charter.problem.improve", says="It exists to improve"),
        Field("for", "for", "text", "charter.problem.for", says="It exists for"),
    ),
)
CORE = (SHAPE, FRICTION, OUTCOME, PEOPLE, RITUALS)
QUESTIONS: Mapping[str, Question] = {each.id: each for each in (*CORE, AREAS, MORE, SENTENCE)}
"""In the order in which they are asked."""

_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,4})?( ?%| ?(minutes?|hours?|days?|messages?))?")
_OFTEN = {
    "every working day": "every working day",
    "every day": "every working day",
    "daily": "every working day",
    "every week": "every week",
    "weekly": "every week",
    "every 2 weeks": "every 2 weeks",
    "every month": "every month",
    "monthly": "every month",
    "every quarter": "every quarter",
    "quarterly": "every quarter",
}


def understood(question: Question, given: Mapping[str, Sequence[str]]) -> Values:
    """What was filled in, field by field; raises FieldErrors for what cannot be."""
    values: Values = {}
    wrong: dict[str, str] = {}
    for field in question.fields:
        raw = [each for each in given.get(field.id, ()) if each.strip()]
        values[field.id] = _value(field, raw)
        if says := _wrong(field, values[field.id]):
            wrong[field.id] = says
    if question is FRICTION:
        wrong |= _wrong_frictions(values)
    if question is OUTCOME and not wrong and values["outcomes"]:
        wrong |= _wrong_units(values)
    if wrong:
        raise FieldErrors(wrong)
    return values


def _wrong_units(values: Values) -> dict[str, str]:
    """What is counted in another way than the first outcome is."""
    unit, wrong = OUTCOMES[values["outcomes"][0]].unit, {}
    for name in ("target", "baseline"):
        said = "" if days_counted(str(values[name])) else str(values[name] or "")
        number, counts = re.match(r"[\d.]*", said)[0], re.sub(r"[\d. ]", "", said)  # type: ignore[index]  # it may be empty
        if said and counts.rstrip("s") != unit.rstrip("s"):
            wrong[name] = f"Write it in {unit}: that is how the first of them is counted."
        elif said and unit == "%" and float(number) > 100:
            wrong[name] = "Write 100 % or less."
    return wrong


def _wrong_frictions(values: Values) -> dict[str, str]:
    wrong, ranked = {}, [values[each] for each in ("first", "second", "third")]
    for name, each, before in (("second", ranked[1], ranked[:1]), ("third", ranked[2], ranked[:2])):
        if each and each in before:
            wrong[name] = "You have said this already: choose another one, or none."
    if "own" in ranked and not values["own"]:
        wrong["own"] = "Say in your own words what it is."
    lines = [each for each in str(values["examples"] or "").splitlines() if each.strip()]
    if len(lines) > max(1, sum(map(bool, ranked))):
        wrong["examples"] = "Write one line for each of those above: these are more."
    for i, line in enumerate(lines, 1):
        if len(line.strip()) > MOST_TEXT:
            wrong["examples"] = f"Line {i}: write at most {MOST_TEXT} characters."
    return wrong


def nothing_known(question: Question) -> Values:
    """The answer of somebody who does not know anything of it yet."""
    return {field.id: "" if field.may_be_empty else None for field in question.fields}


def asked_for(what: str) -> tuple[Question, Field] | None:
    """The question of the interview that asks for what stands at `what` in the definitions."""
    of_area = re.sub(r"^organisation\.areas\.[^.]+\.(owner|deputy)$", "organisation.areas", what)
    of_outcome = re.sub(r"^measures\.[^.]+$", "charter.measures", of_area)
    general = re.sub(r"^measures\.[^.]+\.", "measures.", of_outcome)
    every = ((question, field) for question in QUESTIONS.values() for field in question.fields)
    return next(((question, field) for question, field in every if field.what == general), None)


def in_words(field: Field, value: Any, called: Callable[[str], str] = str) -> str:
    """A value as people read it; `called` names somebody whom the definitions refer to."""
    if field is AREAS.field("areas"):
        return areas.in_words(str(value), called)
    if field.kind == "person":
        return called(str(value))
    some = value if isinstance(value, list) else [value]
    return ", ".join((field.options or {}).get(str(each), str(each)) for each in some)


def value_in_words(what: str, value: str, called: Callable[[str], str]) -> str:
    """What stands at `what` as an assumption, as people read it."""
    asked = asked_for(what)
    if asked and asked[1] is AREAS.field("areas") and what != asked[1].what:
        return called(value)
    return in_words(asked[1], value, called) if asked else value


def said_counted(days: tuple[date, date]) -> str:
    """How a baseline is said that Drumbeat counts."""
    return f"counted from {days[0]} to {days[1]}"


def days_counted(said: str) -> tuple[date, date] | None:
    """The days of a baseline that is said to be counted; none for anything else."""
    found = re.fullmatch(r"counted from (\S+) to (\S+)", " ".join(said.split()))
    if not found or not (_is_day(found[1]) and _is_day(found[2])):
        return None
    days = date.fromisoformat(found[1]), date.fromisoformat(found[2])
    return days if days[0] <= days[1] else None


def own_words(said: str) -> dict[str, str]:
    """Drumbeat's words with those that stand for them, of lines such as `area = squad`."""
    pairs = (line.partition("=") for line in said.splitlines())
    return {word.strip(): own.strip() for word, _, own in pairs if word.strip() and own.strip()}


def meetings(values: Values) -> list[OldMeeting]:
    """What people go to now, as it was typed."""
    lines = [line for line in str(values.get("now") or "").splitlines() if line.strip()]
    return [each for each in map(_meeting, lines) if not isinstance(each, str)]


def _meeting(line: str) -> OldMeeting | str:
    """One of them, or what is wrong with its line."""
    name, *rest = (each.strip() for each in line.split(",", 4))
    if len(rest) < len(("often", "minutes", "people")):
        return "write name, how often, minutes, people, with a comma between"
    often = _OFTEN.get(rest[0].casefold())
    if often is None:
        return "write every week, or every working day, 2 weeks, month, quarter"
    minutes, people = ((found[0] if (found := re.findall(r"\d+", each)) else "") for each in rest[1:3])
    if not name or len(name) > MOST_NAME:
        return f"begin with its name, of at most {MOST_NAME} characters"
    if not _is_number(minutes, MOST_MINUTES):
        return f"write its minutes, 1 to {MOST_MINUTES}"
    if not _is_number(people, MOST_PEOPLE):
        return f"write how many people come, 1 to {MOST_PEOPLE}"
    if len("".join(rest[3:])) > MOST_LINK:
        return f"write a link of at most {MOST_LINK} characters"
    return OldMeeting(name, often, int(minutes), int(people), "".join(rest[3:]))


def _is_number(text: str, most: int) -> bool:
    return 0 < len(text) <= len(str(most)) and 1 <= int(text) <= most


def _value(field: Field, raw: Sequence[str]) -> Any:
    if UNKNOWN in [each.strip() for each in raw]:
        return None if not field.may_be_empty else [] if field.kind == "choices" else ""
    if field.kind == "choices":
        return list(raw) if raw or field.may_be_empty else None
    text = raw[0].strip() if raw else ""
    return text if text or field.may_be_empty else None


def _wrong(field: Field, value: Any) -> str:
    if not value:
        return ""
    if field.kind == "choices" and len(value) > field.most:
        return f"Choose at most {field.most}."
    if field.options is not None:
        chosen = value if isinstance(value, list) else [value]
        return "" if set(chosen) <= field.options.keys() else "Choose one of those that are offered."
    if field.kind == "number" and not (str(value).isdecimal() and int(value) <= MOST_NUMBER):
        return "Write a number, or leave it empty if you don't know yet."
    is_counted = field.id == "baseline" and days_counted(str(value))
    if field.id in ("target", "baseline") and not is_counted and not _AMOUNT.fullmatch(" ".join(str(value).split())):
        return "Write a number with what it counts, such as 10 %, 2 days or 90 minutes."
    if field.kind == "text" and len(str(value)) > field.longest:
        return f"Write at most {field.longest} characters: these are {len(str(value))}."
    if field.kind == "day" and not _is_day(str(value)):
        return "Write a day, such as 2027-02-15."
    if field is AREAS.field("areas"):
        return areas.wrong(str(value))
    if field is RITUALS.field("now"):
        found = [_meeting(line) for line in str(value).splitlines() if line.strip()]
        return next((f"Line {i}: {bad}." for i, bad in enumerate(found, 1) if isinstance(bad, str)), "")
    if field.id == "words" and not all(line.count("=") == 1 for line in str(value).splitlines() if line.strip()):
        return "Write one a line: our word = your word."
    return ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return re.fullmatch(r"(19|20|21)\d{2}-\d{2}-\d{2}", text) is not None
