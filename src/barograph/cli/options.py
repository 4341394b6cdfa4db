"""Kinds of option values that several commands take."""

import re
from collections.abc import Iterable
from datetime import timedelta

import click

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=36500)


def age(written: str) -> timedelta:
    """A span of time, from ``30s``, ``5m``, ``12h`` or ``7d``: the type of an option.

    Raises:
        click.BadParameter: it is not of that form, or longer than 100 years.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", written.strip())
    if match is None:
        raise click.BadParameter(f"{written!r} is no span of time such as 30s, 5m, 12h or 7d")
    try:
        span = timedelta(**{_UNITS[match[2]]: float(match[1])})
    except OverflowError:
        span = timedelta.max
    if span > _LONGEST:
        raise click.BadParameter(f"{written!r} is too long; it may be 100 years ({_LONGEST.days}d) at the most")
    return span


def parse_assignments(written: Iterable[str], option: str = "-p") -> dict[str, str]:
    """Names and values, from ``name=value``.

    Raises:
        click.BadParameter: one of them is not of that form.
    """
    values = {}
    for assignment in written:
        name, equals, value = assignment.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{assignment!r} is not NAME=VALUE", param_hint=option)
        values[name] = value
    return values
