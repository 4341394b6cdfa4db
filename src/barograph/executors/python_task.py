"""KFP's own Python commands, recognised in a container's words.

The SDK compiles a Python component to shell: a script that installs packages and goes on with the words after it, and
around the component's source a script that writes it to a file and calls KFP's executor on it
(``kfp/dsl/component_factory.py``). What is understood to the last word need not go through a shell: packages come
from an environment, and the executor from a warm interpreter. Everything else runs literally.
"""

import re
import shlex
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class PythonTask:
    """A lightweight Python component.

    Attributes:
        installs: arguments of ``pip install``, one tuple for each time it is called.
        source: the component's module.
        args: what KFP's executor gets after the module's path.
        module: KFP's executor.
        runtime: whether it imports the KFP runtime alone (``_KFP_RUNTIME=true``).
    """

    installs: tuple[tuple[str, ...], ...]
    source: str
    args: tuple[str, ...]
    module: str = "kfp.dsl.executor_main"
    runtime: bool = True


@dataclass(frozen=True)
class InstallLayers:
    """A command behind KFP's install scripts.

    Attributes:
        installs: arguments of ``pip install``, one tuple for each time it is called.
        rest: the words of the command itself.
    """

    installs: tuple[tuple[str, ...], ...]
    rest: tuple[str, ...]


_ENSURE_PIP = (
    r'if ! \[ -x "\$\(command -v pip\)" \]; then\s+'
    r"python3 -m ensurepip \|\| python3 -m ensurepip --user(?: \|\| apt-get install python3-pip)?\n"
    r"fi\s+"
)
_QUOTED = r"""(?:'[^']*'|"[^"$`\\!]*")"""
_WORD = r"[A-Za-z0-9_./:@%+=,-]+"
_PIP = rf"(?:PIP_DISABLE_PIP_VERSION_CHECK=1[ ]+)?python3 -m pip install(?:[ ]+(?:{_QUOTED}|{_WORD}))+"
# use_venv: an environment that sees the image's packages, and KFP in it. Here both are in the one environment.
_VENV = (
    r"\s*export PIP_DISABLE_PIP_VERSION_CHECK=1\ntmp=\$\(mktemp -d\)\n"
    r'python3 -m venv "\$tmp/venv" --system-site-packages\n\. "\$tmp/venv/bin/activate"\s*'
)
_INSTALL = re.compile(
    rf"\s*(?:{_ENSURE_PIP})?(?:PIP_DISABLE_PIP_VERSION_CHECK=1[ ]+)?(?:{_VENV})?"
    rf'(?P<calls>{_PIP}(?:[ ]+&&(?:[ ]+|{_VENV}){_PIP})*)[ ]+&& "\$0" "\$@"\s*'
)
# What KFP 1 compiled, and some published components still have.
_INSTALL_OR_USER = re.compile(rf'\s*\((?P<calls>{_PIP})[ ]+\|\|[ ]+(?P<user>{_PIP}) --user\)[ ]+&& "\$0" "\$@"\s*')
_PROGRAM = re.compile(
    r"\s*program_path=\$\(mktemp -d\)\n\s*"
    r'printf "%s" "\$0" > "\$program_path/ephemeral_component\.py"\n\s*'
    r"(?P<runtime>_KFP_RUNTIME=true[ ]+)?python3 -m (?P<module>kfp\.(?:dsl|components)\.executor_main)[ ]+"
    r'--component_module_path[ ]+"\$program_path/ephemeral_component\.py"[ ]+"\$@"\s*'
)
_CALL = re.compile(r"python3 -m pip install((?:[ ]+(?:" + _QUOTED + "|" + _WORD + r"))+)")

_DROPPED = {"--quiet", "-q", "--no-warn-script-location", "--disable-pip-version-check", "--no-cache-dir"}
_FLAGS = {"--no-deps": ["--no-deps"], "--upgrade": ["--upgrade"], "-U": ["--upgrade"], "--pre": ["--prerelease=allow"]}
_OPTIONS = {"--index-url", "--extra-index-url", "--find-links", "--trusted-host"}
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_REQUIREMENT = re.compile(
    rf"{_NAME}\s*(?:\[[A-Za-z0-9._, -]*\])?\s*(?:[(<>=!~][^;@/]*)?(?:@\s*(?:git\+)?https?://\S+\s*)?(?:;.*)?"
    r"|(?:git\+)?https?://\S+"
)


def recognise(words: tuple[str, ...]) -> PythonTask | InstallLayers | None:
    """What ``words`` (command and args) mean, or None where they must be run as they stand."""
    installs: list[tuple[str, ...]] = []
    rest = words
    while len(rest) > 3 and rest[:2] == ("sh", "-c"):
        layer = _layer(rest[2])
        if layer is None:
            break
        installs += layer
        rest = rest[3:]
    task = _python_task(rest)
    if task is not None:
        program, source, args = task
        return PythonTask(tuple(installs), source, args, program["module"], program["runtime"] is not None)
    return InstallLayers(tuple(installs), rest) if installs else None


def _python_task(words: tuple[str, ...]) -> tuple[re.Match[str], str, tuple[str, ...]] | None:
    match words:
        case ("sh", "-ec", script, source, "--executor_input", _, "--function_to_execute", _):
            program = _PROGRAM.fullmatch(script)
            return (program, source, words[4:]) if program else None
    return None


@cache  # all turns of a loop have the same script
def _layer(script: str) -> list[tuple[str, ...]] | None:
    """The arguments of each ``pip install`` of an install script; None where it isn't understood."""
    found = _INSTALL.fullmatch(script) or _INSTALL_OR_USER.fullmatch(script)
    if found is None:
        return None
    calls = [_arguments(call) for call in _CALL.findall(found["calls"])]
    if "user" in found.groupdict() and [_arguments(call) for call in _CALL.findall(found["user"])] != calls:
        return None
    understood = [call for call in calls if call is not None]
    return understood if len(understood) == len(calls) else None


def _arguments(text: str) -> tuple[str, ...] | None:
    """pip's arguments as uv takes them; None where one isn't known."""
    words = shlex.split(text)
    arguments: list[str] = []
    packages = 0
    while words:
        word = words.pop(0)
        if word in _DROPPED:
            continue
        if word in _FLAGS:
            arguments += _FLAGS[word]
        elif word in _OPTIONS and words:
            value = words.pop(0)
            arguments += [word, value]
            if word == "--extra-index-url":
                arguments.append("--index-strategy=unsafe-best-match")  # as pip: the best of all indexes
        elif _REQUIREMENT.fullmatch(word) and "{{" not in word:
            arguments.append(word)
            packages += 1
        else:
            return None
    return tuple(arguments) if packages else None
