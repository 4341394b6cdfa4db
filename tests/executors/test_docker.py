"""Containers, run by a real docker daemon."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from barograph.config import Config
from barograph.errors import ConfigurationError, EnvironmentFailed
from barograph.executors import docker as docker_executor
from barograph.executors.base import Exit, Job, Mount
from barograph.executors.docker import ContainerProcess, DockerExecutor, DockerOptions
from barograph.home import Home
from barograph.ir.graph import Container, Resources
from tests.executors.dockerd import ECHO, SHELL, docker, dockerd
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with dockerd() as address:
        yield address


@dataclass
class Site:
    """A home, and an executor for it."""

    home: Path
    host: str

    @property
    def log(self) -> Path:
        return self.home / "logs" / "task.log"

    @property
    def said(self) -> str:
        return self.log.read_text()

    def executor(self, **options: Any) -> DockerExecutor:
        environ = {"PATH": os.environ["PATH"], "DOCKER_HOST": self.host}
        return DockerExecutor(Config(Home(self.home)), DockerOptions(**options), environ)

    def job(self, container: Container, **changes: object) -> Job:
        job = Job(container, (*container.command, *container.args), {}, self.home / "work" / "task", self.log)
        return replace(job, **changes)  # type: ignore[arg-type]

    def shell(self, script: str, *words: str, **changes: object) -> Job:
        return self.job(Container(SHELL, ("sh", "-c", script), words), **changes)

    def run(self, job: Job, **options: Any) -> Exit:
        return self.executor(**options).process(job).wait()

    def containers(self) -> list[str]:
        return docker(self.host, "ps", "--all", "--quiet", "--filter", f"label=barograph.home={self.home}").split()

    def started(self, job: Job) -> tuple[ContainerProcess, list[Exit], threading.Thread]:
        """A process whose command has printed something."""
        process = self.executor().process(job)
        exits: list[Exit] = []
        thread = threading.Thread(target=lambda: exits.append(process.wait()))
        thread.start()
        wait_until(lambda: self.log.exists() and bool(self.said))
        return process, exits, thread


@pytest.fixture
def site(host: str, tmp_path: Path) -> Site:
    home = tmp_path / "a home, with a comma"
    for folder in ("work/task/tmp", "artifacts", "logs"):
        (home / folder).mkdir(parents=True)
    return Site(home, host)


def test_a_command_ends_with_its_exit_code_and_leaves_no_container(site: Site) -> None:
    assert site.run(site.shell("exit 0")) == Exit(0)
    assert site.run(site.shell("exit 7")) == Exit(7)
    assert site.run(site.shell("exit 125")) == Exit(125)
    assert site.run(site.shell("no-such-program")).code == 127  # the shell says so, not docker
    assert site.containers() == []


def test_what_it_prints_is_appended_to_the_log_as_it_comes(site: Site) -> None:
    site.log.write_text("before\n")
    release = site.home / "work" / "task" / "release"
    script = f'echo one; sleep 0.2; echo two >&2; until [ -e "{release}" ]; do sleep 0.05; done; echo three'
    process = site.executor().process(site.shell(script))
    thread = threading.Thread(target=process.wait)
    thread.start()
    wait_until(lambda: site.said == "before\none\ntwo\n")
    release.touch()
    thread.join()
    assert site.said == "before\none\ntwo\nthree\n"


def test_values_of_environment_variables_are_on_no_command_line(site: Site) -> None:
    env = {"TOKEN": "s3cr3t\nof two lines", "EMPTY": "", "HOME": "/elsewhere", "DOCKER_HOST": "tcp://nowhere:1"}
    job = site.shell("env; sleep 1", env=env)
    process, _, thread = site.started(job)
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.parent.exists()]
    thread.join()
    assert any(process._name.encode() in line for line in lines)
    assert not any(b"s3cr3t" in line for line in lines)
    assert "TOKEN=s3cr3t\nof two lines\n" in site.said
    assert "EMPTY=\n" in site.said
    assert "HOME=/elsewhere\n" in site.said
    assert "DOCKER_HOST=tcp://nowhere:1\n" in site.said
    assert f"PATH={os.environ['PATH']}\n" not in site.said


def test_a_path_in_the_home_means_the_same_inside_and_outside(site: Site) -> None:
    file = site.home / "artifacts" / "model"
    assert site.run(site.shell('echo weights > "$0"; pwd', str(file))).code == 0
    assert file.read_text() == "weights\n"
    assert (file.stat().st_uid, file.stat().st_gid) == (os.getuid(), os.getgid())
    assert site.said == f"{site.home}/work/task\n"  # the image names no working directory


def test_the_images_own_working_directory_and_variables_are_kept(site: Site) -> None:
    assert site.run(site.job(Container(ECHO, ("sh", "-c", "pwd; echo $COLOUR; id -u")))).code == 0
    assert site.said == f"/srv\nred\n{os.getuid()}\n"


def test_the_user_is_an_option(site: Site) -> None:
    site.run(site.job(Container(ECHO, ("id", "-u"))), user="image")
    site.run(site.job(Container(ECHO, ("sh", "-c", "id -u; echo $HOME"))), user="1234:1234")
    assert site.said == f"1000\n1234\n{site.home}/work/task\n"


@pytest.mark.parametrize(
    ("command", "args", "said"),
    [
        ((), (), "entrypoint cmd\n"),
        ((), ("--arg",), "entrypoint --arg\n"),
        (("echo",), (), "\n"),
        (("echo", "command"), ("arg",), "command arg\n"),
    ],
)
def test_a_command_replaces_the_entrypoint_and_args_the_images_command(
    site: Site, command: tuple[str, ...], args: tuple[str, ...], said: str
) -> None:
    assert site.run(site.job(Container(ECHO, command, args))) == Exit(0)
    assert site.said == said


def test_mounts_may_be_read_only(site: Site, tmp_path: Path) -> None:
    for name in ("data", "free"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "photo").write_text("a photo\n")
    mounts = (Mount(tmp_path / "data", "/data", True), Mount(tmp_path / "free", "/free", False))
    assert site.run(site.shell("cat /data/photo; echo x > /free/new; echo x > /data/new", mounts=mounts)).code != 0
    assert "a photo\n" in site.said
    assert "Read-only file system" in site.said
    assert (tmp_path / "free" / "new").exists()
    assert not (tmp_path / "data" / "new").exists()


def test_a_command_that_needs_more_memory_than_its_limit_is_said_to(site: Site) -> None:
    container = Container(SHELL, ("sh", "-c", "tail -c 100000000 /dev/zero"), resources=Resources(memory_limit="16M"))
    exit_ = site.run(site.job(container, memory=16_000_000, cores=1000))
    assert exit_.code == 137
    assert exit_.words.replace("most likely ", "") == "it was killed: it used more than its 16M memory limit"


def test_a_command_that_was_killed_is_said_to_have_a_memory_limit_if_it_has_one(site: Site) -> None:
    killed = site.shell("kill -KILL $$")
    assert site.run(killed) == Exit(137)
    words = "it was killed: most likely it used more than its 64000000 byte memory limit"
    assert site.run(replace(killed, memory=64_000_000)) == Exit(137, words)


def test_cores_and_memory_are_limited(site: Site) -> None:
    process, _, thread = site.started(site.shell("echo x; sleep 1", cores=0.5, memory=64_000_000))
    form = "{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}"
    assert docker(site.host, "inspect", "--format", form, process._name) == "500000000 64000000 64000000"
    thread.join()


def test_a_command_that_is_asked_to_end_may_tidy_up(site: Site) -> None:
    script = "trap 'echo tidied; exit 3' TERM; echo ready; while true; do sleep 0.05; done"
    process, exits, thread = site.started(site.shell(script))
    process.terminate()
    thread.join()
    assert exits == [Exit(3)]
    assert site.said == "ready\ntidied\n"
    assert site.containers() == []
    process.terminate()


def test_a_command_that_will_not_end_is_killed_when_asked_again(site: Site) -> None:
    process, exits, thread = site.started(
        site.shell("trap 'echo no' TERM; echo ready; while true; do sleep 0.05; done")
    )
    process.terminate()
    wait_until(lambda: "no" in site.said)
    begin = time.monotonic()
    process.terminate()
    thread.join()
    assert time.monotonic() - begin < docker_executor.GRACE / 2
    assert exits == [Exit(137)]
    assert site.containers() == []


def test_a_command_that_will_not_end_is_killed_after_a_while(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_executor, "GRACE", 1)
    process, exits, thread = site.started(site.shell("trap '' TERM; echo ready; while true; do sleep 0.05; done"))
    process.terminate()
    thread.join()
    assert exits == [Exit(137)]


def test_termination_at_any_moment_ends_it(site: Site) -> None:
    for delay in (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4):
        process = site.executor().process(site.shell("sleep 60"))
        timer = threading.Timer(delay, process.terminate)
        timer.start()
        # Killed: what is asked to end before it can hear that is ended when its time is over.
        assert process.wait().code in (-signal.SIGTERM, 143, 137)
        timer.join()
    assert site.containers() == []


def test_a_process_that_was_ended_before_never_starts(site: Site) -> None:
    process = site.executor().process(site.shell("echo started"))
    process.terminate()
    assert process.wait() == Exit(-signal.SIGTERM)
    assert not site.log.exists()


def test_containers_of_a_killed_engine_are_removed(site: Site) -> None:
    with subprocess.Popen([sys.executable, "-c", ENGINE, str(site.home), site.host]) as engine:
        try:
            wait_until(lambda: site.log.exists() and "ready" in site.said)
        finally:
            engine.kill()
    (orphan,) = site.containers()
    site.log.unlink()
    _, exits, thread = site.started(site.shell("echo living; sleep 2"))
    assert orphan not in site.containers()
    (living,) = site.containers()
    site.executor().process(site.shell("true"))
    assert site.containers() == [living]  # its engine is alive
    thread.join()
    assert exits == [Exit(0)]


ENGINE = """
import sys
from pathlib import Path
from barograph.config import Config
from barograph.executors.base import Job
from barograph.executors.docker import DockerExecutor, DockerOptions
from barograph.home import Home
from barograph.ir.graph import Container
home, host = Path(sys.argv[1]), sys.argv[2]
words = ("sh", "-c", "echo ready; sleep 600")
job = Job(Container("barograph-shell:test", words), words, {}, home / "work" / "task", home / "logs" / "task.log")
DockerExecutor(Config(Home(home)), DockerOptions(host=host)).process(job).wait()
"""


def test_an_image_is_identified_by_its_content(site: Site) -> None:
    id_ = docker(site.host, "image", "inspect", "--format", "{{.Id}}", SHELL)
    executor = site.executor()
    assert executor.identify(Container(SHELL)) == id_
    assert id_.startswith("sha256:")
    docker(site.host, "tag", SHELL, "moving:tag")
    assert executor.identify(Container("moving:tag")) == id_
    docker(site.host, "tag", ECHO, "moving:tag")
    assert executor.identify(Container("moving:tag")) == id_  # what a run began with, it ends with
    assert executor.process(site.job(Container("moving:tag", ("pwd",)))).wait() == Exit(0)
    assert site.said == f"{site.home}/work/task\n"
    assert site.executor().identify(Container("moving:tag")) != id_


@pytest.mark.parametrize(
    ("pull", "words"),
    [
        ("never", r'no image \'127.0.0.1:9/absent:1\', and pull = "never".*docker build -t 127.0.0.1:9/absent:1'),
        ("missing", r"no image '127.0.0.1:9/absent:1'; pulling it failed: .*docker build -t .*docker login"),
        ("always", r"can't fetch the image '127.0.0.1:9/absent:1'; pulling it failed"),
    ],
)
def test_an_absent_image_is_refused_with_what_to_do(site: Site, pull: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        site.executor(pull=pull).identify(Container("127.0.0.1:9/absent:1"))


def test_a_pull_policy_that_there_is_not_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'sometimes'; it must be one of missing, always, never"):
        DockerOptions(pull="sometimes")


def test_a_daemon_that_does_not_answer_is_said_to(site: Site) -> None:
    executor = site.executor(host="unix:///nowhere")
    with pytest.raises(ConfigurationError, match=r"docker can't be used: .*DOCKER_HOST"):
        executor.identify(Container(SHELL))
    with pytest.raises(EnvironmentFailed, match="docker can't be used"):
        executor.process(site.shell("true")).wait()


def test_accelerators_are_noted_to_be_missing(tmp_path: Path) -> None:
    executor = DockerExecutor(Config(Home(tmp_path)))
    assert executor.notes(Container(SHELL)) == ()
    asks = Container(SHELL, resources=Resources(accelerator_type="nvidia-tesla-k80", accelerator_count="2"))
    assert executor.notes(asks) == ("it asks for accelerators (2 nvidia-tesla-k80); containers get none here",)


def test_no_docker_at_all_is_said(tmp_path: Path) -> None:
    executor = DockerExecutor(Config(Home(tmp_path)), DockerOptions(), {"PATH": str(tmp_path)})
    with pytest.raises(ConfigurationError, match="there is no program `docker`"):
        executor.identify(Container(SHELL))


def test_a_command_that_is_not_in_the_image_is_named(site: Site) -> None:
    with pytest.raises(EnvironmentFailed, match=r"exec no-such-program failed: No such file"):
        site.run(site.job(Container(SHELL, ("no-such-program",))))
    with pytest.raises(EnvironmentFailed, match=r"exec /tmp failed: "):
        site.run(site.job(Container(SHELL, ("/tmp",))))
    assert site.containers() == []


def test_what_docker_refuses_is_told_in_its_words(site: Site) -> None:
    with pytest.raises(EnvironmentFailed, match=r"bind source path does not exist: /nowhere"):
        site.run(site.shell("true", mounts=(Mount(Path("/nowhere"), "/data", False),)))
    with pytest.raises(EnvironmentFailed, match=r"network no-such-network not found"):
        site.run(site.shell("true"), network="no-such-network")
    assert site.containers() == []


def test_the_network_is_an_option(site: Site) -> None:
    assert site.run(site.shell("ls /sys/class/net"), network="none") == Exit(0)
    assert site.said == "lo\n"


def test_a_container_sees_of_the_home_only_what_it_works_with(site: Site) -> None:
    for file in ("secrets.toml", "barograph.db", "logs/another.log", "work/other/token"):
        (site.home / file).parent.mkdir(exist_ok=True)
        (site.home / file).write_text("hidden")
    script = 'cd "$0"; ls; ls work; touch artifacts/new workspaces/new work/task/new'
    assert site.run(site.shell(script, str(site.home))) == Exit(0)
    assert site.said.split() == ["artifacts", "work", "workspaces", "task"]
    assert (site.home / "artifacts" / "new").exists()
    assert (site.home / "work" / "task" / "new").exists()


def test_a_folder_may_be_seen_at_its_own_path_read_only(site: Site, tmp_path: Path) -> None:
    photos = tmp_path / "photos, many"
    photos.mkdir()
    (photos / "one").write_text("a photo\n")
    job = site.shell('cat "$1/one"; echo x > "$1/new"', "sh", str(photos))
    assert site.run(job, folders=(str(photos), str(photos))).code != 0
    assert "a photo\n" in site.said  # Docker keeps no order between the two streams
    assert "Read-only file system" in site.said


@pytest.mark.parametrize("folder", ["/nowhere", "tests"])
def test_a_folder_that_containers_cannot_see_is_refused(folder: str) -> None:
    with pytest.raises(ConfigurationError, match=f"there is no folder '{folder}'"):
        DockerOptions(folders=(folder,))
