"""Logs are JSON for machines and lines for people, and nothing secret is in either."""

import logging

import httpx
import structlog
from hypothesis import given
from hypothesis import strategies as st

from tests.server.serving import TOKEN, guarded, logged, serving

SECRET = "a-secret-of-a-pipeline"


def test_one_line_of_json_for_each_event_of_either_kind_of_logger() -> None:
    with logged() as log:
        structlog.get_logger("barograph.test").info("a run has begun", run="r1", tasks=3)
        logging.getLogger("sqlalchemy.pool").warning("no more than %d connections", 5)
        logging.getLogger("sqlalchemy.engine").info("SELECT 1")
        logging.getLogger("httpx").info("GET http://server.example/?token=x")
    first, second = log.events
    assert first.pop("timestamp").endswith("Z")
    assert first == {"event": "a run has begun", "run": "r1", "tasks": 3, "level": "info"}
    assert second["logger"] == "sqlalchemy.pool"
    assert (second["event"], second["level"]) == ("no more than 5 connections", "warning")


def test_an_exception_is_one_line_with_its_traceback() -> None:
    with logged() as log:
        for logger in (structlog.get_logger("barograph.test"), logging.getLogger("uvicorn.error")):
            try:
                raise ValueError("no such thing")
            except ValueError:
                logger.exception("it failed")
    assert len(log.events) == 2
    for event in log.events:
        assert "Traceback" in event["exception"]
        assert "no such thing" in event["exception"]


def test_a_terminal_gets_lines_for_a_person_and_nothing_acts_on_it() -> None:
    with logged(terminal=True) as log:
        structlog.get_logger("barograph.test").info("a run has begun", run="evil\x1b]0;title\x07\x9b31m\r")
        try:
            raise ValueError("no such thing")
        except ValueError:
            structlog.get_logger("barograph.test").exception("it failed")
    text = log.getvalue()
    assert "a run has begun" in text
    assert "\\x1b]0;title\\x07\\x9b31m\\x0d" in text
    assert "Traceback (most recent call last)" in text
    assert not text.startswith("{")


def test_secrets_are_in_no_event() -> None:
    with logged(SECRET, TOKEN) as log:
        logger = structlog.get_logger("barograph.test")
        logger.info(f"the text {SECRET}", value=SECRET, deep={"list": [SECRET, {"key": SECRET.encode()}]}, number=1)
        logger.info("keys", Authorization="x-y-z", token="x-y-z", headers={"a": "x-y-z"}, deep={"Cookie": "x-y-z"})
        logger.info("object", error=RuntimeError(SECRET), place={SECRET: 1})
        logging.getLogger("uvicorn.error").info("said %s", SECRET)
        try:
            raise ValueError(f"no such thing: {SECRET}")
        except ValueError:
            logger.exception("it failed")
    assert SECRET not in log.getvalue()
    assert "x-y-z" not in log.getvalue()
    assert log.events[0]["event"] == "the text ***"
    assert log.events[0]["deep"] == {"list": ["***", {"key": "***"}]}
    assert log.events[0]["number"] == 1


@given(
    st.recursive(
        st.text() | st.none() | st.booleans() | st.integers() | st.just(SECRET),
        lambda values: st.lists(values) | st.dictionaries(st.text(), values),
        max_leaves=8,
    )
)
def test_a_secret_is_hidden_in_whatever_holds_it(value: object) -> None:
    with logged(SECRET) as log:
        structlog.get_logger("barograph.test").info("event", value=value, text=f"x{value}y")
    assert SECRET not in log.getvalue()
    assert len(log.events) == 1


def test_a_request_is_one_line_and_its_query_is_in_none() -> None:
    with logged() as log, serving(guarded([])) as address:
        httpx.get(f"{address.url}/?password=secret-query")
        logging.getLogger("uvicorn.access").info("GET /?password=secret-query")
    assert "secret-query" not in log.getvalue()
    assert [event["event"] for event in log.events].count("request") == 1
