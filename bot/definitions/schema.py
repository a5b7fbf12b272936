"""The files of definitions as JSON Schemas, for editors that complete and explain while one types."""

import ast
import inspect
import json
import sys
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from bot.definitions.loading import FILES

FOLDER = "schemas"
"""Where the schemas lie beside the files."""


def schemas() -> dict[str, dict[str, Any]]:
    """A schema for each file of definitions, by the name of the schema's own file."""
    return {schema_name(file): of_model(file, model) for file, model in FILES}


def schema_as_text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def schema_name(file: str) -> str:
    return file.removesuffix(".yaml") + ".schema.json"


def of_model(title: str, model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model, in which each field says what to write, and what it is for."""
    schema = model.model_json_schema(by_alias=True, schema_generator=_WithoutDefaults)
    for name, definition in {model.__name__: schema, **schema.get("$defs", {})}.items():
        if explained := _models(model).get(name):
            _explain(definition, explained)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}


class _WithoutDefaults(GenerateJsonSchema):
    """What is left out has a meaning, not a value to fill in; and times and days are no JSON values."""

    def default_schema(self, schema: Any) -> Any:
        return self.generate_inner(schema["schema"])


def _explain(definition: dict[str, Any], model: type[BaseModel]) -> None:
    """Say of each key what to write, and what it is for."""
    comments = _comments(model)
    for name, field in model.model_fields.items():
        key = definition["properties"][field.alias or name]
        key.pop("title", None)
        told = field.description
        kind = key.get("description") or next((each.get("description") for each in key.get("anyOf", ())), None)
        parts = [told and f"{told[0].upper()}{told[1:]}", comments.get(name), None if told else kind]
        if says := " ".join(f"{part.rstrip('.')}." for part in parts if part):
            key["description"] = says


def _models(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """This model and all that stand in it, by name."""
    found: dict[str, type[BaseModel]] = {}
    waiting: list[Any] = [model]
    while waiting:
        each = waiting.pop()
        if isinstance(each, type) and issubclass(each, BaseModel):
            if each.__name__ not in found:
                found[each.__name__] = each
                waiting += [field.annotation for field in each.model_fields.values()]
        else:
            waiting += getattr(each, "__args__", ())
    return found


def _comments(model: type[BaseModel]) -> dict[str, str]:
    """The text below each field in the code, of the model and those it comes from."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if not issubclass(each, BaseModel) or not each.__module__.startswith("bot."):
            continue
        body = _classes(each.__module__)[each.__name__].body
        for field, below in pairwise(body):
            if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
                continue
            if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                found[field.target.id] = " ".join(str(below.value.value).split())
    return found


# Kept, since whoever asks for one class of a module asks for its others, too.
@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """The code of each class in a module, by name."""
    body = ast.parse(inspect.getsource(sys.modules[module])).body
    return {each.name: each for each in body if isinstance(each, ast.ClassDef)}
