"""What a pipeline asks of Kubernetes, as far as one machine gives it."""

from pathlib import Path
from typing import Any

import pytest
from kfp import dsl

from barograph.executors.process import can_mount
from barograph.ir import build, read_spec
from barograph.secrets import Secrets, read_secrets
from barograph.states import State
from tests.conformance.edits import edited, on_kubernetes
from tests.conftest import IMAGE, Workspace, component

PASSWORD = "correct horse battery"
MOUNTS = can_mount()
needs_mounts = pytest.mark.skipif(not MOUNTS, reason="this machine lets no process have mounts of its own")


@pytest.fixture
def secrets(workspace: Workspace) -> Secrets:
    file = workspace.path / "secrets.toml"
    file.write_text(
        f'[secrets.login]\npassword = "{PASSWORD}"\n'
        '[secrets.other]\npassword = "another horse"\n'
        '[config_maps.settings]\nlevel = "debug"\n'
    )
    file.chmod(0o600)
    return read_secrets(file)


@dsl.container_component
def see(said: dsl.OutputPath(str)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
    """Gives the digest of the password that it gets, not the password."""
    script = 'printf "%s" "${PASSWORD-unset}" | sha256sum | cut -c1-8 | tr -d "\\n" > "$0"'
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[said])


# printf "%s" ... | sha256sum | cut -c1-8
DIGESTS = {PASSWORD: "9028ea0d", "another horse": "aee3127e", "unset": "6cbf83e0"}


@dsl.pipeline(name="seeing")
def seeing() -> None:
    see()


def constant(name: str) -> dict[str, Any]:
    return {"runtimeValue": {"constant": name}}


def password(name: dict[str, Any], key: str = "password", **more: Any) -> dict[str, Any]:
    entries = [{"envVar": "PASSWORD", "secretKey": key}]
    return {"secretAsEnv": [{"secretNameParameter": name, "keyToEnv": entries, **more}]}


def test_a_secret_becomes_an_environment_variable(workspace: Workspace, secrets: Secrets) -> None:
    file = edited(workspace, seeing, platform=on_kubernetes(see=password(constant("login"))))
    assert workspace.run(file, secrets=secrets).tasks["see"].outputs == {"said": DIGESTS[PASSWORD]}


def test_a_secrets_name_comes_from_an_input(workspace: Workspace, secrets: Secrets) -> None:
    @dsl.pipeline(name="seeing")
    def pipeline(login: str = None) -> None:  # type: ignore[assignment]
        see()

    platform = on_kubernetes(see=password({"componentInputParameter": "login"}))
    file = edited(workspace, pipeline, platform=platform)
    for name, value in (("login", PASSWORD), ("other", "another horse"), (None, "unset")):
        outcome = workspace.run(file, {"login": name}, secrets=secrets, cache=False)
        assert outcome.tasks["see"].outputs == {"said": DIGESTS[value]}


def test_a_secrets_name_comes_from_another_task_which_is_waited_for(workspace: Workspace, secrets: Secrets) -> None:
    @component
    def choose() -> str:
        return "other"

    @dsl.pipeline(name="choosing")
    def pipeline() -> None:
        see()
        choose()

    source = {"taskOutputParameter": {"producerTask": "choose", "outputParameterKey": "Output"}}
    file = edited(workspace, pipeline, platform=on_kubernetes(see=password(source)))
    assert workspace.run(file, secrets=secrets).tasks["see"].outputs == {"said": DIGESTS["another horse"]}


@pytest.mark.parametrize(
    ("name", "key", "words"),
    [
        ("nobody", "password", ["'password' of the secret 'nobody'", "[secrets.nobody]"]),
        ("login", "pin", ["'pin' of the secret 'login'", 'pin = "..."', "[secrets.login]"]),
    ],
)
def test_a_secret_that_is_missing_fails_the_task_and_says_where_to_put_it(
    workspace: Workspace, secrets: Secrets, name: str, key: str, words: list[str]
) -> None:
    file = edited(workspace, seeing, platform=on_kubernetes(see=password(constant(name), key)))
    outcome = workspace.run(file, secrets=secrets)
    assert outcome.run.state is State.FAILED
    assert outcome.states == {"see": "FAILED"}
    for word in (*words, "task 'see' needs", str(secrets.path), "0600"):
        assert word in outcome.tasks["see"].error


def test_a_secret_that_is_optional_and_missing_is_left_out(workspace: Workspace, secrets: Secrets) -> None:
    asked = password(constant("nobody"), optional=True)
    file = edited(workspace, seeing, platform=on_kubernetes(see=asked))
    assert workspace.run(file, secrets=secrets).tasks["see"].outputs == {"said": DIGESTS["unset"]}


@pytest.mark.parametrize("code", [0, 1])
def test_a_secret_is_in_no_file_of_the_home(workspace: Workspace, secrets: Secrets, code: int) -> None:
    @dsl.container_component
    def babble(code: int) -> dsl.ContainerSpec:
        script = 'echo "the password is $PASSWORD."; echo "$PASSWORD" >&2; exit "$0"'
        return dsl.ContainerSpec(image=IMAGE, command=["sh", "-c", script], args=[code])

    @dsl.pipeline(name="babbling")
    def pipeline(code: int) -> None:
        babble(code=code).set_retry(1)

    mounted: dict[str, Any] = {"secretAsVolume": [{"secretName": "login", "mountPath": "/etc/login"}]} if MOUNTS else {}
    platform = on_kubernetes(babble={**password(constant("login")), **mounted})
    outcome = workspace.run(edited(workspace, pipeline, platform=platform), {"code": code}, secrets=secrets)
    assert outcome.states == {"babble": "FAILED" if code else "SUCCEEDED"}
    assert "the password is ***." in outcome.log("babble")
    home = workspace.config.home.path
    files = [file for file in home.rglob("*") if file.is_file() and "environments" not in file.parts]
    assert {"barograph.db", "babble.log"} <= {file.name for file in files}
    assert [file for file in files if PASSWORD.encode() in file.read_bytes()] == []


def test_a_config_map_becomes_an_environment_variable(workspace: Workspace, secrets: Secrets) -> None:
    @component
    def level() -> str:
        import os

        return os.environ["LEVEL"]

    @dsl.pipeline(name="levels")
    def pipeline() -> None:
        level().set_env_variable("LEVEL", "by the pipeline")

    asked = {"configMapName": "settings", "keyToEnv": [{"envVar": "LEVEL", "configMapKey": "level"}]}
    file = edited(workspace, pipeline, platform=on_kubernetes(level={"configMapAsEnv": [asked]}))
    assert workspace.run(file, secrets=secrets).tasks["level"].outputs == {"Output": "debug"}
    (workspace.path / "empty.toml").touch(0o600)
    outcome = workspace.run(file, secrets=read_secrets(workspace.path / "empty.toml"), cache=False)
    assert "the config map 'settings'" in outcome.tasks["level"].error
    assert "[config_maps.settings]" in outcome.tasks["level"].error


def test_a_field_of_the_pod_becomes_an_environment_variable(workspace: Workspace) -> None:
    @component
    def fields() -> dict:
        import os

        return {key: os.environ[key] for key in ("NAME", "RUN", "UID", "TEAM", "NODE")}

    @dsl.pipeline(name="inner")
    def inner() -> None:
        fields()

    @dsl.pipeline(name="outer")
    def outer() -> None:
        inner()

    paths = {
        "NAME": "metadata.name",
        "RUN": "metadata.labels['pipeline/runid']",
        "UID": "metadata.uid",
        "TEAM": "metadata.labels['team']",
        "NODE": "spec.nodeName",
    }
    asked = {
        "fieldPathAsEnv": [{"name": name, "fieldPath": path} for name, path in paths.items()],
        "podMetadata": {"labels": {"team": "weather"}},
    }
    outcome = workspace.run(edited(workspace, outer, platform=on_kubernetes(fields=asked)))
    task = outcome.tasks["inner.fields"]
    assert task.outputs["Output"] == {
        "NAME": "inner.fields",
        "RUN": outcome.run.id,
        "UID": task.id,
        "TEAM": "weather",
        "NODE": "",
    }


def test_what_means_nothing_here_is_kept_as_ignored_and_the_task_runs(workspace: Workspace) -> None:
    asked = {
        "nodeSelector": {"labels": {"gpu": "a100"}},
        "tolerations": [{"key": "spot", "operator": "Exists"}],
        "imagePullPolicy": "Always",
    }
    file = edited(workspace, seeing, platform=on_kubernetes(see=asked))
    platforms = build(read_spec(file)).platforms
    assert platforms is not None
    assert platforms.executors["exec-see"].ignored == ("node selectors", "tolerations", "image pull policies")
    [note] = platforms.notes
    assert note.endswith("no effect: node selectors, tolerations, image pull policies")
    outcome = workspace.run(file)
    assert outcome.run.state is State.SUCCEEDED
    assert "nodeSelector" in outcome.run.spec


def test_every_run_has_a_workspace_of_its_own(workspace: Workspace) -> None:
    @component
    def leave(folder: str) -> str:
        with open(f"{folder}/note", "w") as file:
            file.write("rain")
        return folder

    @dsl.pipeline(name="leaving", pipeline_config=dsl.PipelineConfig(workspace=dsl.WorkspaceConfig(size="1Gi")))
    def pipeline() -> None:
        leave(folder=dsl.WORKSPACE_PATH_PLACEHOLDER)

    folders = [Path(workspace.run(pipeline).tasks["leave"].outputs["Output"]) for _ in range(2)]
    assert folders[0] != folders[1]


@dsl.container_component
def read_file(path: str, said: dsl.OutputPath(str)) -> dsl.ContainerSpec:  # type: ignore[valid-type]
    script = 'cat "$0" > "$1"; test ! -w "$(dirname "$0")" || rm -f "$0" 2>/dev/null; test -f "$0"'
    return dsl.ContainerSpec(image=IMAGE, command=["sh", "-ec", script], args=[path, said])


@needs_mounts
@pytest.mark.parametrize("folder", ["/etc/login", "/login/of/the/day", "/mnt/login"])
def test_a_config_map_is_a_folder_of_files_where_the_pipeline_wants_it(
    workspace: Workspace, secrets: Secrets, folder: str
) -> None:
    @dsl.pipeline(name="reading")
    def pipeline() -> None:
        read_file(path=f"{folder}/level")

    platform = on_kubernetes(read_file={"configMapAsVolume": [{"configMapName": "settings", "mountPath": folder}]})
    outcome = workspace.run(edited(workspace, pipeline, platform=platform), secrets=secrets)
    assert outcome.tasks["read-file"].outputs == {"said": "debug"}
    assert not Path(folder).exists()  # nobody else sees it
    assert not list(workspace.config.home.path.glob("work/*"))


@needs_mounts
def test_a_python_component_sees_its_volume_and_so_does_the_next(workspace: Workspace, secrets: Secrets) -> None:
    @component
    def leave(text: str) -> None:
        with open("/shared/volume/text", "w") as file:
            file.write(text)

    @component
    def find() -> str:
        with open("/shared/volume/text") as file:
            return file.read()

    @dsl.pipeline(name="sharing")
    def pipeline(text: str = "rain") -> None:
        find().after(leave(text=text))

    mount = {"pvcMount": [{"constant": "common", "mountPath": "/shared/volume"}]}
    outcome = workspace.run(edited(workspace, pipeline, platform=on_kubernetes(leave=mount, find=mount)))
    assert outcome.tasks["find"].outputs == {"Output": "rain"}
    assert (workspace.config.home.volume("common") / "text").read_text() == "rain"
