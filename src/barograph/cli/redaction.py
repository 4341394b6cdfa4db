"""Keeping secret values off the terminal: a second line of defence, for what the record holds all the same."""

from collections.abc import Callable
from typing import TypeAlias

from barograph.secrets import Secrets, redact

Redact: TypeAlias = Callable[[str], str]


def redaction(secrets: Secrets) -> Redact:
    """What puts ``***`` in the place of secret values."""
    values = secrets.values()
    return lambda text: redact(text, values)
