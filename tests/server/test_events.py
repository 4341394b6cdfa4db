"""Live events: nothing is missed and nothing told twice, whatever happens in between."""

import signal
from contextlib import ExitStack
from itertools import takewhile
from pathlib import Path

import httpx
import pytest

from barograph.config import load_config
from barograph.engine.liveness import held
from barograph.server.app import make_app
from barograph.server.backend import open_backend
from barograph.server.security import allowed_hosts
from barograph.states import State
from barograph.store.run_tasks import RunTasks
from tests.server import serving as in_process
from tests.server.conftest import Server, new_folder, serving
from tests.server.recording import ended_run, going_on, record
from tests.server.running import measuring, resting, start
from tests.server.serving import IDLE
from tests.server.sse import OWN, Sent, heard, listening, read
from tests.waiting import wait_until


def recorded(server: Server, run_id: str) -> list[tuple[str, str, str]]:
    """What the record has of a run: id, path and state of each event."""
    events = RunTasks(server.workspace.store.database, run_id).events()
    return [(str(event.id), event.path, event.state.value) for event in events]


def told(events: list[Sent]) -> list[tuple[str, str, str]]:
    return [(each.id, each.data.get("path", ""), each.data["state"]) for each in events if each.event != "end"]


def test_a_run_is_told_of_while_it_runs_until_it_ends(server: Server, tmp_path: Path) -> None:
    run_id = start(server, resting, "told", file=str(tmp_path / "go"))
    with listening(server, f"/runs/{run_id}/events") as events:
        found = []
        for event in events:
            found.append(event)
            if event.data["state"] == "RUNNING" and event.event == "task":
                (tmp_path / "go").touch()
    assert [(each.event, each.data["state"]) for each in found] == [
        ("run", "PENDING"),
        ("run", "RUNNING"),
        ("task", "RUNNING"),
        ("task", "SUCCEEDED"),
        ("run", "SUCCEEDED"),
        ("end", "SUCCEEDED"),
    ]
    assert told(found) == recorded(server, run_id)
    task = found[3].data
    assert (task["path"], task["kind"], task["error"], task["cached_from"]) == ("rest", "RUNTIME", "", None)
    assert task["started_at"] < task["finished_at"] <= found[4].data["finished_at"]
    assert found[4].data["name"] == "told"


def test_a_client_goes_on_behind_any_event_that_it_has_got(server: Server) -> None:
    run_id = start(server, measuring, "again", text="again")
    heard(server, f"/runs/{run_id}/events")
    everything = heard(server, f"/runs/{run_id}/events")
    for place, event in enumerate(everything[:-1]):
        assert heard(server, f"/runs/{run_id}/events", event.id) == everything[place + 1 :]
        assert heard(server, f"/runs/{run_id}/events", after=event.id) == everything[place + 1 :]
    assert heard(server, f"/runs/{run_id}/events", everything[-2].id, after=0) == everything[-1:]


def test_a_client_misses_nothing_when_the_server_is_killed(tmp_path: Path, environments: Path) -> None:
    folder = new_folder(tmp_path / "killed", environments)
    with serving(folder) as server:
        run_id = start(server, resting, "killed", file=str(tmp_path / "go"))
        with listening(server, f"/runs/{run_id}/events") as events:
            found = list(takewhile(lambda event: event.event != "task", events))
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
    (tmp_path / "go").touch()
    with serving(folder) as server:
        found += heard(server, f"/runs/{run_id}/events", found[-1].id)
        assert told(found) == recorded(server, run_id)
        assert found[-1] == Sent("end", {"state": "SUCCEEDED"}, "")


def test_all_runs_are_told_of_whoever_runs_them(server: Server) -> None:
    with listening(server, "/events") as events:
        assert next(events).event == "begin"
        file = server.workspace.compile(measuring, "elsewhere.yaml")
        assert server.workspace.barograph("run", file, "--name", "elsewhere").returncode == 0
        found = [next(events) for _ in range(3)]
    assert [(each.event, each.data["name"], each.data["state"]) for each in found] == [
        ("run", "elsewhere", "PENDING"),
        ("run", "elsewhere", "RUNNING"),
        ("run", "elsewhere", "SUCCEEDED"),
    ]
    with listening(server, "/events", found[0].id) as events:
        assert next(events).event == "begin"
        assert told([next(events), next(events)]) == told(found[1:])


def test_a_run_that_is_taken_up_again_is_told_of_again(server: Server) -> None:
    with ExitStack() as stack:
        store = stack.enter_context(record(server))
        run = ended_run(server, store, "again and again")
        assert heard(server, f"/runs/{run.id}/events")[-1].data == {"state": "SUCCEEDED"}
        with held(server.workspace.config.home, run.id):
            store.reopen(run.into(State.RUNNING, run.created_at))
            events = stack.enter_context(listening(server, f"/runs/{run.id}/events"))
            found = [next(events).data["state"] for _ in range(3)]
            store.update_run(run.into(State.FAILED, run.created_at))
            found += [event.data["state"] for event in events]
    assert found == ["RUNNING", "SUCCEEDED", "RUNNING", "FAILED", "FAILED"]


def test_many_clients_need_no_thread_of_their_own(server: Server) -> None:
    with ExitStack() as stack:
        store = stack.enter_context(record(server))
        run = stack.enter_context(going_on(server, store, "watched"))
        # Each has a connection of its own, as browsers do.
        clients = [stack.enter_context(httpx.Client(base_url=server.url, timeout=30)) for _ in range(60)]
        path = f"{OWN}/runs/{run.id}/events"
        streams = [read(stack.enter_context(client.stream("GET", path))) for client in clients]
        first = [next(stream) for stream in streams]
        store.update_run(run.into(State.SUCCEEDED, run.created_at))
        rest = [list(stream) for stream in streams]
        assert len(list(Path(f"/proc/{server.process.pid}/task").iterdir())) < len(clients)
    assert len(set(map(str, first))) == 1
    assert all([event.event for event in events] == ["run", "end"] for events in rest)


def holds(server: Server, port: int) -> bool:
    """Whether the server has a connection with that port of a client's, be it one that the client has closed."""
    own, other, held = f"{httpx.URL(server.url).port:04X}", f"{port:04X}", ("01", "08")  # ESTABLISHED, CLOSE_WAIT
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(row[1].endswith(f":{own}") and row[2].endswith(f":{other}") and row[3] in held for row in rows)


def test_a_client_that_goes_away_is_noticed(server: Server) -> None:
    with httpx.Client(base_url=server.url) as client, client.stream("GET", f"{OWN}/events") as answer:
        events = read(answer)
        next(events)
        port = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
        assert holds(server, port)
    wait_until(lambda: not holds(server, port))


@pytest.mark.parametrize(
    ("path", "last", "status", "said"),
    [
        ("/runs/none/events", "", 404, "no run has the id 'none'"),
        ("/events", "yesterday", 400, "Last-Event-ID 'yesterday' is none that this server gave"),
        ("/events?after=-1", "", 400, "after"),
    ],
)
def test_what_can_not_be_told_is_refused_before_a_stream_begins(
    server: Server, path: str, last: str, status: int, said: str
) -> None:
    answer = server.http.get(f"{OWN}{path}", headers={"Last-Event-ID": last})
    assert answer.status_code == status
    assert said in answer.json()["message"]


def test_a_connection_on_which_nothing_happens_is_kept_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.01)
    (tmp_path / "barograph.toml").write_text('home = "."\n')
    backend = open_backend(load_config(tmp_path, {}))
    app = make_app(backend, allowed_hosts("127.0.0.1", (), has_token=False), None, lambda: IDLE)
    with in_process.serving(app) as address, httpx.stream("GET", f"{address.url}{OWN}/events") as answer:
        assert ": ping" in answer.iter_lines()
    backend.database.close()
