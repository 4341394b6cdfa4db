"""One attempt at a task: from its inputs to its process, and from what the process left to the task's outputs.

Built in the engine's thread and performed in a thread of its own.
"""

import shutil
import signal
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from barograph.artifacts.digest import digest_json
from barograph.artifacts.uri import local_path
from barograph.engine.inputs import Bundle
from barograph.engine.launcher import OutputError, collect, context, executor_input, make_places
from barograph.engine.remote import mounts as remote_mounts
from barograph.engine.remote import remote_inputs, send, with_local_addresses
from barograph.engine.scopes import Scope, Work
from barograph.errors import BarographError, ParameterError
from barograph.executors.base import Exit, Job, Mount
from barograph.home import Home
from barograph.ir.graph import Container, TaskOutput
from barograph.ir.placeholders import env_expand, expand_text, expand_vars, expand_words
from barograph.ir.platform import EnvFrom, EnvKind, Files, FilesKind, Platform, Volume, VolumeKind, name_of
from barograph.ir.values import Value
from barograph.secrets import Secrets, environment, files, redact, redact_file
from barograph.store.store import new_id, now


@dataclass(frozen=True)
class Result:
    """What came of a command: its outputs, or an error."""

    work: Work
    outputs: Bundle = field(default_factory=Bundle)
    exit_code: int | None = None
    error: str = ""


def job_of(
    work: Work,
    container: Container,
    platform: Platform,
    secrets: Secrets,
    home: Home,
    runtime: Mapping[str, str],
    mounted: bool = False,
) -> Job:
    """What the executor is to run for ``work``; ``mounted`` if it finds what is remote where KFP's launcher puts it.

    Raises:
        BarographError, OutputError, OSError: it can't be made ready; the message says why.
    """
    component, places, name = work.spec.component, work.places, work.scope.prefix + work.spec.name
    make_places(component, places)
    inputs = work.inputs if mounted else with_local_addresses(work.inputs, places.downloads)
    message = executor_input(component, inputs, places, mounted)
    around = context(component, message, runtime)
    given = work.scope.inputs.parameters
    outputs = _outputs(work.scope, platform)
    root = local_path(runtime["pipeline_root"])
    fields = {
        "metadata.name": name,
        "metadata.uid": runtime["pipeline_task_uuid"],
        "metadata.namespace": "default",
        "metadata.labels['pipeline/runid']": runtime["pipeline_job_uuid"],
        "metadata.annotations['pipelines.kubeflow.org/run_name']": runtime["pipeline_job_name"],
        "spec.serviceAccountName": "default",
        "status.podIP": "127.0.0.1",
        "status.hostIP": "127.0.0.1",
    }
    try:
        env = env_expand([(key, expand_text(value, around)) for key, value in container.env])
        env |= environment(platform, secrets, given, fields, name, outputs)[0]
        written = (*container.command, *container.args)
        words = expand_words([_with_variables(word, env) for word in written], around)
    except KeyError as error:
        raise OutputError(f"its command needs {error.args[0]!r}, which it was not given") from None
    mounts = remote_mounts(remote_inputs(work.inputs), places) if mounted else []
    mounts += [
        Mount(folder, target, True)
        for folder, target in files(platform, secrets, given, places.work / "secrets", name, outputs)
    ]
    for volume in platform.volumes:
        if volume.kind is VolumeKind.CLAIM:
            claim = name_of(volume.source, given, outputs)
            if claim is None:
                raise ParameterError(f"task {name!r} mounts a volume whose name was not given")
            folder = home.volume(claim)
        else:
            folder = places.work / "volumes" / str(len(mounts))
        folder = folder / volume.sub_path if volume.sub_path else folder
        folder.mkdir(parents=True, exist_ok=True)
        mounts.append(Mount(folder, volume.mount_path, False))
    return Job(
        container,
        words,
        env,
        places.work,
        work.log,
        work.cores,
        work.memory,
        tuple(mounts),
        None if root is None or root == home.artifacts else root,
    )


def _with_variables(word: str, env: Mapping[str, str]) -> str:
    # Kubernetes puts variables into what the pipeline wrote, before placeholders are replaced. It would also make one
    # $ of every $$; here a word that names no variable stays as it is, so that a script's $$ is the shell's.
    return expand_vars(word, env) if any(f"$({name})" in word for name in env) else word


def settings_of(platform: Platform, secrets: Secrets, scope: Scope) -> dict[str, str]:
    """What a platform gives a task that decides its outputs, for its fingerprint: the config maps' values. Of a secret
    or a volume only its name counts: a new password is no new result, and what a volume holds is not known.

    Raises:
        ParameterError: the value that names one is no text.
    """
    outputs = _outputs(scope, platform)
    settings = {}
    every: tuple[EnvFrom | Files | Volume, ...] = (*platform.env, *platform.files, *platform.volumes)
    for asked in every:
        key = asked.variable if isinstance(asked, EnvFrom) else asked.mount_path
        name = name_of(asked.source, scope.inputs.parameters, outputs) if asked.source else None
        if name is not None:
            content = secrets.config_map(name) if asked.kind in (EnvKind.CONFIG_MAP, FilesKind.CONFIG_MAP) else None
            settings[key] = f"{asked.kind} {name} {digest_json(dict(content)) if content else ''}"
    return settings


def _outputs(scope: Scope, platform: Platform) -> dict[TaskOutput, Value]:
    return {
        source: scope.made[source.task].parameters[source.key]
        for source in platform.outputs()
        if source.task in scope.made and source.key in scope.made[source.task].parameters
    }


def perform(work: Work, put: Callable[[Result], None], hidden: Collection[str] = ()) -> None:
    """Run the command or action of ``work`` to its end, and put what came of it; its log loses the ``hidden`` texts."""
    try:
        if work.action is not None:
            result = Result(work, work.action())
        else:
            assert work.process is not None
            result = _result(work, work.process.wait())
    except (BarographError, OutputError, OSError) as error:
        result = Result(work, error=words_of(error))
    except Exception as error:  # a bug here must end the run, not hang it
        result = Result(work, error=f"internal error: {error!r}")
    with suppress(OSError):
        redact_file(work.log, hidden)
    clear(work, keep_outputs=not result.error)
    put(replace(result, error=redact(result.error, hidden)) if hidden else result)


def clear(work: Work, keep_outputs: bool = False) -> None:
    """Remove what an attempt left; what came of it has been taken."""
    shutil.rmtree(work.places.work, ignore_errors=True)
    if not keep_outputs:
        shutil.rmtree(work.places.outputs, ignore_errors=True)


def _result(work: Work, exit_: Exit) -> Result:
    if exit_.code != 0:
        return Result(work, exit_code=exit_.code, error=exit_.words or _exit_words(exit_.code))
    component = work.spec.component
    outputs = collect(component, work.places, {name: new_id() for name in component.output_artifacts}, now(), work.log)
    send(outputs, work.places)
    return Result(work, outputs, exit_.code)


def words_of(error: Exception) -> str:
    """An error as a task's record tells it."""
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or error}"
    return str(error)


def _exit_words(code: int) -> str:
    if code >= 0:
        return f"its command ended with exit code {code}"
    name = signal.Signals(-code).name if -code in signal.valid_signals() else str(-code)
    hint = {
        "SIGKILL": " (the system does that when memory runs out)",
        "SIGSEGV": " (it read or wrote memory that is not its own: a crash in native code)",
    }.get(name, "")
    return f"its process was killed by {name}{hint}"
