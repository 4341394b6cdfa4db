"""Times as Go writes them: a layout shows how the second of January 2006, 15:04:05 UTC, would look.

The package ``time`` of Go, ``format.go``; for times in UTC, in whole seconds.
"""

import re
from datetime import datetime

_ELEMENTS = re.compile(
    "January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|_2006|__2|_2|002|0[1-6]|15|[12345]|PM|pm"
    "|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07|[.,](?:0+|9+)(?![0-9])"
)


def go_format(time: datetime, layout: str) -> str:
    """``time``, which is in UTC, in Go's ``layout``; what is no element of a time stays."""
    return _ELEMENTS.sub(lambda found: _element(time, found[0]), layout)


def _element(time: datetime, element: str) -> str:
    hour = time.hour % 12 or 12
    match element:
        case "January":
            return f"{time:%B}"
        case "Jan":
            return f"{time:%b}"
        case "1" | "01":
            return _padded(time.month, element)
        case "Monday":
            return f"{time:%A}"
        case "Mon":
            return f"{time:%a}"
        case "2" | "_2" | "02":
            return _padded(time.day, element)
        case "__2" | "002":
            return _padded(time.timetuple().tm_yday, element)
        case "15":
            return f"{time.hour:02}"
        case "3" | "03":
            return _padded(hour, element)
        case "4" | "04":
            return _padded(time.minute, element)
        case "5" | "05":
            return _padded(time.second, element)
        case "2006":
            return f"{time.year:04}"
        case "_2006":
            return f"_{time.year:04}"
        case "06":
            return f"{time.year % 100:02}"
        case "PM":
            return "PM" if time.hour >= 12 else "AM"
        case "pm":
            return "pm" if time.hour >= 12 else "am"
        case "MST":
            return "UTC"
    if element.startswith("Z"):
        return "Z"
    if element.startswith("-"):
        return re.sub("[0-9]", "0", element).replace("-", "+")
    return element if element.endswith("0") else ""  # fractions of a second; nines stand for those that are not 0


def _padded(number: int, element: str) -> str:
    """``number`` as wide as ``element``, which is filled with zeros, or with underscores for blanks."""
    return str(number).rjust(len(element), "0" if element[0] == "0" else " ")
