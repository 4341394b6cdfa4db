"""What all lists take: whatever is asked of them, they answer it or say what they don't understand."""

import base64
import json
from itertools import product
from typing import Any

import pytest

from tests.server.conftest import Server

LISTS = {
    "experiments": ("id", "name", "created_at", "last_run_created_at", "storage_state"),
    "pipelines": ("id", "name", "display_name", "created_at", "tags.stage"),
    "runs": ("run_id", "name", "created_at", "finished_at", "state", "status", "storage_state", "experiment_id"),
    "recurringruns": ("id", "name", "created_at", "updated_at", "status", "max_concurrency"),
    "artifacts": ("artifact_id", "name", "created_at", "type"),
}
VALUES: list[dict[str, Any]] = [
    {"stringValue": ""},
    {"stringValue": "x%_'\\"},
    {"stringValue": "2026-01-01T00:00:00Z"},
    {"intValue": 5},
    {"longValue": str(2**62)},
    {"longValue": str(2**100)},
    {"timestampValue": "2026-01-01T00:00:00Z"},
    {"stringValues": {"values": ["a", "2026-01-01T00:00:00Z"]}},
    {"longValues": {"values": ["1", "2"]}},
]


def token(value: Any, sort_by: str = "") -> str:
    said = {"filter": "", "sort_by": sort_by, "id": "x", "value": value}
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode()


@pytest.mark.parametrize("name", LISTS)
def test_every_operation_on_every_field_is_answered_or_refused(server: Server, name: str) -> None:
    server.client.create_experiment("lists")
    answers = {}
    for key, operation, value in product(LISTS[name], range(1, 10), VALUES):
        predicate = {"key": key, "operation": operation, **value}
        answer = server.http.get(f"/apis/v2beta1/{name}", params={"filter": json.dumps({"predicates": [predicate]})})
        answers[key, operation, json.dumps(value)] = answer.status_code
    strange = {asked: status for asked, status in answers.items() if status not in (200, 400)}
    assert not strange
    text = json.dumps({"stringValue": "2026-01-01T00:00:00Z"})
    assert answers["created_at", 3, text] == 200  # clients give times as text, too
    assert set(answers.values()) == {200, 400}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("value", [{}, [1], "zz", True, 10**30, None])
def test_a_page_token_of_somebody_elses_is_refused(server: Server, name: str, value: Any) -> None:
    for sort_by in ("", "name"):
        answer = server.http.get(f"/apis/v2beta1/{name}", params={"page_token": token(value, sort_by)})
        fits = value is None or (isinstance(value, str) and sort_by == "name")
        assert answer.status_code in ((200,) if fits else (400,)), answer.text


def test_a_page_token_that_is_nested_without_end_is_refused(server: Server) -> None:
    nested = base64.urlsafe_b64encode(b"[" * 3000).decode()
    assert server.http.get("/apis/v2beta1/runs", params={"page_token": nested}).status_code == 400
