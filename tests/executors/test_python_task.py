"""Which commands are recognised, over what the SDK really compiles."""

from pathlib import Path
from typing import Any

import pytest

from barograph.executors.python_task import InstallLayers, PythonTask, recognise
from barograph.ir.graph import Container
from tests.executors.bench import compiled

KFP = ("kfp==2.17.0", "--no-deps", 'typing-extensions>=3.7.4,<5; python_version<"3.9"')
PROGRAM = (
    'program_path=$(mktemp -d)\n\nprintf "%s" "$0" > "$program_path/ephemeral_component.py"\n'
    "_KFP_RUNTIME=true python3 -m kfp.dsl.executor_main                         --component_module_path"
    '                         "$program_path/ephemeral_component.py"                         "$@"\n'
)
ARGS = ("--executor_input", "{{$}}", "--function_to_execute", "work")


def work() -> None:
    print("rain")


def words(container: Container) -> tuple[str, ...]:
    return (*container.command, *container.args)


@pytest.mark.parametrize(
    ("options", "installs"),
    [
        ({}, (KFP,)),
        ({"install_kfp_package": False}, ()),
        ({"packages_to_install": ["pandas>=2", "x[y]==1.*"]}, (("pandas>=2", "x[y]==1.*"), KFP)),
        ({"packages_to_install": ["kfp==2.9"]}, (("kfp==2.9",),)),
        (
            {"pip_index_urls": ["https://a/simple", "https://b/simple"], "pip_trusted_hosts": ["a"]},
            (
                (
                    *("--index-url", "https://a/simple", "--extra-index-url", "https://b/simple"),
                    *("--index-strategy=unsafe-best-match", "--trusted-host", "a", *KFP),
                ),
            ),
        ),
        (
            {"packages_to_install": ["git+https://github.com/a/b.git@main"]},
            (("git+https://github.com/a/b.git@main",), KFP),
        ),
        (
            {"kfp_package_path": "git+https://g/p.git@refs/pull/1/merge"},
            (("git+https://g/p.git@refs/pull/1/merge", "--no-deps"),),
        ),
    ],
)
def test_a_python_component_is_recognised(tmp_path: Path, options: dict[str, Any], installs: Any) -> None:
    task = recognise(words(compiled(work, tmp_path, **options)))
    assert isinstance(task, PythonTask)
    assert task.installs == installs
    assert task.source.rstrip().endswith('def work() -> None:\n    print("rain")')
    assert (task.args, task.module, task.runtime) == (ARGS, "kfp.dsl.executor_main", True)


def test_an_embedded_artifact_is_part_of_the_source(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    task = recognise(words(compiled(work, tmp_path, embedded_artifact_path=str(tmp_path / "data"))))
    assert isinstance(task, PythonTask)
    assert "__KFP_EMBEDDED_ARCHIVE_B64" in task.source


def test_the_first_sdks_commands_are_recognised() -> None:
    install = (
        '\nif ! [ -x "$(command -v pip)" ]; then\n    python3 -m ensurepip || python3 -m ensurepip --user || '
        "apt-get install python3-pip\nfi\n\nPIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet     "
        '--no-warn-script-location \'kfp==2.0.1\' && "$0" "$@"\n'
    )
    more = install.replace("kfp==2.0.1", "numpy")
    program = PROGRAM.replace("_KFP_RUNTIME=true ", "").replace("kfp.dsl.", "kfp.components.")
    task = recognise(("sh", "-c", install, "sh", "-c", more, "sh", "-ec", program, "source", *ARGS))
    installs = (("kfp==2.0.1",), ("numpy",))
    assert task == PythonTask(installs, "source", ARGS, "kfp.components.executor_main", runtime=False)


@pytest.mark.parametrize("packages", [[], ["numpy"]])
def test_an_environment_inside_the_image_is_one_with_it(tmp_path: Path, packages: list[str]) -> None:
    task = recognise(words(compiled(work, tmp_path, use_venv=True, packages_to_install=packages)))
    assert isinstance(task, PythonTask)
    assert {install[0].partition("==")[0] for install in task.installs} == {"kfp", *packages}


@pytest.mark.parametrize("options", [{"packages_to_install": ["./local"]}, {"target_image": "x"}])
def test_what_is_not_understood_runs_as_it_stands(tmp_path: Path, options: dict[str, Any]) -> None:
    assert recognise(words(compiled(work, tmp_path, **options))) is None


@pytest.mark.parametrize(
    "script",
    [
        'python3 -m pip install $PACKAGE && "$0" "$@"',
        'python3 -m pip install "$PACKAGE" && "$0" "$@"',
        'python3 -m pip install numpy; rm x && "$0" "$@"',
        'python3 -m pip install numpy\nrm x && "$0" "$@"',
        'python3 -m pip install -r requirements.txt && "$0" "$@"',
        'python3 -m pip install --target x numpy && "$0" "$@"',
        "python3 -m pip install '{{$.inputs.parameters['x']}}' && \"$0\" \"$@\"",
        'python3 -m pip install --quiet && "$0" "$@"',
        'python3 -m pip install numpy && echo done && "$0" "$@"',
        'python3 -m pip install `x` && "$0" "$@"',
        'python3 -m pip install numpy>2 && "$0" "$@"',
        "(python3 -m pip install 'a' || python3 -m pip install 'b' --user) && \"$0\" \"$@\"",
    ],
)
def test_an_install_script_with_anything_else_in_it_is_not_recognised(script: str) -> None:
    assert recognise(("sh", "-c", script, "sh", "-ec", PROGRAM, "source", *ARGS)) is None


def test_install_scripts_are_taken_off_another_command() -> None:
    script = (
        "(PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-warn-script-location 'pandas==1' || "
        "PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-warn-script-location 'pandas==1' --user)"
        ' && "$0" "$@"'
    )
    rest = ("sh", "-ec", 'program_path=$(mktemp)\nprintf "%s" "$0" > "$program_path"\npython3 -u "$program_path"', "x")
    assert recognise(("sh", "-c", script, *rest)) == InstallLayers((("pandas==1",),), rest)


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("echo", "rain"),
        ("sh", "-c", 'echo "$0"', "rain"),
        ("sh", "-ec", PROGRAM + "echo done\n", "source", *ARGS),
        ("sh", "-ec", PROGRAM, "source", *ARGS, "--more", "x"),
        ("sh", "-ec", PROGRAM.replace("python3 -m", "python3\n-m"), "source", *ARGS),
        ("python3", "-m", "kfp.dsl.executor_main", *ARGS),
    ],
)
def test_other_commands_run_as_they_stand(command: tuple[str, ...]) -> None:
    assert recognise(command) is None
