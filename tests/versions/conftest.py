"""What the tests of versions share."""

from tests.test_command_line import drumbeat

__all__ = ["drumbeat"]
