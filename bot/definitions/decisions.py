"""Who decides what: the classes of decision that come up again and again, and what happens when nobody decides."""

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar, Final

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from bot.definitions.values import ChannelName, Definition, Id, Name, holding, number
from bot.yamlfile import wrong

AREA_OWNER, AREA_DEPUTY = "area_owner", "area_deputy"
"""The owner and the deputy of the area that a decision is about."""
HEAD_OF_PRODUCT: Final = "head_of_product"
PRODUCT_OPS: Final = "product_ops"
PRODUCT_MANAGER: Final = "product_manager"
"""These three are roles of the organisation file, and stand for whoever has them."""
EVERYBODY = "everybody"
ONE_PERSON = (AREA_OWNER, AREA_DEPUTY, HEAD_OF_PRODUCT, PRODUCT_OPS)
"""The words that may stand for a decider or a backup, beside ids of functions and people."""
SEVERAL = (*ONE_PERSON, PRODUCT_MANAGER, EVERYBODY)
"""The words that may stand for everybody else who has to do with a decision."""
NEEDED_TOPICS = ("planning", "releases", "announcements", "insights")
"""Every organisation decides about these, so somebody must be named for each."""
ONLY_RECORDS = "Product Ops records this, but never decides it"

_WHO = "area_owner, head_of_product, the id of a function such as engineering, or a person's e-mail address"


def may_decide_on_product(roles: Collection[str]) -> bool:
    """Whether somebody with these roles may decide about the product: not who is in product ops and nothing else."""
    return PRODUCT_OPS not in roles or PRODUCT_MANAGER in roles or HEAD_OF_PRODUCT in roles


def _who(value: Any) -> Any:
    text = str(value).strip() if isinstance(value, str) else ""
    if not text:
        raise wrong("somebody belongs here", f"write {_WHO}")
    return text.casefold() if "@" in text else text


def emoji_name(value: Any) -> Any:
    """`scales` or `:scales:` as `:scales:`."""
    name = str(value).strip().strip(":") if isinstance(value, str) else ""
    if not re.fullmatch(r"[\w'+-]+", name):
        raise wrong(f"`{value}` is not the name of an emoji", 'write it as Slack shows it, such as ":scales:"')
    return f":{name.lower()}:"


def only_one(deed: str, mend: str, rule: str = "") -> BeforeValidator:
    """One name; `deed` is what several would do together, and `rule` the check that they would break."""

    def read(value: Any) -> Any:
        if isinstance(value, list):
            message = f"{len(value)} people would {deed} together" if len(value) > 1 else "one name belongs here"
            raise wrong(message, mend, rule=rule)
        return _who(value)

    return BeforeValidator(read)


def _somebody(value: Any) -> Any:
    if not value:
        raise wrong("nobody prepares this decision", f"name at least one: {_WHO}", rule="OM01")
    return value


_SCHEMA = WithJsonSchema({"type": "string"})
Who = Annotated[str, BeforeValidator(_who), _SCHEMA]
OnlyOne = Annotated[
    str,
    only_one("decide this", "a decision has one decider: name one, and the others under `consulted`", "OM01"),
    _SCHEMA,
]
Topic = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class Forum(Definition):
    """Where decisions of a class are made."""

    channel: ChannelName | None = None
    """Where they are talked about; left out, it is the area's forum, or else the channel for decisions."""
    ritual: Id | None = None
    """The ritual in which people meet to decide, by its id in calendar.yaml."""


class DecisionClass(Definition):
    """One sort of decision, and everybody who has to do with it."""

    rules: ClassVar[Mapping[str, str]] = {"responsible": "OM01", "decider": "OM01", "backup": "DE02"}

    id: Id
    name: Name
    topics: Annotated[tuple[Topic, ...], holding(1, 20)] = Field(
        description="write the words by which people ask for it, such as [pricing, discounts]"
    )
    responsible: Annotated[tuple[Who, ...], holding(1, 10), BeforeValidator(_somebody)] = Field(
        description=f"write who prepares the decision: {_WHO}"
    )
    decider: OnlyOne = Field(description=f"write the one who decides: {_WHO}")
    backup: OnlyOne = Field(
        description="write who decides when the decider does not in time: somebody else, such as area_deputy"
    )
    consulted: Annotated[tuple[Who, ...], holding(0, 20)] = ()
    """Who is asked for their view beforehand. Who stays silent holds up nothing."""
    informed: Annotated[tuple[Who, ...], holding(0, 20)] = ()
    """Who is told afterwards."""
    forum: Forum = Forum()
    product: bool = True
    """Whether it is about the product: then product ops never decides it."""

    @property
    def is_about_an_area(self) -> bool:
        """Whether nobody knows who decides before it is known which area it is about."""
        return self.decider in (AREA_OWNER, AREA_DEPUTY)


class Escalation(Definition):
    """What happens when a decision is not made by its day: the backup is asked, then the head of product."""

    after: Annotated[int, number(1, 60)] = 2
    """How many working days after that day the head of product is asked."""


class DecisionRules(Definition):
    # Slack shows at most a hundred choices in a menu.
    classes: Annotated[tuple[DecisionClass, ...], holding(1, 100)]
    escalation: Escalation = Escalation()
    emoji: Annotated[str, BeforeValidator(emoji_name), _SCHEMA] | None = None
    """Who sets it on a message is offered to raise or record a decision with its words; left out, nobody is."""

    def of(self, id: str) -> DecisionClass | None:
        return self._by_id.get(id)

    @cached_property
    def _by_id(self) -> dict[str, DecisionClass]:
        return {each.id: each for each in self.classes}
