"""A team whose head of product is Charlie; Alice is a product manager, and whoever is named besides."""

from dataclasses import replace
from typing import Any

from bot.definitions import Definitions
from bot.definitions.charter import Charter
from tests.people import CHARLIE
from tests.updates.team import definitions


def led(*managers: str, **charter: Any) -> Definitions:
    """`charter` are keys of charter.yaml; without any there is no such file."""
    plain = definitions()
    organisation = plain.organisation.model_dump(mode="json", exclude_defaults=True)
    for each in organisation["people"]:
        if each["slack"] == CHARLIE:
            each["roles"] = ["head_of_product"]
        elif each["slack"] in managers:
            each["roles"] = [*each["roles"], "product_manager"]
    return replace(
        plain,
        organisation=type(plain.organisation).model_validate(organisation),
        charter=Charter.model_validate(charter) if charter else None,
    )
