"""What a pipeline asks of Kubernetes, as far as one machine can give it.

A pipeline that uses ``kfp-kubernetes`` carries a platform spec next to its pipeline spec: for each executor, the
environment variables, files and volumes that its pod gets
(``kubernetes_platform/proto/kubernetes_executor_config.proto``; ``backend/src/v2/driver/k8s.go``).
``barograph.ir.kubernetes`` reads it into what is defined here.

Volume claims are made and removed by tasks of the pipeline, whose images (``argostub/createpvc`` and
``argostub/deletepvc``) do not exist: KFP's driver does their work itself, and so does the engine here.
A task that creates a claim has the inputs ``pvc_name`` and ``pvc_name_suffix`` (at most one is text; with neither
the claim's name is random, and with a suffix random text and the suffix), ``access_modes`` and ``size``, and the
output ``name``; a task that deletes one has the input ``pvc_name``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from barograph.errors import ParameterError
from barograph.ir.graph import ComponentInput, Constant, TaskOutput
from barograph.ir.values import Value

NameSource: TypeAlias = Constant | ComponentInput | TaskOutput
"""Where the name of a secret, config map or volume claim comes from, with respect to the DAG that holds the task."""

NO_OUTPUTS: Mapping[TaskOutput, Value] = MappingProxyType({})


class EnvKind(StrEnum):
    """Where an environment variable's value comes from."""

    SECRET = "secret"
    CONFIG_MAP = "config_map"
    FIELD_PATH = "field_path"


class FilesKind(StrEnum):
    """What the files in a folder come from."""

    SECRET = "secret"
    CONFIG_MAP = "config_map"


class VolumeKind(StrEnum):
    """Whether a volume outlives the task (a claim) or ends with it."""

    CLAIM = "claim"
    EMPTY_DIR = "empty_dir"
    EPHEMERAL = "ephemeral"


@dataclass(frozen=True)
class EnvFrom:
    """An environment variable whose value the platform gives.

    Attributes:
        source: the secret's or config map's name; None for a field path.
        key: a key of the secret or config map, or the field path, such as ``metadata.name``.
        optional: whether the variable is left out where there is no such secret, config map or key.
    """

    variable: str
    kind: EnvKind
    source: NameSource | None
    key: str
    optional: bool = False


@dataclass(frozen=True)
class Files:
    """A secret or config map as a folder, with a file for each key."""

    kind: FilesKind
    source: NameSource
    mount_path: str
    optional: bool = False


@dataclass(frozen=True)
class Volume:
    """A folder that the task can write to.

    Attributes:
        source: the claim's name, or the volume's own name within the task for the kinds that end with it.
        sub_path: the folder inside the volume to mount; empty for the whole of it. It never leads out of the volume.
    """

    kind: VolumeKind
    source: NameSource
    mount_path: str
    sub_path: str = ""


@dataclass(frozen=True)
class Platform:
    """What one executor asks of the platform.

    Attributes:
        env: in the order in which they apply: a later one overrides an earlier one, and all override the container's.
        timeout: seconds that the task may run; None for no limit.
        labels: the pod's labels, which field paths can refer to.
        annotations: the pod's annotations, likewise.
        ignored: the features it uses that mean nothing on one machine, in words.
    """

    env: tuple[EnvFrom, ...] = ()
    files: tuple[Files, ...] = ()
    volumes: tuple[Volume, ...] = ()
    timeout: int | None = None
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def field_values(self) -> dict[str, str]:
        """The field paths that the executor's own pod metadata gives a value to."""
        return {
            f"metadata.{kind}['{key}']": value
            for kind, entries in (("labels", self.labels), ("annotations", self.annotations))
            for key, value in entries
        }

    def outputs(self) -> Iterator[TaskOutput]:
        """The outputs of other tasks that give it names; those tasks must end before the task starts."""
        asked: tuple[EnvFrom | Files | Volume, ...] = (*self.env, *self.files, *self.volumes)
        for item in asked:
            if isinstance(item.source, TaskOutput):
                yield item.source


@dataclass(frozen=True)
class Ttl:
    """Seconds to keep a run's Kubernetes objects after its end; None where not said."""

    on_completion: int | None = None
    on_success: int | None = None
    on_failure: int | None = None


@dataclass(frozen=True)
class PipelineConfig:
    """What is asked for a whole run (KFP's ``PipelineConfig``).

    Attributes:
        workspace: whether the tasks share a folder that lasts as long as the run.
        workspace_size: as written, such as ``1Gi``.
        active_deadline: seconds that the run may take; None for no limit.
    """

    workspace: bool = False
    workspace_size: str = ""
    active_deadline: int | None = None
    ttl: Ttl = Ttl()


@dataclass(frozen=True)
class Platforms:
    """A whole platform spec.

    Attributes:
        executors: by executor label; an executor that asks for nothing is not there.
        notes: what of it has no effect here, one sentence each, to be said once at submission.
    """

    executors: Mapping[str, Platform] = field(default_factory=dict)
    pipeline: PipelineConfig = PipelineConfig()
    notes: tuple[str, ...] = ()


def name_of(
    source: NameSource, parameters: Mapping[str, Value], outputs: Mapping[TaskOutput, Value] = NO_OUTPUTS
) -> str | None:
    """The name that ``source`` gives, or None where it comes from an optional input that was not given.

    KFP's driver leaves out what has no name, whether or not it is marked as optional; a volume claim needs one.

    Args:
        source: where the name comes from.
        parameters: the input parameters of the DAG that holds the task.
        outputs: the outputs of its tasks, of which ``Platform.outputs`` says which are needed.

    Raises:
        ParameterError: the value is no text, or empty.
    """
    match source:
        case Constant(value):
            where = "a constant"
        case ComponentInput(name):
            value, where = parameters.get(name), f"the input {name!r}"
        case TaskOutput(task, key):
            value, where = outputs.get(source), f"the output {key!r} of {task!r}"
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise ParameterError(f"{where} names a secret, config map or volume claim, so it must be text, and not empty")
    return value


def is_create_pvc(image: str) -> bool:
    """Whether a task with ``image`` makes a volume claim and outputs its ``name``."""
    return image == "argostub/createpvc"


def is_delete_pvc(image: str) -> bool:
    """Whether a task with ``image`` removes the volume claim that its input ``pvc_name`` names."""
    return image == "argostub/deletepvc"


def claim_name(parameters: Mapping[str, Value], id: str) -> str:
    """The name of the volume claim that a task with these inputs creates or deletes.

    Args:
        parameters: the task's own inputs.
        id: something random, for a name that is not given as a whole.
    """
    if name := parameters.get("pvc_name"):
        return str(name)
    return f"{id[:8]}{parameters.get('pvc_name_suffix') or ''}"
