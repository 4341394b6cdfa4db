"""A schedule as people write it, in a crontab's five fields, in the engines' dialects. Pure."""

from barograph.errors import ParameterError
from barograph.schedule.cron import parse


def check_cron(written: str) -> str:
    """A cron expression of five fields, if it can be read: minute, hour, day of the month, month, day of the week.

    Raises:
        ParameterError: it can't, or no day fits it.
    """
    fields = written.split()
    if len(fields) != 5:
        raise ParameterError(
            f"cron {written!r} has {len(fields)} fields; give 5, such as '30 6 * * *': minute, hour, day of the month, "
            "month, day of the week"
        )
    parse(with_seconds(written))
    return " ".join(fields)


def with_seconds(cron: str) -> str:
    """The same in KFP's dialect, which has seconds in front."""
    return f"0 {' '.join(cron.split())}"
