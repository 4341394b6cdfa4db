"""What is refused before a run starts, and what a person is told then. Pure."""

from collections.abc import Callable, Iterable, Mapping

from barograph.engine.capacity import Machine, asked
from barograph.engine.claims import is_claim
from barograph.engine.request import Options
from barograph.errors import ConfigurationError, PipelineError
from barograph.ir.graph import Constant, Container, Pipeline
from barograph.ir.platform import Files, FilesKind, Platforms, Volume, VolumeKind
from barograph.store.records import TURN

_MENTIONED = 4
"""Tasks that one note names."""

_MOUNTS = {
    FilesKind.SECRET: "a secret",
    FilesKind.CONFIG_MAP: "a config map",
    VolumeKind.CLAIM: "a volume claim",
    VolumeKind.EMPTY_DIR: "an empty folder (emptyDir)",
    VolumeKind.EPHEMERAL: "an ephemeral volume",
}


def check_uncached(pipeline: Pipeline, options: Options) -> None:
    """Refuse the path of a task that there is not among ``options.uncached``: it would be cached, and nobody told.

    A path without the turns of loops, such as ``for-loop-1.print``, names the task in each of them.

    Raises:
        ConfigurationError: a path names no task that runs a command.
    """
    paths = [path for path, _ in pipeline.containers()]
    for path in sorted(options.uncached):
        if TURN.sub("", path) not in paths:
            raise ConfigurationError(f"--no-cache-task: there is no task {path!r}; there are: {', '.join(paths)}")


def has_mounts(pipeline: Pipeline) -> bool:
    """Whether a task may mount a secret, a config map or a volume."""
    return any(each.files or each.volumes for each in (pipeline.platforms or Platforms()).executors.values())


def check_mounts(pipeline: Pipeline) -> None:
    """Refuse what commands can't have where they share all of this machine's files: something of their own at a path.

    Raises:
        PipelineError: a task mounts a secret, config map or volume.
    """
    platforms = pipeline.platforms or Platforms()
    for path, container in pipeline.containers():
        platform = platforms.executors.get(container.label)
        mounts: list[Files | Volume] = [*platform.files, *platform.volumes] if platform else []
        # One whose name comes from an input is left out where that is not given: only the task itself can tell.
        mount = next((mount for mount in mounts if isinstance(mount.source, Constant)), None)
        if mount is None:
            continue
        what = _MOUNTS[mount.kind]
        raise PipelineError(
            f"task {path!r} mounts {what} at {mount.mount_path}, and this machine does not let a process have "
            "mounts of its own; run it in a container: --executor docker"
        )


def notes(
    pipeline: Pipeline, executor: str, of_container: Callable[[Container], Iterable[str]], machine: Machine
) -> list[str]:
    """What a person should know before the run starts, each once, with the tasks that it is about.

    Args:
        pipeline: what is to be run.
        executor: the name of what runs the commands.
        of_container: the executor's own notes.
        machine: what there is to share.
    """
    platforms = pipeline.platforms or Platforms()
    tasks: dict[str, dict[str, None]] = {}  # by note, in the order in which they come up
    ignored: dict[str, None] = {}
    ignoring: dict[str, None] = {}
    known: dict[Container, list[str]] = {}
    for path, container in pipeline.containers():
        if is_claim(container.image):
            continue
        if container not in known:
            known[container] = [*of_container(container), *_resource_notes(container, executor, machine)]
        for note in known[container]:
            tasks.setdefault(note, {})[path] = None
        platform = platforms.executors.get(container.label)
        if platform is not None and platform.ignored:
            ignored |= dict.fromkeys(platform.ignored)
            ignoring[path] = None
    said = [note for note in platforms.notes if not _repeats(note, ignored)]
    if ignored:
        said.append(f"on one machine these mean nothing and are ignored: {', '.join(ignored)} {_mention(ignoring)}")
    return said + [f"{note} {_mention(paths)}" for note, paths in tasks.items()]


def _repeats(note: str, ignored: Mapping[str, None]) -> bool:
    """Whether a note on the whole platform lists no more than what is said with the names of tasks."""
    listed = note.partition(" have no effect: ")[2]
    return bool(listed) and set(listed.split(", ")) <= ignored.keys()


def _resource_notes(container: Container, executor: str, machine: Machine) -> Iterable[str]:
    wanted = container.resources
    try:
        ask = asked(wanted)
        cores, memory = ask.cores, ask.memory
    except ValueError:  # a placeholder: known only when the task starts
        cores, memory = 0.0, 0
    too_much = []
    if cores > machine.cores:
        too_much.append(f"{cores:g} cores, and this machine has {machine.cores:g}")
    if memory > machine.memory:
        too_much.append(f"{memory / 1e9:.1f} GB of memory, and this machine has {machine.memory / 1e9:.1f} GB")
    if too_much:
        yield f"asks for {'; '.join(too_much)}: it runs when no other task that asks for any does"
    if executor == "process" and wanted.accelerator_count not in ("", "0"):
        what = " ".join(word for word in (wanted.accelerator_count, wanted.accelerator_type) if word)
        yield f"asks for accelerators ({what}): it sees all that this machine has, be it none"


def _mention(paths: Mapping[str, None]) -> str:
    names = list(paths)
    more = f" and {len(names) - _MENTIONED} more" if len(names) > _MENTIONED else ""
    return f"(task {', '.join(names[:_MENTIONED])}{more})"
