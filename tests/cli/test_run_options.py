"""What `barograph run` can be asked, and what it says before it starts."""

import json
import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import click
import pytest
from kfp import dsl
from kfp.dsl import Dataset, Input

from barograph.cli.options import age
from barograph.cli.progress import JsonProgress
from barograph.engine.events import TaskChanged
from barograph.engine.executor import executor_of
from barograph.engine.request import Options, read_options
from barograph.engine.submission import check_mounts, check_uncached
from barograph.errors import ConfigurationError, PipelineError
from barograph.ir import build, read_spec
from barograph.secrets import redact, redacted_pieces
from barograph.states import State
from barograph.store import Artifact, Link, Run, Task
from barograph.store.records import Kind, Role
from barograph.store.store import new_id, now
from tests.conftest import IMAGE, Workspace, component


@component
def shout(text: str) -> str:
    print("shouting", text)
    return text.upper()


@dsl.pipeline(name="shouting")
def shouting(text: str = "rain") -> None:
    first = shout(text=text)
    shout(text=first.output)


def with_platform(workspace: Workspace, executor: dict[str, object]) -> None:
    """Compile `shouting` with a platform spec for its first executor."""
    file = workspace.compile(shouting)
    kubernetes = {"deploymentSpec": {"executors": {"exec-shout": executor}}}
    file.write_text(file.read_text() + "---\n" + json.dumps({"platforms": {"kubernetes": kubernetes}}))


@pytest.mark.parametrize(
    ("written", "seconds"), [("30s", 30), ("5m", 300), ("12h", 43200), ("7d", 604800), ("0.5d", 43200)]
)
def test_ages(written: str, seconds: int) -> None:
    assert age(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize("written", ["", "7", "d", "7w", "-1d", "9999999999d", "2000000d", "36501d"])
def test_what_is_no_age(written: str) -> None:
    with pytest.raises(click.BadParameter):
        age(written)


def test_an_artifact_is_given_by_its_address(workspace: Workspace) -> None:
    @component
    def read(data: Input[Dataset]) -> str:
        with open(data.path) as file:
            return file.read()

    @dsl.pipeline(name="reading")
    def reading(data: Input[Dataset]) -> None:
        read(data=data)

    workspace.compile(reading)
    (workspace.path / "data.txt").write_text("rain")
    ended = workspace.barograph("run", "pipeline.yaml", "-a", "data=data.txt")
    assert ended.returncode == 0, ended.stderr
    assert workspace.outcome("last").tasks["read"].outputs == {"Output": "rain"}
    missing = workspace.barograph("run", "pipeline.yaml")
    assert missing.returncode == 2
    assert "give it with -a data=ADDRESS" in missing.stderr


def test_one_task_without_the_cache_and_an_age_for_all(workspace: Workspace) -> None:
    workspace.compile(shouting)
    workspace.barograph("run", "pipeline.yaml")
    workspace.barograph("run", "pipeline.yaml", "--no-cache-task", "shout-2")
    outcome = workspace.outcome("last")
    assert outcome.states == {"shout": "CACHED", "shout-2": "SUCCEEDED"}
    workspace.barograph("run", "pipeline.yaml", "--cache-max-age", "0s")
    assert workspace.outcome("last").states["shout"] == "SUCCEEDED"
    workspace.barograph("run", "pipeline.yaml", "--cache-max-age", "1d")
    assert workspace.outcome("last").states == {"shout": "CACHED", "shout-2": "CACHED"}


def test_the_record_keeps_how_a_run_was_asked_for(workspace: Workspace) -> None:
    workspace.compile(shouting)
    secrets = workspace.path / "mine.toml"
    secrets.write_text('[secrets.a]\nb = "very secret"\n')
    secrets.chmod(0o600)
    arguments = ("--cache-max-age", "1h", "--no-cache-task", "shout", "--parallelism", "2", "--final-status", "vertex")
    ended = workspace.barograph("run", "pipeline.yaml", *arguments, "--secrets", "mine.toml")
    assert ended.returncode == 0, ended.stderr
    assert workspace.outcome("last").run.options == {
        "cache": True,
        "uncached": ["shout"],
        "max_age": 3600.0,
        "parallelism": 2,
        "artifacts": {},
        "executor": "process",
        "docker": {},
        "final_status": "vertex",
        "secrets": str(secrets),
        "pipeline_root": "",
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--executor", "cloud"], "there is no executor 'cloud'; there are: process, docker"),
        (["--docker-network", "none"], "--docker-network means nothing without --executor docker"),
        (["--cache-max-age", "soon"], "'soon' is no span of time such as 30s"),
        (["-a", "data"], "'data' is not NAME=VALUE"),
    ],
)
def test_wrong_options_are_one_message(workspace: Workspace, arguments: list[str], words: str) -> None:
    workspace.compile(shouting)
    ended = workspace.barograph("run", "pipeline.yaml", *arguments)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert workspace.store.runs() == []


def test_what_has_no_effect_is_said_once_before_the_run(workspace: Workspace) -> None:
    with_platform(workspace, {"nodeSelector": {"labels": {"disk": "ssd"}}, "tolerations": [{"key": "a"}]})
    ended = workspace.barograph("run", "pipeline.yaml")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.splitlines() == [
        "note: on one machine these mean nothing and are ignored: node selectors, tolerations (task shout)"
    ]
    said = json.loads(workspace.barograph("run", "pipeline.yaml", "--json").stdout.splitlines()[0])
    assert said["event"] == "note"
    assert "node selectors" in said["message"]


def test_a_task_that_asks_for_more_than_there_is_is_told(workspace: Workspace) -> None:
    @dsl.pipeline(name="large")
    def large() -> None:
        shout(text="a").set_cpu_limit("4000").set_accelerator_type("H100").set_accelerator_limit(8)

    workspace.compile(large)
    ended = workspace.barograph("run", "pipeline.yaml")
    assert ended.returncode == 0, ended.stderr
    assert "note: asks for 4000 cores, and this machine has" in ended.stderr
    assert "note: asks for accelerators (8 H100)" in ended.stderr


def test_a_mount_is_refused_where_a_process_can_have_none(workspace: Workspace) -> None:
    with_platform(workspace, {"secretAsVolume": [{"secretName": "token", "mountPath": "/etc/token"}]})
    pipeline = build(read_spec(workspace.path / "pipeline.yaml"))
    with pytest.raises(PipelineError, match=r"task 'shout' mounts a secret at /etc/token.*--executor docker"):
        check_mounts(pipeline)


def test_secret_values_are_kept_out_of_what_is_printed(workspace: Workspace) -> None:
    @dsl.container_component
    def leak(code: int) -> dsl.ContainerSpec:
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", 'echo "it is $TOKEN."; exit $0'], args=[str(code)])

    @dsl.pipeline(name="leaking")
    def leaking(code: int) -> None:
        leak(code=code)

    file = workspace.compile(leaking)
    env = {"secretAsEnv": [{"secretName": "mine", "keyToEnv": [{"secretKey": "token", "envVar": "TOKEN"}]}]}
    kubernetes = {"deploymentSpec": {"executors": {"exec-leak": env}}}
    file.write_text(file.read_text() + "---\n" + json.dumps({"platforms": {"kubernetes": kubernetes}}))
    secrets = workspace.config.home.path / "secrets.toml"
    secrets.write_text('[secrets.mine]\ntoken = "hunter2-hunter2"\n')
    secrets.chmod(0o600)
    ended = workspace.barograph("run", "pipeline.yaml", "-p", "code=1")
    shown = [ended.stdout, workspace.barograph("logs", "last", "leak").stdout, workspace.barograph("show").stdout]
    for output in shown:
        assert "it is ***." in output
        assert "hunter2" not in output
    assert "hunter2" not in ended.stderr


def test_a_secret_in_a_long_line_is_found_wherever_it_is() -> None:
    line = b"x" * ((1 << 20) - 4) + b"hunter2" + b"y" * (3 << 20) + b"hunter2\nhunter2"
    found = b"".join(redacted_pieces(BytesIO(line), ["hunter2"]))
    assert found == line.replace(b"hunter2", b"***")


def test_each_attempt_has_its_log(workspace: Workspace) -> None:
    @dsl.container_component
    def unlucky(file: str) -> dsl.ContainerSpec:
        script = 'echo "try $(wc -l < "$0")"; echo >> "$0"; test "$(wc -l < "$0")" -gt 1'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[file])

    @dsl.pipeline(name="trying")
    def trying(file: str) -> None:
        unlucky(file=file).set_retry(num_retries=3)

    workspace.compile(trying)
    file = workspace.path / "tries"
    file.touch()
    ended = workspace.barograph("run", "pipeline.yaml", "-p", f"file={file}")
    assert ended.returncode == 0, ended.stdout
    assert "2nd attempt" in ended.stdout
    assert workspace.barograph("logs", "last", "unlucky").stdout == "try 1\n"
    assert workspace.barograph("logs", "last", "unlucky", "--attempt", "1").stdout == "try 0\n"
    none = workspace.barograph("logs", "last", "unlucky", "--attempt", "9")
    assert none.returncode == 2
    assert "it was tried 2 times" in none.stderr


def test_help_imports_little(workspace: Workspace) -> None:
    ended = workspace.barograph("--help")
    assert ended.returncode == 0
    for name in ("resume", "retry", "cache", "env"):
        assert name in ended.stdout
    assert "why" in workspace.barograph("cache", "--help").stdout


def test_environments_are_listed_and_pruned(workspace: Workspace) -> None:
    (workspace.path / "home" / "environments").unlink()
    environments = workspace.config.home.environments
    assert "No environments yet" in workspace.barograph("env", "ls").stdout
    folder = environments / "probe-0123456789abcdef"
    folder.mkdir(parents=True)
    (folder / "environment.json").write_text('{"name": "probe", "digest": "sha256:0123456789abcdef"}')
    ready = folder / "ready"
    ready.touch()
    assert "probe" in workspace.barograph("env", "ls").stdout
    assert "removed 0 environments" in workspace.barograph("env", "prune").stdout
    os.utime(ready, (0, 0))
    assert "removed 1 environment," in workspace.barograph("env", "prune").stdout
    assert not Path(folder).exists()


@pytest.mark.parametrize(
    "words",
    [
        ("run", "pipeline.yaml", "--cache-max-age", "2000000d"),
        ("cache", "prune", "--older-than", "2000000d"),
        ("env", "prune", "--older-than", "2000000d"),
    ],
)
def test_an_age_that_no_calendar_has_is_refused(workspace: Workspace, words: tuple[str, ...]) -> None:
    ended = workspace.barograph(*words)
    assert ended.returncode == 2
    assert "100 years" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_value_that_is_no_utf_8_is_refused_with_its_parameters_name(workspace: Workspace) -> None:
    workspace.compile(shouting)
    ended = workspace.barograph("run", "pipeline.yaml", "-p", b"text=\xe9".decode(errors="surrogateescape"))
    assert ended.returncode == 2
    assert "parameter 'text': expected text (STRING) in UTF-8" in ended.stderr


def test_a_record_whose_locks_cannot_be_opened_is_shown_as_it_is(workspace: Workspace) -> None:
    store = workspace.store
    store.add_run(Run(new_id(), "a run", "Default", "weather", "root: {}", {}, "/artifacts", now()))
    (workspace.config.home.path / "locks").touch()  # where a folder would be
    ended = workspace.barograph("runs")
    assert ended.returncode == 0, ended.stderr
    assert "a run" in ended.stdout


def test_json_lines_hold_no_secret_wherever_it_comes_up(capsys: pytest.CaptureFixture[str]) -> None:
    secret = 'hun"ter\u00e92'
    outputs = {"text": f"it is {secret}.", "struct": {secret: [secret, 4242424]}}
    task = Task(
        id=new_id(),
        run_id=new_id(),
        path="leak",
        kind=Kind.RUNTIME,
        state=State.SUCCEEDED,
        created_at=now(),
        outputs=outputs,
    )
    artifact = Artifact(new_id(), "data", "system.Dataset", f"gs://b/{secret}", "sha256:00", 1, "", {}, now())
    JsonProgress(lambda text: redact(text, [secret, "4242424"])).tell(
        TaskChanged(task, (Link(task.id, Role.OUTPUT, "data", 0, artifact),))
    )
    said = json.loads(capsys.readouterr().out)
    assert said["outputs"] == {"text": "it is ***.", "struct": {"***": ["***", "***"]}}
    assert said["artifacts"]["data"]["uri"] == "gs://b/***"
    assert said["path"] == "leak"


def test_a_task_that_there_is_not_cannot_be_left_out_of_the_cache(workspace: Workspace) -> None:
    @dsl.pipeline(name="looping")
    def looping() -> None:
        with dsl.ParallelFor(["a", "b"]) as word:
            shout(text=word)

    pipeline = build(read_spec(workspace.compile(looping)))
    ((in_every_turn, _),) = pipeline.containers()
    loop = in_every_turn.removesuffix(".shout")  # the SDK counts loops on from one pipeline to the next
    for path in (in_every_turn, f"{loop}[1].shout"):
        check_uncached(pipeline, Options(uncached=frozenset([path])))
    with pytest.raises(ConfigurationError, match=f"no task 'shout'; there are: {in_every_turn}$"):
        check_uncached(pipeline, Options(uncached=frozenset(["shout"])))
    ended = workspace.barograph("run", "pipeline.yaml", "--no-cache-task", "nosuch")
    assert ended.returncode == 2
    assert "there is no task 'nosuch'" in ended.stderr
    assert "No runs yet" in workspace.barograph("runs").stdout


def test_folders_for_containers_are_recorded_and_must_be_there(workspace: Workspace) -> None:
    workspace.compile(shouting)
    refused = workspace.barograph("run", "pipeline.yaml", "--executor", "docker", "--docker-folder", "photos")
    assert refused.returncode == 2
    assert f"there is no folder '{workspace.path}/photos'" in refused.stderr
    refused = workspace.barograph("run", "pipeline.yaml", "--docker-folder", "photos")
    assert "--docker-folder means nothing without --executor docker" in refused.stderr
    options = Options(executor="docker", docker={"folders": [str(workspace.path)]})
    read = read_options(json.loads(json.dumps(options.recorded())))
    executor_of(read, workspace.config)
    assert read.docker == options.docker
