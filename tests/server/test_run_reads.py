"""What KFP's API server streams besides its services: tasks' logs and artifacts' content."""

import base64
import hashlib
import threading
from pathlib import Path

import pytest
from kfp import dsl
from kfp.dsl import Dataset, Input, Output

from tests.conftest import component
from tests.server.conftest import Server
from tests.server.running import begun, ended, get, measuring, resting, start, weighing

PASSWORD = "correct horse battery"


@component
def whisper(first: str, second: str, file: str) -> None:
    """Says a secret in two parts."""
    import time
    from pathlib import Path

    print("resting", first, end="", flush=True)
    while not Path(file).exists():
        time.sleep(0.05)
    print(second)


@component
def write(size: int, data: Output[Dataset], folder: Output[Dataset]) -> None:
    from pathlib import Path

    Path(data.path).write_bytes(bytes(range(256)) * (size // 256) + b"end")
    Path(folder.path).mkdir()
    Path(folder.path, "inside").write_text("inside")


@component
def read(data: Input[Dataset]) -> None:
    pass


@component
def lead(away: str, data: Output[Dataset]) -> None:
    from pathlib import Path

    Path(data.path).symlink_to(away)


@component
def tell(first: str, second: str, data: Output[Dataset]) -> str:
    data.metadata["password"] = first + second
    return first + second


@dsl.pipeline(name="telling")
def telling(first: str, second: str) -> None:
    tell(first=first, second=second)


@dsl.pipeline(name="whispering")
def whispering(first: str, second: str, file: str) -> None:
    whisper(first=first, second=second, file=file)


@dsl.pipeline(name="writing")
def writing(size: int) -> None:
    read(data=write(size=size).outputs["data"])


@dsl.pipeline(name="leading")
def leading(away: str) -> None:
    lead(away=away)


def log(run_id: str, node: str) -> str:
    return f"/apis/v1alpha1/runs/{run_id}/nodes/{node}/log"


def test_a_tasks_log_is_read_by_its_id_and_its_path_and_followed_where_it_was_cached(server: Server) -> None:
    run = ended(server, start(server, measuring, "read", text="log"))
    answer = server.http.get(log(run["run_id"], "measure"))
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "measuring 3 log\n" in answer.text
    task = run["run_details"]["task_details"][1]["task_id"]
    assert server.http.get(log(run["run_id"], task)).text == answer.text
    again = ended(server, start(server, measuring, "read again", text="log"))
    assert again["run_details"]["task_details"][1]["state"] == "SKIPPED"
    assert server.http.get(log(again["run_id"], "measure")).text == answer.text


def test_a_task_in_a_loops_turn_has_a_log_of_its_own(server: Server) -> None:
    run = ended(server, start(server, weighing, "turns", text="turns"))
    answers = [server.http.get(log(run["run_id"], f"for-loop-2[{turn}].weigh")) for turn in (0, 1)]
    assert ['"turn": 1' in answer.text for answer in answers] == [True, False]


def test_a_log_is_followed_to_the_end_of_its_task(server: Server, tmp_path: Path) -> None:
    run_id = start(server, resting, "followed", file=str(tmp_path / "file"))
    begun(server, run_id, "rest")
    with server.http.stream("GET", log(run_id, "rest"), params={"follow": "true"}) as answer:
        said = ""
        for piece in answer.iter_text():
            said += piece
            if "resting" in said:
                (tmp_path / "file").touch()
    assert said.rstrip().endswith("rested") or "rested\n" in said
    assert ended(server, run_id)["state"] == "SUCCEEDED"


def test_many_who_follow_a_log_leave_room_for_others(server: Server, tmp_path: Path) -> None:
    run_id = start(server, resting, "popular", file=str(tmp_path / "file"))
    begun(server, run_id, "rest")
    said: list[str] = []

    def follow() -> None:
        said.append(server.http.get(log(run_id, "rest"), params={"follow": "true"}).text)

    threads = [threading.Thread(target=follow) for _ in range(60)]
    for thread in threads:
        thread.start()
    assert get(server, run_id)["state"] == "RUNNING"
    (tmp_path / "file").touch()
    for thread in threads:
        thread.join()
    assert len(said) == 60
    assert all("rested" in each for each in said)


def test_a_secret_is_hidden_however_it_is_printed_and_read(server: Server, tmp_path: Path) -> None:
    secrets = server.workspace.config.home.path / "secrets.toml"
    secrets.touch(mode=0o600)
    secrets.write_text(f'[secrets.login]\npassword = "{PASSWORD}"\n')
    file = tmp_path / "file"
    parts = {"first": PASSWORD[:9], "second": PASSWORD[9:]}
    run_id = start(server, whispering, "whispered", file=str(file), **parts)
    begun(server, run_id, "whisper")
    unfinished = server.http.get(log(run_id, "whisper")).text
    assert unfinished.endswith("resting ")
    with server.http.stream("GET", log(run_id, "whisper"), params={"follow": "true"}) as answer:
        file.touch()
        followed = answer.read().decode()
    assert "resting ***\n" in followed
    assert PASSWORD not in followed
    ended(server, run_id)
    assert "resting ***\n" in server.http.get(log(run_id, "whisper")).text


def test_a_secret_that_a_task_gives_away_is_not_passed_on(server: Server) -> None:
    secrets = server.workspace.config.home.path / "secrets.toml"
    secrets.touch(mode=0o600)
    secrets.write_text(f'[secrets.login]\npassword = "{PASSWORD}"\n')
    run_id = ended(server, start(server, telling, "told", first=PASSWORD[:9], second=PASSWORD[9:]))["run_id"]
    full = server.http.get(f"/apis/v2beta1/runs/{run_id}", params={"view": "FULL"}).text
    artifacts = server.http.get("/apis/v2beta1/artifacts", params={"page_size": 200}).text
    assert '"value":"***"' in full
    for said in (full, artifacts, server.http.get("/apis/v2beta1/runs").text):
        assert PASSWORD not in said
    assert '"***"' in artifacts


def test_what_has_no_log_says_so(server: Server, tmp_path: Path) -> None:
    run = ended(server, start(server, weighing, "without", text="without"))
    for node, said in (("none", "has no task"), ("for-loop-2", "has no log"), (run["run_id"], "has no task")):
        answer = server.http.get(log(run["run_id"], node))
        assert (answer.status_code, said in answer.json()["message"]) == (404, True)
    assert server.http.get(log("none", "measure")).status_code == 404
    server.workspace.config.home.log(run["run_id"], "measure").unlink()
    answer = server.http.get(log(run["run_id"], "measure"))
    assert (answer.status_code, "is gone" in answer.json()["message"]) == (404, True)


@pytest.mark.parametrize("version", ["v1beta1", "v2beta1"])
def test_an_artifacts_content_comes_in_base64_whatever_its_size(server: Server, version: str) -> None:
    run = ended(server, start(server, writing, "large", size=3_000_000))
    node = f"/apis/{version}/runs/{run['run_id']}/nodes"
    answer = server.http.get(f"{node}/write/artifacts/data:read")
    assert answer.headers["content-type"] == "application/json"
    content = base64.b64decode(answer.json()["data"], validate=True)
    expected = bytes(range(256)) * (3_000_000 // 256) + b"end"
    assert hashlib.sha256(content).digest() == hashlib.sha256(expected).digest()
    assert server.http.get(f"{node}/read/artifacts/data:read").json() == answer.json()


def test_an_artifact_that_can_not_be_read_says_why(server: Server, tmp_path: Path) -> None:
    run = ended(server, start(server, writing, "small", size=256))
    node = f"/apis/v2beta1/runs/{run['run_id']}/nodes"
    for path, status, said in (
        ("write/artifacts/folder:read", 400, "is a folder"),
        ("write/artifacts/none:read", 404, "no output or input artifact 'none'"),
        ("none/artifacts/data:read", 404, "has no task"),
    ):
        answer = server.http.get(f"{node}/{path}")
        assert (answer.status_code, said in answer.json()["message"]) == (status, True)
    next(server.workspace.config.home.artifacts.rglob(f"{run['run_id']}/write/*/data")).unlink()
    assert "is gone" in server.http.get(f"{node}/write/artifacts/data:read").json()["message"]
    metrics = ended(server, start(server, measuring, "numbers", text="numbers"))["run_id"]
    answer = server.http.get(f"/apis/v2beta1/runs/{metrics}/nodes/measure/artifacts/metrics:read")
    assert (answer.status_code, "has no content" in answer.json()["message"]) == (404, True)


def test_an_artifact_never_leads_out_of_the_home(server: Server, tmp_path: Path) -> None:
    (tmp_path / "private").write_text("private")
    run = ended(server, start(server, leading, "led", away=str(tmp_path / "private")))
    answer = server.http.get(f"/apis/v2beta1/runs/{run['run_id']}/nodes/lead/artifacts/data:read")
    assert (answer.status_code, "outside of what is kept for runs" in answer.json()["message"]) == (403, True)
    server.http.delete(f"/apis/v2beta1/runs/{run['run_id']}")
    assert (tmp_path / "private").read_text() == "private"
