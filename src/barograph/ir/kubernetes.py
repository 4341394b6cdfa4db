"""From KFP's ``PlatformSpec`` message to what is asked of the platform.

The executors' part is a plain struct in ``kfp-pipeline-spec``; its schema is
``kubernetes_platform/proto/kubernetes_executor_config.proto``. Like protojson, keys are read in camelCase and in
snake_case.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from google.protobuf import json_format

from barograph.errors import PipelineError
from barograph.ir.graph import ComponentInput, Constant, TaskOutput
from barograph.ir.platform import (
    EnvFrom,
    EnvKind,
    Files,
    FilesKind,
    NameSource,
    PipelineConfig,
    Platform,
    Platforms,
    Ttl,
    Volume,
    VolumeKind,
)
from barograph.ir.protos import pb
from barograph.ir.values import whole

_IGNORED = {
    "node_selector": "node selectors",
    "tolerations": "tolerations",
    "node_affinity": "node affinity",
    "pod_affinity": "pod affinity",
    "pod_metadata": "pod metadata",
    "image_pull_secret": "image pull secrets",
    "image_pull_policy": "image pull policies",
    "security_context": "security contexts",
    "enabled_shared_memory": "shared memory sizes",
}


def read_platforms(message: Any) -> Platforms:
    """What the ``PlatformSpec`` ``message`` asks for.

    Raises:
        PipelineError: it has a key that KFP does not know, a value that does not fit, or asks for what Barograph
            does not do; the message names the key and the executor.
    """
    notes = [
        f"the platform spec for {name!r} has no effect" for name in sorted(message.platforms) if name != "kubernetes"
    ]
    if "kubernetes" not in message.platforms:
        return Platforms(notes=tuple(notes))
    spec = message.platforms["kubernetes"]
    executors = {
        label: _platform(f"executor {label!r}", json_format.MessageToDict(struct))
        for label, struct in sorted(spec.deployment_spec.executors.items())
    }
    config = spec.pipelineConfig
    used = [
        *(word for word in _IGNORED.values() if any(word in platform.ignored for platform in executors.values())),
        *(["times to live"] if _ttl(config) != Ttl() else []),
        *(["the patch of the workspace's volume claim"] if config.workspace.kubernetes.pvc_spec_patch.fields else []),
        *(["the platform's own configuration"] if spec.config.fields else []),
    ]
    if used:
        notes.append(f"on one machine these Kubernetes settings have no effect: {', '.join(used)}")
    return Platforms(
        {label: platform for label, platform in executors.items() if platform != Platform()},
        PipelineConfig(
            config.HasField("workspace"),
            config.workspace.size,
            config.active_deadline_seconds if config.active_deadline_seconds > 0 else None,
            _ttl(config),
        ),
        tuple(notes),
    )


def _ttl(config: Any) -> Ttl:
    return Ttl(
        config.resource_ttl_on_completion or None,
        config.resource_ttl_on_success or None,
        config.resource_ttl_on_failure or None,
    )


def _platform(where: str, value: dict[str, Any]) -> Platform:
    fields = _Fields(value, where)
    if fields.any("init_containers"):
        raise PipelineError(f"{where} uses init containers, which are not supported yet")
    env = (*_secret_env(fields), *_config_map_env(fields), *_field_path_env(fields))
    files = (*_files(fields, FilesKind.SECRET), *_files(fields, FilesKind.CONFIG_MAP))
    volumes = (*_claims(fields), *_own_volumes(fields))
    timeout = fields.number("active_deadline_seconds")
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    ignored = tuple(word for key, word in _IGNORED.items() if fields.any(key, keep=key == "pod_metadata"))
    for metadata in fields.one("pod_metadata"):
        labels, annotations = metadata.texts("labels"), metadata.texts("annotations")
        metadata.end()
    fields.end()
    return Platform(env, files, volumes, timeout if timeout > 0 else None, labels, annotations, ignored)


def _secret_env(fields: "_Fields") -> Iterator[EnvFrom]:
    for item in fields.many("secret_as_env"):
        yield from _env(item, EnvKind.SECRET, _name(item, "secret_name"), "secret_key")


def _config_map_env(fields: "_Fields") -> Iterator[EnvFrom]:
    for item in fields.many("config_map_as_env"):
        yield from _env(item, EnvKind.CONFIG_MAP, _name(item, "config_map_name"), "config_map_key")


def _env(item: "_Fields", kind: EnvKind, source: NameSource, key: str) -> Iterator[EnvFrom]:
    optional = item.flag("optional")
    for entry in item.many("key_to_env"):
        yield EnvFrom(entry.text("env_var"), kind, source, entry.text(key), optional)
        entry.end()
    item.end()


def _field_path_env(fields: "_Fields") -> Iterator[EnvFrom]:
    for item in fields.many("field_path_as_env"):
        yield EnvFrom(item.text("name"), EnvKind.FIELD_PATH, None, item.text("field_path"))
        item.end()


def _files(fields: "_Fields", kind: FilesKind) -> Iterator[Files]:
    for item in fields.many(f"{kind}_as_volume"):
        yield Files(kind, _name(item, f"{kind}_name"), item.text("mount_path"), item.flag("optional"))
        item.end()


def _claims(fields: "_Fields") -> Iterator[Volume]:
    for item in fields.many("pvc_mount"):
        # The deprecated fields stand beside `pvc_name_parameter`, which wins.
        old = {key: item.take(key) for key in ("task_output_parameter", "component_input_parameter")}
        constant = item.take("constant")
        if constant is not None:
            old["runtime_value"] = {"constant": constant}
        new = item.take("pvc_name_parameter")
        given = new if new is not None else {key: value for key, value in old.items() if value is not None}
        sub_path = item.text("sub_path", "")
        if sub_path.startswith("/") or ".." in PurePosixPath(sub_path).parts:
            raise PipelineError(f"{item.where}: sub_path {sub_path!r} leads out of the volume")
        yield Volume(VolumeKind.CLAIM, _source(given, item.where), item.text("mount_path"), sub_path)
        item.end()


def _own_volumes(fields: "_Fields") -> Iterator[Volume]:
    for kind, key, without_meaning in (
        (VolumeKind.EMPTY_DIR, "empty_dir_mounts", ("medium", "size_limit")),
        (
            VolumeKind.EPHEMERAL,
            "generic_ephemeral_volume",
            ("access_modes", "size", "default_storage_class", "storage_class_name", "metadata"),
        ),
    ):
        for item in fields.many(key):
            yield Volume(kind, Constant(item.text("volume_name")), item.text("mount_path"))
            for name in without_meaning:
                item.take(name)
            item.end()


def _name(item: "_Fields", key: str) -> NameSource:
    old, new = item.take(key), item.take(f"{key}_parameter")
    if new is None and old is None:
        raise PipelineError(f"{item.where} has no {key}")
    return _source(new if new is not None else {"runtime_value": {"constant": old}}, item.where)


def _source(value: Any, where: str) -> NameSource:
    try:
        message = json_format.ParseDict(value, pb.TaskInputsSpec.InputParameterSpec())
    except (json_format.ParseError, TypeError) as error:  # the second for what is no object at all
        raise PipelineError(f"{where}: its name is no parameter that KFP 2 knows: {error}") from error
    match message.WhichOneof("kind"):
        case "component_input_parameter":
            return ComponentInput(message.component_input_parameter)
        case "task_output_parameter":
            output = message.task_output_parameter
            return TaskOutput(output.producer_task, output.output_parameter_key)
        case "runtime_value" if name := message.runtime_value.constant.string_value:
            if "{{$" in name:
                raise PipelineError(f"{where}: its name {name!r} has a placeholder, which is not supported yet")
            return Constant(name)
    raise PipelineError(f"{where}: its name must be text, an input or another task's output")


class _Fields:
    """A message in its JSON form. Each key is taken once, so that what is left at the end is not known."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise PipelineError(f"{where} must be an object")
        self.where = where
        # A null stands for a field that is not set.
        self._rest = {_snake(key): (key, item) for key, item in value.items() if item is not None}

    def take(self, key: str) -> Any:
        """The value of ``key`` as it is, or None."""
        return self._rest.pop(key, ("", None))[1]

    def any(self, key: str, keep: bool = False) -> bool:
        """Whether ``key`` says anything; takes it unless it is to be kept."""
        return bool(self._rest.get(key, ("", None))[1] if keep else self.take(key))

    def text(self, key: str, default: str | None = None) -> str:
        value = self.take(key)
        if value is None or value == "":
            if default is None:
                raise PipelineError(f"{self.where} has no {key}")
            return default
        if not isinstance(value, str):
            raise PipelineError(f"{self.where}: {key} must be text")
        return value

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            raise PipelineError(f"{self.where}: {key} must be true or false")
        return bool(value)

    def number(self, key: str) -> int:
        value = whole(self.take(key) or 0)
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):  # protojson writes an int64 as text
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise PipelineError(f"{self.where}: {key} must be a whole number")
        return value

    def texts(self, key: str) -> tuple[tuple[str, str], ...]:
        value = self.take(key) or {}
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise PipelineError(f"{self.where}: {key} must be an object of texts")
        return tuple(sorted(value.items()))

    def one(self, key: str) -> "Iterator[_Fields]":
        value = self.take(key)
        if value is not None:
            yield _Fields(value, f"{self.where}: {key}")

    def many(self, key: str) -> "Iterator[_Fields]":
        value = self.take(key)
        if value is not None and not isinstance(value, list):
            raise PipelineError(f"{self.where}: {key} must be a list")
        for item in value or []:
            yield _Fields(item, f"{self.where}: {key}")

    def end(self) -> None:
        """Raises for what was not taken."""
        for key, _ in self._rest.values():
            raise PipelineError(f"{self.where} has the Kubernetes setting {key!r}, which Barograph does not know")


def _snake(key: str) -> str:
    return re.sub("[A-Z]", lambda match: f"_{match[0].lower()}", key)
