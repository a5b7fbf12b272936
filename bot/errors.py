"""Two kinds of error, told apart by type.

A `UserError` is something a person can mend: it is shown to them as it stands.
Anything else is ours: it is logged whole, and the person gets one line of apology.
"""

from collections.abc import Mapping


class UserError(Exception):
    """Something the person can mend, said in their words: what is wrong, then what to do."""


class FieldErrors(UserError):
    """What is wrong in a submitted form, by input block: `{block_id: sentence}`."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class Changed(UserError):
    """Somebody else changed the same thing after the form was opened."""
