"""Reading Server-Sent Events as a browser does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.server.conftest import Server

OWN = "/apis/barograph/v1"


@dataclass(frozen=True)
class Sent:
    """An event: its name, its data and its id."""

    event: str
    data: Any
    id: str


def read(answer: httpx.Response) -> Iterator[Sent]:
    """The events of a response, as they come."""
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "data" in fields:
            yield Sent(fields["event"], json.loads(fields["data"]), fields.get("id", ""))
            fields = {}


@contextmanager
def listening(server: Server, path: str, last: str = "", **parameters: Any) -> Iterator[Iterator[Sent]]:
    """The events at a path, after the one with the id ``last``."""
    headers = {"Last-Event-ID": last} if last else {}
    with server.http.stream("GET", f"{OWN}{path}", headers=headers, params=parameters) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield read(answer)


def heard(server: Server, path: str, last: str = "", **parameters: Any) -> list[Sent]:
    """All events at a path whose stream ends."""
    with listening(server, path, last, **parameters) as events:
        return list(events)
