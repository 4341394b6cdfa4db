"""What stands for something else in the parameters of a run: ``[[RunUUID]]`` and its like.

``backend/src/common/util/parameter_formatter.go``, which ``RunWorkflow`` in
``backend/src/apiserver/template/v2_template.go`` applies to those parameters that are text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from barograph.ir.values import Value
from barograph.schedule.layout import go_format

_DEFAULT_LAYOUT = "20060102150405"
_MACRO = re.compile(r"\[\[.*?\]\]|\{\{\$\..*?\}\}")
_TIME = re.compile(r"\[\[(?P<name>CurrentTime|ScheduledTime)(?:\.(?P<layout>.*))?\]\]")
_STRFTIME = re.compile(r"\{\{\$\.(?P<name>currentTime|scheduledTime)\.strftime\('(?P<format>.*)'\)\}\}")
_FORMAT = re.compile(r"(?:[^%]|%[AaBbCcDdeFGgHhIjklMmnpRrSsTtUuVvWwXxYyZz%])*")


@dataclass(frozen=True)
class Macros:
    """What a run's macros stand for.

    Attributes:
        run_id: ``[[RunUUID]]``.
        now: ``[[CurrentTime]]``.
        scheduled_at: ``[[ScheduledTime]]``; None for a run that somebody started, where that macro stays.
        index: ``[[Index]]``, likewise.
    """

    run_id: str
    now: datetime
    scheduled_at: datetime | None = None
    index: int | None = None

    def fill(self, parameters: Mapping[str, Value]) -> dict[str, Value]:
        """The parameters, with the macros of those that are text filled in; what is no macro stays.

        Times are in UTC. One may have a layout of Go's, ``[[CurrentTime.2006-01-02]]``, or be asked for as
        ``{{$.currentTime.strftime('%Y-%m-%d')}}``.
        """
        return {
            name: _MACRO.sub(lambda found: self._value(found[0]), value) if isinstance(value, str) else value
            for name, value in parameters.items()
        }

    def _value(self, macro: str) -> str:
        if macro == "[[RunUUID]]":
            return self.run_id
        if macro == "[[Index]]":
            return macro if self.index is None else str(self.index)
        found = _TIME.fullmatch(macro) or _STRFTIME.fullmatch(macro)
        time = found and (self.now if found["name"].lower() == "currenttime" else self.scheduled_at)
        if found is None or time is None:
            return macro
        time = time.astimezone(UTC)
        if found.re is _TIME:
            return go_format(time, _DEFAULT_LAYOUT if found["layout"] is None else found["layout"])
        return _strftime(time, found["format"]) if _FORMAT.fullmatch(found["format"]) else macro


def _strftime(time: datetime, format_: str) -> str:
    """With what C's library does not know or takes for a local time."""
    ours = {"%s": str(int(time.timestamp())), "%v": "%e-%b-%Y"}
    return time.strftime(re.sub("%.", lambda found: ours.get(found[0], found[0]), format_))
