"""What a week may cost a person: planned from the calendar, or measured afterwards."""

from dataclasses import dataclass

MOST_MESSAGES, MOST_MINUTES = 5, 30


@dataclass(frozen=True)
class Load:
    """What one person is sent and asked for in a week."""

    messages: int = 0
    minutes: int = 0

    @property
    def is_too_much(self) -> bool:
        return self.messages > MOST_MESSAGES or self.minutes > MOST_MINUTES
