"""Tasks as real processes: forked from a warm interpreter, or started anew; and that nobody can tell which."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from barograph.config import Config
from barograph.errors import EnvironmentFailed
from barograph.executors.base import Job
from barograph.executors.pool import Pool
from barograph.executors.process import ProcessExecutor
from barograph.home import Home
from barograph.ir.graph import Container
from tests.executors.bench import Bench, alive, compiled


def until(happens: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_task_has_its_own_folder_variables_arguments_and_main_module(bench: Bench) -> None:
    def look() -> None:
        import os
        import sys

        here = os.getcwd()  # noqa: PTH109
        print(here, os.environ["WORD"], os.environ["TMPDIR"], os.environ["_KFP_RUNTIME"])
        print(sys.argv[0].endswith("executor_main.py"), sys.argv[3], sys.path[1] == here)
        name = sys.modules["__main__"].__spec__.name  # type: ignore[union-attr]
        print(name, os.getpid() == os.getsid(0), sys.stdin.read() == "")
        print(sorted(name for name in os.environ if "BAROGRAPH" in name or name == "SECRET"))

    done = bench.run(look, {"WORD": "rain"})
    work = done.work
    assert done.exit.code == 0
    assert done.said.splitlines()[-4:] == [
        f"{work} rain {work}/tmp true",
        "True --executor_input True",
        "kfp.dsl.executor_main True True",
        "[]",
    ]


def test_one_task_sees_nothing_of_what_another_did_to_its_interpreter(bench: Bench) -> None:
    def change() -> None:
        import colorsys  # noqa: F401
        import os
        import signal
        import sys
        import threading

        os.environ["LEFT"] = "behind"
        os.umask(0)
        os.chdir("/")
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.path.append("/left")
        threading.Thread(target=print).start()

    def look() -> None:
        import os
        import signal
        import sys
        import threading

        print("LEFT" in os.environ, oct(os.umask(0)), "colorsys" in sys.modules, "/left" in sys.path)
        default = [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGCHLD)] == [signal.SIG_DFL] * 2
        print(default, threading.active_count(), sorted(map(int, os.listdir("/proc/self/fd")))[:-1])  # noqa: PTH208

    umask = os.umask(0)
    os.umask(umask)
    assert bench.run(change).exit.code == 0
    said = bench.run(look).said.splitlines()
    assert said[-2:] == [f"False {oct(umask)} False False", "True 1 [0, 1, 2]"]


def test_random_numbers_are_not_the_same_in_two_tasks(bench: Bench) -> None:
    def draw() -> None:
        import random

        print(random.random())

    assert bench.run(draw).said.splitlines()[-1] != bench.run(draw).said.splitlines()[-1]


@pytest.mark.parametrize("env", [{}, {"PYTHONHASHSEED": "7"}], ids=["forked", "started"])
def test_ends_are_those_of_an_interpreter(bench: Bench, env: dict[str, str]) -> None:
    def fails() -> None:
        raise ValueError("hail")

    def exits() -> None:
        import sys

        sys.exit(7)

    def exits_with_words() -> None:
        raise SystemExit("too much rain")

    def exits_at_once() -> None:
        import os

        print("before")
        os._exit(9)

    def crashes() -> None:
        import os
        import signal

        os.kill(os.getpid(), signal.SIGSEGV)

    def is_killed() -> None:
        import os
        import signal

        os.kill(os.getpid(), signal.SIGKILL)

    def leaves_late() -> None:
        import atexit
        import threading
        import time

        def late() -> None:
            time.sleep(0.2)
            print("in thread")

        file = open("kept", "w")  # noqa: SIM115
        file.write("snow")
        globals()["kept"] = file
        atexit.register(print, "at exit")
        threading.Thread(target=late).start()

    done = bench.run(fails, env)
    assert (done.exit.code, done.log.splitlines()[-1]) == (1, "ValueError: hail")
    assert bench.run(exits, env).exit.code == 7
    done = bench.run(exits_with_words, env)
    assert (done.exit.code, done.log.splitlines()[-1]) == (1, "too much rain")
    done = bench.run(exits_at_once, env)
    assert (done.exit.code, done.log.splitlines()[-1]) == (9, "before")
    # Behind a shell, a signal is its number and 128.
    assert bench.run(crashes, env).exit.code in (-signal.SIGSEGV, 128 + signal.SIGSEGV)
    assert bench.run(is_killed, env).exit.code in (-signal.SIGKILL, 128 + signal.SIGKILL)
    done = bench.run(leaves_late, env)
    assert done.exit.code == 0
    assert done.log.splitlines()[-2:] == ["in thread", "at exit"]
    assert (done.work / "kept").read_text() == "snow"


def test_a_task_is_forked_unless_it_asks_for_what_an_interpreter_reads_when_it_starts(bench: Bench) -> None:
    def parent() -> None:
        import os

        with open(f"/proc/{os.getppid()}/cmdline", encoding="utf-8") as file:
            print("warm" + ".py" in file.read(), os.environ.get("PYTHONPATH"))

    assert bench.run(parent).said.splitlines()[-1] == "True None"
    assert bench.run(parent, {"PYTHONPATH": "/x"}).said.splitlines()[-1] == "False /x"


def test_lines_of_both_streams_stay_in_order_and_none_is_lost(bench: Bench) -> None:
    def speak() -> None:
        import os
        import sys

        for number in range(20_000):
            print(number, file=(sys.stdout, sys.stderr)[number % 2])
        os.system("echo from a shell")

    assert bench.run(speak).said.splitlines()[-20_001:] == [*map(str, range(20_000)), "from a shell"]


def test_a_source_and_an_input_larger_than_a_command_line_can_be(bench: Bench) -> None:
    def measure() -> None:
        import sys

        print(len(sys.argv[4]))

    container = compiled(measure, bench.folder)
    command = list(container.command)
    command[-1] += "#" * 300_000
    large = Container(
        container.image, tuple(command), ("--executor_input", "{{$}}" + " " * 300_000, *container.args[2:])
    )
    assert int(bench.run(large).said.splitlines()[-1]) > 300_000


def test_a_literal_command_with_a_word_that_is_too_long_says_so(bench: Bench) -> None:
    with pytest.raises(EnvironmentFailed, match="one of its words has 200 KiB, and a command line takes 128 KiB"):
        bench.run(Container("alpine", ("echo", "x" * 200 * 1024)))


def test_what_a_task_leaves_running_ends_with_it(bench: Bench) -> None:
    def leave() -> None:
        import subprocess

        ordinary = subprocess.Popen(["sleep", "600"])
        escaped = subprocess.Popen(["setsid", "sh", "-c", "sleep 600 & echo $!; sleep 600"], stdout=subprocess.PIPE)
        assert escaped.stdout is not None
        print(ordinary.pid, escaped.pid, int(escaped.stdout.readline()))

    done = bench.run(leave)
    pids = [int(word) for word in done.said.splitlines()[-1].split()]
    assert (done.exit.code, len(pids)) == (0, 3)
    assert not any(map(alive, pids))


def test_what_one_task_leaves_does_not_touch_another(bench: Bench) -> None:
    def orphan_and_wait() -> None:
        import pathlib
        import subprocess
        import time

        subprocess.run(["sh", "-c", "setsid sleep 600 & echo $! >orphan"])
        while not pathlib.Path("go").exists():
            time.sleep(0.01)
        pid = pathlib.Path("orphan").read_text().strip()
        print(pathlib.Path(f"/proc/{pid}/cmdline").read_text().startswith("sleep"))

    def nothing() -> None:
        pass

    waiting = bench.start(orphan_and_wait)
    until((waiting.work / "orphan").exists)
    assert bench.run(nothing).exit.code == 0
    (waiting.work / "go").touch()
    done = waiting.join()
    assert done.said.splitlines()[-1] == "True"
    assert not alive(int((done.work / "orphan").read_text()))


def test_terminating_asks_first_and_then_ends_the_whole_tree(bench: Bench) -> None:
    def stubborn() -> None:
        import pathlib
        import signal
        import subprocess
        import time

        signal.signal(signal.SIGTERM, lambda *_: print("asked"))
        child = subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 600"], start_new_session=True)
        pathlib.Path("child").write_text(str(child.pid))
        while True:
            time.sleep(1)

    started = bench.start(stubborn)
    until((started.work / "child").exists)
    started.process.terminate()
    until(lambda: "asked" in started.log.read_text())
    started.process.terminate()
    done = started.join()
    assert done.exit.code == -signal.SIGKILL
    assert not alive(int((done.work / "child").read_text()))


def test_closing_ends_what_runs(bench: Bench) -> None:
    def sleep() -> None:
        import os
        import pathlib
        import time

        pathlib.Path("pid").write_text(str(os.getpid()))
        time.sleep(600)

    started = bench.start(sleep)
    until((started.work / "pid").exists)
    bench.executor.close()
    assert started.join().exit.code == -signal.SIGKILL
    assert not alive(int((started.work / "pid").read_text()))


def test_a_warm_interpreter_that_is_killed_takes_its_tasks_along_and_is_started_anew(bench: Bench) -> None:
    def sleep() -> None:
        import os
        import pathlib
        import time

        pathlib.Path("pid").write_text(f"{os.getpid()} {os.getppid()} ")
        time.sleep(600)

    def nothing() -> None:
        pass

    started = bench.start(sleep)
    file = started.work / "pid"
    until(lambda: file.exists() and file.read_text().endswith(" "))
    pid, parent = map(int, file.read_text().split())
    os.kill(parent, signal.SIGKILL)
    done = started.join()
    assert (done.exit.code, done.exit.words != "") == (-signal.SIGKILL, True)
    until(lambda: not alive(pid))
    assert bench.run(nothing).exit.code == 0


def test_nothing_outlives_an_engine_that_is_killed(home: Home, tmp_path: Path) -> None:
    script = tmp_path / "engine.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom barograph.config import Config\nfrom barograph.home import Home\n"
        "from barograph.executors.process import ProcessExecutor\nfrom tests.executors.bench import Bench\n"
        "def sleep():\n    import os, pathlib, time\n"
        "    pathlib.Path('pid').write_text(f'{os.getpid()} {os.getppid()} ')\n    time.sleep(600)\n"
        f"Bench(Path({str(tmp_path)!r}), ProcessExecutor(Config(Home(Path({str(home.path)!r}))))).start(sleep)\n"
    )
    root = Path(__file__).parents[2]
    engine = subprocess.Popen([sys.executable, script], env={**os.environ, "PYTHONPATH": str(root)})
    file = tmp_path / "task1" / "pid"
    until(lambda: file.exists() and file.read_text().endswith(" "), 60)
    engine.kill()
    engine.wait()
    until(lambda: not any(alive(int(pid)) for pid in file.read_text().split()))


def test_without_kfp_the_command_says_so_itself(bench: Bench) -> None:
    def nothing() -> None:
        pass

    done = bench.run(compiled(nothing, bench.folder, install_kfp_package=False))
    assert done.exit.code == 1
    assert "No module named 'kfp'" in done.log


def test_a_command_that_installs_gets_an_environment_of_its_own(bench: Bench) -> None:
    container = Container(
        "alpine", ("sh", "-c", "python3 -m pip --version && python3 -c 'import sys; print(sys.prefix)'")
    )
    first, second = bench.run(container), bench.run(container)
    assert (first.exit.code, second.exit.code) == (0, 0)
    assert first.said.splitlines()[-1] == str(first.work / "tmp" / "environment")
    assert second.said.splitlines()[-1] == str(second.work / "tmp" / "environment")


def test_any_image_is_accepted_and_what_is_not_known_of_it_is_said(bench: Bench) -> None:
    executor, minor = bench.executor, f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert executor.notes(Container(f"python:{minor}", ("true",))) == ()
    (note,) = executor.notes(Container("alpine", ("true",)))
    assert note == f"image alpine: nothing says what it holds; its command runs on this machine in Python {minor}"
    (note,) = executor.notes(Container("python:3.99-slim", ("true",)))
    assert note == f"image python:3.99-slim: this machine has no Python 3.99; its command runs in Python {minor}"
    assert bench.run(Container("alpine", ("true",))).exit.code == 0


def test_the_environment_follows_from_the_packages_and_not_from_the_source(bench: Bench) -> None:
    def one() -> None:
        pass

    def two() -> None:
        print("two")

    identify = bench.executor.identify
    same = identify(compiled(one, bench.folder))
    assert same == identify(compiled(two, bench.folder))
    assert same != identify(compiled(one, bench.folder, packages_to_install=["idna"]))


def test_what_fails_while_preparing_is_told_when_it_is_needed(bench: Bench) -> None:
    def wrong() -> None:
        pass

    container = compiled(wrong, bench.folder, packages_to_install=["idna==0.0.0.0.1"])
    bench.executor.prepare([container, Container("alpine", ("true",))])
    with pytest.raises(EnvironmentFailed, match="could not be made"):
        bench.run(container)


def test_two_executors_that_need_an_environment_make_it_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    logs = [tmp_path / "a.log", tmp_path / "b.log"]

    def work(log: Path) -> None:
        executor = ProcessExecutor(Config(home))
        folder = log.with_suffix("")
        (folder / "tmp").mkdir(parents=True)
        log.touch()
        assert executor.process(Job(Container("alpine"), ("true",), {}, folder, log)).wait().code == 0
        executor.close()

    threads = [threading.Thread(target=work, args=(log,)) for log in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted("making the environment" in log.read_text() for log in logs) == [False, True]


def test_a_command_and_what_it_started_end_with_the_process_that_started_it(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    os.mkfifo(pids)
    script = 'setsid sleep 1000 & echo "$$ $!" > "$0"; wait'
    program = f"""
import os, pathlib
from barograph.config import Config
from barograph.executors.base import Job
from barograph.executors.process import ProcessExecutor
from barograph.home import Home
from barograph.ir.graph import Container

folder = pathlib.Path({str(tmp_path)!r})
(folder / "work" / "tmp").mkdir(parents=True)
words = ("sh", "-c", {script!r}, {str(pids)!r})
executor = ProcessExecutor(Config(Home(folder / "home")))
executor.process(Job(Container("alpine"), words, {{}}, folder / "work", folder / "log")).wait()
"""
    engine = subprocess.Popen([sys.executable, "-c", program])
    started = [int(pid) for pid in pids.read_text().split()]
    assert len(started) == 2
    engine.kill()
    engine.wait()
    until(lambda: not any(alive(pid) for pid in started))


def test_an_environment_that_cannot_be_made_is_tried_once(bench: Bench) -> None:
    def wrong() -> None:
        pass

    container = compiled(wrong, bench.folder, packages_to_install=["idna==0.0.0.0.2"])
    first = bench.start(container)
    second = bench.start(container)
    for started in (first, second):
        with pytest.raises(EnvironmentFailed, match="could not be made"):
            started.join()
    with pytest.raises(EnvironmentFailed, match="could not be made"):
        bench.run(container)
    tried = [log for log in bench.folder.glob("task*.log") if "making the environment" in log.read_text()]
    assert len(tried) == 1


def test_what_is_made_ahead_leaves_the_log_of_another_process_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    executor = ProcessExecutor(Config(home))
    container = Container("python:3.11", ("true",))
    path = executor._environment(container).path
    path.parent.mkdir(parents=True)
    log = path.parent / f"{path.name}.log"
    log.write_text("of another process\n")
    executor._prepare((container,))
    assert (path / "ready").is_file()
    assert log.read_text() == "of another process\n"
    assert list(path.parent.glob("*.log")) == [log]
    executor.close()


def test_nothing_is_started_once_the_end_has_begun() -> None:
    pool = Pool()
    pool.end()
    with pytest.raises(EnvironmentFailed, match="closed"):
        pool.starter()


def test_a_log_can_be_read_by_its_owner_alone(bench: Bench) -> None:
    started = bench.executor.process(
        Job(Container("alpine"), ("echo", "rain"), {}, bench.folder, log := bench.folder / "new.log")
    )
    bench.run(Container("alpine", ("true",)))  # its environment is there
    log.unlink(missing_ok=True)
    started.wait()
    assert (log.read_text(), oct(log.stat().st_mode & 0o777)) == ("rain\n", "0o600")
