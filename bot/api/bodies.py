"""What programs send, checked field by field, and described to them as a JSON Schema."""

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from bot.definitions.schema import of_model
from bot.errors import FieldErrors
from bot.markup import is_linkable
from bot.yamlfile import nearest, wrong

LONGEST = 300
"""Characters of a sentence about a field, which may repeat what was sent."""
MOST_TOLD = 20
"""Fields of which is told what is wrong with them: nobody mends more at once, and each costs some time."""


class Body(BaseModel):
    """What is sent: a field it does not know is a mistake. What stands below a field explains it to programs."""

    model_config = ConfigDict(frozen=True, extra="forbid")


B = TypeVar("B", bound=Body)


def _link(value: str) -> str:
    if not is_linkable(value):
        raise wrong(f"`{value}` is no link", "write a whole address, such as https://example.com/PROJ-12")
    return value


Link = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(_link)]
ForeignId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
"""What something is called in another system."""


def read(body: type[B], data: Any) -> B:
    """What was sent; `FieldErrors` with a sentence for each field that does not fit, by its path, such as `a/b`."""
    try:
        return body.model_validate(data)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[:MOST_TOLD]
    raise FieldErrors({_path(detail): _sentence(body, detail)[:LONGEST] for detail in wrong})


def schema(title: str, body: type[Body]) -> dict[str, Any]:
    return of_model(title, body)


def _path(detail: ErrorDetails) -> str:
    # As a JSON Pointer writes what has its own signs in it.
    return "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in detail["loc"])


def _sentence(body: type[Body], detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    match kind:
        case "wrong":
            return f"{context['message']}: {context['mend']}."
        case "missing":
            return "This is missing."
        case "extra_forbidden":
            known = body.model_fields if len(detail["loc"]) == 1 else ()
            mend = nearest(str(detail["loc"][-1])[:LONGEST], known)
            return f"There is no such field{f': {mend}' if mend else ''}."
        case "string_too_short":
            return "This is empty."
        case "string_too_long":
            return f"Keep this under {context['max_length']} characters."
        case "literal_error":
            return f"Write one of {context['expected']}."
        case "string_type":
            return "Write text."
        case "tuple_type":
            return "Write a list."
        case _:
            return f"{detail['msg']}."
