"""Logs of tasks: whole, in parts and as they come; secrets are in none of it."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kfp import dsl

from barograph.secrets import redact
from barograph.server.api import log_text
from barograph.server.api.log_text import GrowingLog, LogText
from tests.conftest import component
from tests.server.conftest import Server, new_folder, serving
from tests.server.running import ended, measuring, start
from tests.server.sse import OWN, Sent, heard, listening
from tests.waiting import wait_until

SECRET = "correct horse battery"
DONE = "said *** and é\n"


@component
def stutter(go: str, first: str, second: str) -> None:
    """Prints a secret in two parts, with a pause between; fails the first time."""
    import time
    from pathlib import Path

    attempt, late = 2 if Path(f"{go}.1").exists() else 1, time.monotonic() + 60
    print("said", first, end="", flush=True)
    while not Path(f"{go}.{attempt}").exists() and time.monotonic() < late:
        time.sleep(0.02)
    print(second, "and é", flush=True)
    if attempt == 1:
        raise SystemExit(3)


@dsl.pipeline(name="stuttering")
def stuttering(go: str, first: str, second: str) -> None:
    stutter(go=go, first=first, second=second).set_retry(1, backoff_duration="0s")


def stuttered(server: Server, go: Path, name: str) -> str:
    """Where the log is of a task that has begun to print a secret."""
    file = server.workspace.config.home.path / "secrets.toml"
    file.write_text(f'[secrets.mine]\npassword = "{SECRET}"\n')
    file.chmod(0o600)
    run_id = start(server, stuttering, name, go=str(go), first=SECRET[:8], second=SECRET[8:])
    path = f"/runs/{run_id}/tasks/stutter/log"
    wait_until(lambda: "said" in server.http.get(f"{OWN}{path}").text)
    return path


def text(events: list[Sent], attempt: int) -> str:
    return "".join(each.data["text"] for each in events if each.event == "log" and each.data["attempt"] == attempt)


@contextmanager
def gone_to_its_end(server: Server, path: str, go: Path) -> Iterator[list[Sent]]:
    """All events of a log, which goes on each time that it waits for something."""
    with listening(server, path) as events:
        found: list[Sent] = []
        for event in events:
            found.append(event)
            if event.event == "log" and text(found, event.data["attempt"]).endswith("said "):
                Path(f"{go}.{event.data['attempt']}").touch()
        yield found


def test_a_log_is_told_as_it_comes_attempt_after_attempt_without_secrets(server: Server, tmp_path: Path) -> None:
    path = stuttered(server, tmp_path / "go", "stuttered")
    with gone_to_its_end(server, f"{path}/events", tmp_path / "go") as found:
        assert [each.data for each in found if each.event == "attempt"] == [{"attempt": 1}, {"attempt": 2}]
        assert found[-1] == Sent("end", {"state": "SUCCEEDED"}, "")
        for attempt in (1, 2):
            whole = server.http.get(f"{OWN}{path}", params={"attempt": attempt})
            assert text(found, attempt) == whole.text
            assert DONE in whole.text
            assert SECRET[:8] not in whole.text.replace("said ***", "").partition("}\n}\n")[2]
            assert (whole.headers["log-attempt"], whole.headers["log-attempts"]) == (str(attempt), "2")


def test_a_client_goes_on_in_a_log_exactly_where_it_was(server: Server, tmp_path: Path) -> None:
    path = stuttered(server, tmp_path / "go", "gone on")
    with gone_to_its_end(server, f"{path}/events", tmp_path / "go") as found:
        pass
    for place, event in enumerate(found[:-1]):
        attempt, _, _ = event.id.partition(":")
        rest = heard(server, f"{path}/events", event.id)
        assert text(rest, int(attempt)) == text(found[place + 1 :], int(attempt))
        assert text(rest, 2) == text(found[place + 1 :], 2)
    only = heard(server, f"{path}/events", attempt=1)
    assert text(only, 1) == text(found, 1)
    assert text(only, 2) == ""
    assert heard(server, f"{path}/events", found[-2].id) == found[-1:]


def test_a_log_goes_on_where_it_was_when_the_server_was_killed(tmp_path: Path, environments: Path) -> None:
    folder, go = new_folder(tmp_path / "killed", environments), tmp_path / "go"
    with serving(folder) as server:
        path = stuttered(server, go, "killed")
        with listening(server, f"{path}/events") as events:
            found = [next(events), next(events)]
            assert found[-1].data["text"].endswith("said ")
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
    Path(f"{go}.1").touch()
    Path(f"{go}.2").touch()
    with serving(folder) as server:
        found += heard(server, f"{path}/events", found[-1].id)
        for attempt in (1, 2):
            assert text(found, attempt) == server.http.get(f"{OWN}{path}", params={"attempt": attempt}).text


def test_a_cached_task_shows_the_log_of_where_it_ran(server: Server) -> None:
    first, second = (ended(server, start(server, measuring, "twice", text="twice"))["run_id"] for _ in range(2))
    logs = [server.http.get(f"{OWN}/runs/{run_id}/tasks/measure/log").text for run_id in (first, second)]
    assert "measuring 3 twice\n" in logs[0]
    assert logs[0] == logs[1]
    assert text(heard(server, f"/runs/{second}/tasks/measure/log/events"), 1) == logs[0]


@pytest.fixture(scope="module")
def log(server: Server) -> str:
    run_id = ended(server, start(server, measuring, "parts", text="parts"))["run_id"]
    return f"{OWN}/runs/{run_id}/tasks/measure/log"


def test_parts_of_a_log_are_given(server: Server, log: str) -> None:
    whole = server.http.get(log).content
    size = len(whole)
    for asked, start_, stop in (("0-9", 0, 10), ("10-", 10, size), ("-7", size - 7, size), (f"5-{size * 2}", 5, size)):
        answer = server.http.get(log, headers={"Range": f"bytes={asked}"})
        assert (answer.status_code, answer.content) == (206, whole[start_:stop])
        assert answer.headers["content-range"] == f"bytes {start_}-{stop - 1}/{size}"
    for asked in ("bytes=9-1", "bytes=a-b", "lines=1-2", "bytes=-", "bytes=0-1,3-4"):
        answer = server.http.get(log, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (200, whole)
    answer = server.http.get(log, headers={"Range": f"bytes={size}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")
    head = server.http.head(log)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(size), b"")


def test_the_last_lines_come_with_their_place_in_the_log(server: Server, log: str) -> None:
    whole = server.http.get(log).text
    lines = whole.splitlines(keepends=True)
    for count in (1, 2, len(lines), len(lines) + 5):
        answer = server.http.get(log, params={"tail": count})
        assert answer.text == "".join(lines[-count:])
        assert answer.headers["log-end"] == str(len(whole.encode()))
        place = f"{answer.headers['log-attempt']}:{answer.headers['log-end']}"
        assert [event.event for event in heard(server, log.removeprefix(OWN) + "/events", after=place)] == ["end"]


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("attempt=2", 404, "has no attempt 2: it was tried once"),
        ("attempt=0", 400, "attempt"),
        ("tail=0", 400, "tail"),
    ],
)
def test_what_a_log_does_not_have_is_said(server: Server, log: str, query: str, status: int, said: str) -> None:
    answer = server.http.get(f"{log}?{query}")
    assert answer.status_code == status
    assert said in answer.json()["message"]


@pytest.mark.parametrize("place", ["1", "1:x", "a:0", "-1:0", "1:0:0"])
def test_a_place_that_is_none_is_refused(server: Server, log: str, place: str) -> None:
    answer = server.http.get(f"{log}/events", headers={"Last-Event-ID": place})
    assert answer.status_code == 400
    assert "is no place in a log" in answer.json()["message"]


def test_where_nobody_knows_what_is_secret_nothing_is_told(server: Server, log: str) -> None:
    secrets = server.workspace.config.home.path / "secrets.toml"
    secrets.chmod(0o644)
    run = log.rpartition("/tasks/")[0]
    for path in (log, f"{log}/events", run, f"{run}/events", f"{run}/graph", f"{OWN}/events"):
        answer = server.http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (400, 3)
        assert f"chmod 600 {secrets}" in answer.json()["message"]
    secrets.chmod(0o600)


TEXTS = st.text(alphabet="ab*é\n", max_size=80)
VALUES = st.lists(st.text(alphabet="abé", min_size=4, max_size=7), max_size=3)


@given(TEXTS, VALUES, st.integers(0, 90), st.integers(0, 90), st.integers(1, 6))
def test_any_part_of_a_log_is_that_part_of_its_redacted_text(
    written: str, values: list[str], start_: int, length: int, lines: int
) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "log")
        file.write_text(written)
        log = LogText(file, frozenset(values), ended=True)
        whole = redact(written, values).encode()
        assert log.size() == len(whole)
        assert b"".join(log.pieces(start_, start_ + length)) == whole[start_ : start_ + length]
        assert whole[log.tail(lines, log.size()) :] == b"".join(whole.splitlines(keepends=True)[-lines:])


@given(TEXTS, st.integers(1, 6), st.integers(1, 9), st.booleans())
def test_the_last_lines_are_found_in_however_many_pieces_a_log_is_read(
    written: str, lines: int, piece: int, ended: bool
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_text, "_PIECE", piece)
        file = Path(folder, "log")
        file.write_bytes(whole := written.encode())
        log = LogText(file, frozenset(), ended)
        for size in (len(whole), len(whole) // 2):
            text = whole[:size]
            assert text[log.tail(lines, size) :] == b"".join(re.findall(rb"[^\n]*\n|[^\n]+", text)[-lines:])


@given(TEXTS, VALUES, st.lists(st.integers(1, 9), max_size=20), st.integers(0, 30))
def test_a_log_that_grows_shows_nothing_that_turns_out_to_be_secret(
    written: str, values: list[str], cuts: list[int], start_: int
) -> None:
    whole, raw = redact(written, values), written.encode()
    start_ = len(whole[:start_].encode())
    with TemporaryDirectory() as folder:
        file = Path(folder, "log")
        with file.open("ab", buffering=0) as printing:
            log = GrowingLog(file, values, start_)
            told, places = "", [start_]
            for cut in [*cuts, len(raw)]:
                printing.write(raw[:cut])
                raw = raw[cut:]
                while found := log.read(ended=False):
                    told += found[1]
                    places.append(found[0])
                assert whole.encode()[start_:].decode().startswith(told)
                assert places[-1] == start_ + len(told.encode())
            while found := log.read(ended=True):
                told += found[1]
            log.close()
    assert told == whole.encode()[start_:].decode()
