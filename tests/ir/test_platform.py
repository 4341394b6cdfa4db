"""Platform specs as kfp-kubernetes compiles them, read without it."""

from typing import Any

import pytest
from google.protobuf import json_format

from barograph.errors import ParameterError, PipelineError
from barograph.ir.graph import ComponentInput, Constant, TaskOutput
from barograph.ir.kubernetes import read_platforms
from barograph.ir.platform import (
    EnvFrom,
    EnvKind,
    Files,
    FilesKind,
    PipelineConfig,
    Platform,
    Platforms,
    Ttl,
    Volume,
    VolumeKind,
    is_create_pvc,
    is_delete_pvc,
    name_of,
)
from barograph.ir.protos import pb


def read(**platforms: Any) -> Platforms:
    return read_platforms(json_format.ParseDict({"platforms": platforms}, pb.PlatformSpec()))


def executor(config: dict[str, Any]) -> Platform:
    platforms = read(kubernetes={"deploymentSpec": {"executors": {"exec-comp": config}}})
    return platforms.executors.get("exec-comp", Platform())


def constant(name: str) -> dict[str, Any]:
    return {"runtimeValue": {"constant": name}}


OUTPUT = {"taskOutputParameter": {"outputParameterKey": "name", "producerTask": "createpvc"}}


def test_no_platform_spec_asks_for_nothing() -> None:
    assert read() == Platforms()


def test_secrets_as_env_are_named_by_a_constant_an_input_or_another_tasks_output() -> None:
    # test_data/sdk_compiled_pipelines/valid/critical/pipeline_with_secret_as_env.yaml
    platform = executor(
        {
            "secretAsEnv": [
                {
                    "keyToEnv": [{"envVar": "USER_NAME", "secretKey": "username"}],
                    "optional": False,
                    "secretNameParameter": {"componentInputParameter": "secret_parm"},
                },
                {
                    "keyToEnv": [{"envVar": "PASSWORD_VAR1", "secretKey": "password"}],
                    "optional": True,
                    "secretName": "old",
                    "secretNameParameter": constant("test-secret-2"),
                },
                {
                    "keyToEnv": [{"envVar": "PASSWORD_VAR2", "secretKey": "password"}],
                    "secretNameParameter": {
                        "taskOutputParameter": {"outputParameterKey": "some_output", "producerTask": "generate"}
                    },
                },
            ]
        }
    )
    generated = TaskOutput("generate", "some_output")
    assert platform.env == (
        EnvFrom("USER_NAME", EnvKind.SECRET, ComponentInput("secret_parm"), "username"),
        EnvFrom("PASSWORD_VAR1", EnvKind.SECRET, Constant("test-secret-2"), "password", optional=True),
        EnvFrom("PASSWORD_VAR2", EnvKind.SECRET, generated, "password"),
    )
    assert list(platform.outputs()) == [generated]


@pytest.mark.parametrize(
    "item",
    [
        {"secretName": "my-secret", "mountPath": "/mnt"},
        {"secret_name": "my-secret", "mount_path": "/mnt", "optional": None},
        {"secretNameParameter": constant("my-secret"), "mountPath": "/mnt"},
    ],
)
def test_older_newer_and_snake_case_fields_say_the_same(item: dict[str, Any]) -> None:
    assert executor({"secretAsVolume": [item]}).files == (Files(FilesKind.SECRET, Constant("my-secret"), "/mnt"),)


def test_config_maps_become_env_and_files() -> None:
    platform = executor(
        {
            "configMapAsEnv": [
                {
                    "configMapName": "my-cm",
                    "configMapNameParameter": constant("my-cm"),
                    "keyToEnv": [{"configMapKey": "foo", "envVar": "CONFIG_MAP_VAR"}],
                    "optional": False,
                }
            ],
            "configMapAsVolume": [{"configMapName": "my-cm", "mountPath": "/mnt/my_vol", "optional": True}],
        }
    )
    assert platform.env == (EnvFrom("CONFIG_MAP_VAR", EnvKind.CONFIG_MAP, Constant("my-cm"), "foo"),)
    assert platform.files == (Files(FilesKind.CONFIG_MAP, Constant("my-cm"), "/mnt/my_vol", optional=True),)


@pytest.mark.parametrize(
    ("item", "source"),
    [
        ({**OUTPUT, "pvcNameParameter": OUTPUT}, TaskOutput("createpvc", "name")),
        (OUTPUT, TaskOutput("createpvc", "name")),
        ({"constant": "claim"}, Constant("claim")),
        ({"componentInputParameter": "pvc_name"}, ComponentInput("pvc_name")),
        ({"constant": "old", "pvcNameParameter": constant("new")}, Constant("new")),
    ],
)
def test_a_volume_claims_name_is_read_from_old_and_new_fields(item: dict[str, Any], source: Any) -> None:
    platform = executor({"pvcMount": [{**item, "mountPath": "/data", "subPath": "a/b"}]})
    assert platform.volumes == (Volume(VolumeKind.CLAIM, source, "/data", "a/b"),)


def test_volumes_that_end_with_the_task() -> None:
    platform = executor(
        {
            "emptyDirMounts": [{"medium": "Memory", "mountPath": "/a", "sizeLimit": "1Gi", "volumeName": "scratch"}],
            "genericEphemeralVolume": [
                {
                    "accessModes": ["ReadWriteOnce"],
                    "defaultStorageClass": True,
                    "metadata": {"annotations": {"annotation1": "a1"}},
                    "mountPath": "path",
                    "size": "5Gi",
                    "volumeName": "pvc-name",
                }
            ],
        }
    )
    assert platform.volumes == (
        Volume(VolumeKind.EMPTY_DIR, Constant("scratch"), "/a"),
        Volume(VolumeKind.EPHEMERAL, Constant("pvc-name"), "path"),
    )


@pytest.mark.parametrize(("value", "seconds"), [("20", 20), (20.0, 20), ("0", None), (None, None)])
def test_a_timeout_is_a_number_or_an_int64_as_text(value: Any, seconds: int | None) -> None:
    assert executor({"activeDeadlineSeconds": value}).timeout == seconds


def test_field_paths_see_the_executors_own_pod_metadata() -> None:
    platform = executor(
        {
            "fieldPathAsEnv": [{"fieldPath": "metadata.labels['team']", "name": "TEAM"}],
            "podMetadata": {"labels": {"team": "weather"}, "annotations": {"camelCase": "kept"}},
        }
    )
    assert platform.env == (EnvFrom("TEAM", EnvKind.FIELD_PATH, None, "metadata.labels['team']"),)
    assert platform.field_values == {
        "metadata.labels['team']": "weather",
        "metadata.annotations['camelCase']": "kept",
    }
    assert platform.ignored == ("pod metadata",)


def test_what_means_nothing_on_one_machine_is_noted_once() -> None:
    selector = {"nodeSelector": {"labels": {"cloud.google.com/gke-accelerator": "nvidia-tesla-p4"}}}
    platforms = read(
        kubernetes={
            "deploymentSpec": {
                "executors": {
                    "exec-a": {**selector, "securityContext": {"runAsGroup": "0", "runAsUser": "65534"}},
                    "exec-b": {**selector, "imagePullPolicy": "Always", "tolerations": []},
                    "exec-c": {},
                }
            },
            "pipelineConfig": {"resourceTtlOnCompletion": 60},
        },
        google_cloud={},
    )
    assert platforms.executors["exec-a"].ignored == ("node selectors", "security contexts")
    assert platforms.executors["exec-b"].ignored == ("node selectors", "image pull policies")
    assert "exec-c" not in platforms.executors
    assert platforms.notes == (
        "the platform spec for 'google_cloud' has no effect",
        "on one machine these Kubernetes settings have no effect: "
        "node selectors, image pull policies, security contexts, times to live",
    )


def test_the_pipelines_own_configuration() -> None:
    config = {
        "workspace": {"size": "1Gi", "kubernetes": {"pvcSpecPatch": {"accessModes": ["ReadWriteOnce"]}}},
        "resourceTtlOnSuccess": 5,
        "activeDeadlineSeconds": 3600,
    }
    platforms = read(kubernetes={"pipelineConfig": config})
    assert platforms.pipeline == PipelineConfig(True, "1Gi", 3600, Ttl(on_success=5))
    assert "the patch of the workspace's volume claim" in platforms.notes[0]
    assert read(kubernetes={"pipelineConfig": {}}).pipeline == PipelineConfig()


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"sidecar": {}}, ["exec-comp", "sidecar"]),
        ({"secretAsEnv": [{"secretName": "s", "keyToEnv": [], "more": 1}]}, ["exec-comp", "secret_as_env", "more"]),
        ({"secretAsEnv": [{"keyToEnv": []}]}, ["exec-comp", "has no secret_name"]),
        ({"secretAsVolume": [{"secretName": "s"}]}, ["exec-comp", "has no mount_path"]),
        ({"secretAsVolume": {"secretName": "s"}}, ["exec-comp", "secret_as_volume must be a list"]),
        ({"secretAsVolume": ["s"]}, ["exec-comp", "must be an object"]),
        ({"secretAsVolume": [{"secretName": "s", "mountPath": 1}]}, ["mount_path must be text"]),
        ({"secretAsVolume": [{"secretName": "s", "mountPath": "/m", "optional": "no"}]}, ["true or false"]),
        ({"secretAsVolume": [{"secretNameParameter": {"x": 1}, "mountPath": "/m"}]}, ["no parameter that KFP"]),
        ({"secretAsVolume": [{"secretNameParameter": constant(""), "mountPath": "/m"}]}, ["must be text"]),
        ({"secretAsVolume": [{"secretName": "{{$.pipeline_job_uuid}}", "mountPath": "/m"}]}, ["placeholder"]),
        ({"pvcMount": [{"mountPath": "/data"}]}, ["exec-comp", "pvc_mount"]),
        ({"pvcMount": [{"constant": "c", "mountPath": "/data", "subPath": "a/../.."}]}, ["leads out"]),
        ({"pvcMount": [{"constant": "c", "mountPath": "/data", "subPath": "/etc"}]}, ["leads out"]),
        ({"activeDeadlineSeconds": "soon"}, ["active_deadline_seconds must be a whole number"]),
        ({"activeDeadlineSeconds": 1.5}, ["active_deadline_seconds must be a whole number"]),
        ({"podMetadata": {"labels": {"a": 1}}}, ["labels must be an object of texts"]),
        ({"initContainers": [{"name": "a", "image": "b"}]}, ["exec-comp", "init containers", "not supported"]),
    ],
)
def test_what_does_not_fit_is_named(config: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(PipelineError) as caught:
        executor(config)
    for word in words:
        assert word in str(caught.value)


def test_a_name_comes_from_the_inputs_of_the_dag_or_an_output_in_it() -> None:
    output = TaskOutput("make", "name")
    assert name_of(Constant("a"), {}) == "a"
    assert name_of(ComponentInput("x"), {"x": "b"}) == "b"
    assert name_of(output, {}, {output: "c"}) == "c"


def test_an_optional_input_without_a_value_gives_no_name() -> None:
    assert name_of(ComponentInput("x"), {"x": None}) is None
    assert name_of(ComponentInput("x"), {}) is None


@pytest.mark.parametrize("value", ["", 3, ["a"]])
def test_a_name_is_text(value: Any) -> None:
    with pytest.raises(ParameterError, match="the input 'x' names a secret"):
        name_of(ComponentInput("x"), {"x": value})


def test_the_images_of_volume_claim_tasks() -> None:
    assert is_create_pvc("argostub/createpvc")
    assert is_delete_pvc("argostub/deletepvc")
    assert not is_create_pvc("argostub/deletepvc")
    assert not is_delete_pvc("python:3.11")
