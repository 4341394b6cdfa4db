"""The warm interpreter: runs inside a task's environment and forks a process for each task.

It has imported KFP's executor and what that needs, nothing else, and has one thread, so that a fork is a whole
interpreter. Without a MODULE it has imported nothing, and only starts commands: they end with it, and it with the
process that started it, however that ends. Started by ``forkserver.py`` as ``python3 warm.py SOCKET MODULE``; needs
Python 3.8 and the standard library. Messages in both directions are JSON behind their length in 8 bytes:

    to it     {"job", "work", "log", "env", "mounts", "argv", "source", "path"}   fork and run a component
              {"job", "work", "log", "env", "mounts", "words"}                    fork and run a command
              {"job", "signal"}                                  send a signal to the job's process group
    from it   {"ready"} or {"error"}                             once
              {"job", "status", "maxrss"}                        a job and all it started have ended
              {"job", "error", "errno"}                          a job can't start
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    # The folder of this file, in which the names of modules are not the ones that KFP means.
    del sys.path[0]

import errno
import gc
import importlib
import importlib.util
import json
import os
import select
import signal
import struct
import time
import types
from typing import Any

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
KIBIBYTE = 1024


class Warm:
    """Forks, and waits for what it forked."""

    def __init__(self, channel: int, module: str) -> None:
        self.channel = channel
        self.pid = os.getpid()
        self.prctl = _prctl()
        self.module = module
        self.spec: Any = None
        self.code: Any = None
        if module:
            self.load(module)
        self.woken, self.wake = os.pipe()
        for end in (self.woken, self.wake):
            os.set_blocking(end, False)
        self.modules = frozenset(sys.modules)
        self.jobs: dict[int, int] = {}  # process -> job
        self.ended: list[dict[str, int]] = []

    def load(self, module: str) -> None:
        """Import what every component needs."""
        self.spec = importlib.util.find_spec(module)
        importlib.import_module(module)
        # What its parser imports while it is made, before the component is read.
        parser = importlib.import_module("argparse").ArgumentParser()
        parser.add_argument("--module")
        parser.parse_known_args([])
        # `python3 -m` runs the module as __main__, it does not import it.
        parent, _, name = module.rpartition(".")
        del sys.modules[module]
        delattr(sys.modules[parent], name)
        self.code = self.spec.loader.get_code(module)

    def serve(self) -> dict[str, Any]:
        """Do as told until the channel ends, which ends this process. Returns, with the job, in a forked process."""
        if _threads() != 1:
            raise RuntimeError("importing KFP has started threads")
        signal.set_wakeup_fd(self.wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # Orphans of a task become children of its own process while that lives, and then of this one: so whatever is
        # a child of this process and no job is something that a job has left behind.
        self.prctl(PR_SET_CHILD_SUBREAPER, 1)
        gc.freeze()
        self.send({"ready": True})
        while True:
            readable, _, _ = select.select([self.channel, self.woken], [], [])
            if self.woken in readable:
                os.read(self.woken, 4096)
                self.reap()
            if self.channel in readable:
                message = self.receive()
                if message is None:
                    self.end()
                elif "signal" in message:
                    self.signal(message["job"], message["signal"])
                elif "words" in message:
                    self.start(message)
                elif self.fork(message):
                    return message

    def fork(self, job: dict[str, Any]) -> bool:
        """Whether this is the new process."""
        try:
            pid = os.fork()
        except OSError as error:
            self.send({"job": job["job"], "error": str(error), "errno": error.errno})
            return False
        if pid == 0:
            return True
        self.jobs[pid] = job["job"]
        return False

    def start(self, job: dict[str, Any]) -> None:
        """Run a command in a process of its own."""
        told, tell = os.pipe()  # closed by a command that starts
        if self.fork(job):
            try:
                self.separate(job)
                os.execvpe(job["words"][0], job["words"], job["env"])
            except Exception as error:
                os.write(tell, str(getattr(error, "errno", None) or errno.EINVAL).encode())
            finally:
                os._exit(127)
        os.close(tell)
        number = os.read(told, 16)
        os.close(told)
        if number:
            pid = next((pid for pid, known in self.jobs.items() if known == job["job"]), None)
            if pid is not None:
                del self.jobs[pid]
                os.waitpid(pid, 0)
            self.send({"job": job["job"], "error": os.strerror(int(number)), "errno": int(number)})

    def separate(self, job: dict[str, Any]) -> None:
        """Make this forked process one of its own: session, folder, output, nothing of what the warm one has."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        self.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        self.prctl(PR_SET_CHILD_SUBREAPER, 1)
        if os.getppid() != self.pid:
            os._exit(1)
        for descriptor in (self.channel, self.woken, self.wake):
            os.close(descriptor)
        for path, flags, targets in (
            (os.devnull, os.O_RDONLY, (0,)),
            (job["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, (1, 2)),
        ):
            descriptor = os.open(path, flags, 0o600)
            for target in targets:
                os.dup2(descriptor, target)
            os.close(descriptor)
        if job.get("mounts"):
            self.mount(job)
        os.chdir(job["work"])

    def mount(self, job: dict[str, Any]) -> None:
        """Have this process see folders where its pipeline wants them."""
        file = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mounts.py")  # noqa: PTH100, PTH118, PTH120
        spec = importlib.util.spec_from_file_location("_barograph_mounts", file)
        module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
        spec.loader.exec_module(module)  # type: ignore[union-attr]
        try:
            module.View(os.path.join(job["work"], "root")).enter(job["mounts"])  # noqa: PTH118
        except OSError as error:
            os.write(2, f"[barograph] its mounts can't be made here ({error}); use --executor docker\n".encode())
            os._exit(126)
        self.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # which a change of credentials takes away

    def become(self, job: dict[str, Any]) -> dict[str, Any]:
        """Make this forked process what a new interpreter would be. Returns the namespace of its ``__main__``."""
        self.separate(job)
        os.environ.clear()
        os.environ.update(job["env"])
        time.tzset()
        sys.path.insert(0, os.getcwd())  # noqa: PTH109
        os.makedirs(os.path.dirname(job["path"]), exist_ok=True)  # noqa: PTH103, PTH120 - no pathlib before the task
        with open(job["path"], "w", encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123
            file.write(job["source"])
        assert self.spec is not None
        assert self.spec.origin is not None
        sys.argv = [self.spec.origin, *job["argv"]]
        sys.orig_argv = [sys.executable, "-m", self.module, *job["argv"]]
        main = types.ModuleType("__main__")
        main.__dict__.update(
            __file__=self.spec.origin,
            __spec__=self.spec,
            __loader__=self.spec.loader,
            __package__=self.spec.parent,
            __cached__=self.spec.cached,
            __builtins__=__builtins__,
        )
        sys.modules["__main__"] = main
        return main.__dict__

    def reap(self) -> None:
        """Take note of what has ended, end what it left behind, and tell of it when nothing is left."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            if pid in self.jobs:
                _kill(os.killpg, pid, signal.SIGKILL)
                maxrss = usage.ru_maxrss * KIBIBYTE
                self.ended.append({"job": self.jobs.pop(pid), "status": status, "maxrss": maxrss})
        strays = [pid for pid in _children() if pid not in self.jobs]
        alive = [pid for pid in strays if _kill(os.kill, pid, signal.SIGKILL)]
        if not alive:
            for message in self.ended:
                self.send(message)
            self.ended.clear()

    def signal(self, job: int, number: int) -> None:
        for pid, known in self.jobs.items():
            if known == job and not _kill(os.killpg, pid, number):
                _kill(os.kill, pid, number)  # it has not come to making its group yet

    def end(self) -> None:
        """End everything, this process too. Nobody is there to be told."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            for pid in self.jobs:
                _kill(os.killpg, pid, signal.SIGKILL)
            for pid in {*_children(), *self.jobs}:
                _kill(os.kill, pid, signal.SIGKILL)
            try:
                while True:
                    pid, _ = os.waitpid(-1, os.WNOHANG)
                    if pid == 0:
                        break
                    self.jobs.pop(pid, None)
            except ChildProcessError:
                break
            time.sleep(0.005)
        os._exit(0)

    def send(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode()
        data = struct.pack(">Q", len(data)) + data
        try:
            while data:
                data = data[os.write(self.channel, data) :]
        except OSError:
            self.end()

    def receive(self) -> dict[str, Any] | None:
        head = self.read(8)
        body = self.read(struct.unpack(">Q", head)[0]) if head else None
        return json.loads(body) if body else None

    def read(self, size: int) -> bytes | None:
        parts = []
        while size:
            try:
                part = os.read(self.channel, min(size, 1 << 20))
            except OSError:
                return None
            if not part:
                return None
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _prctl() -> Any:
    try:
        import ctypes

        return ctypes.CDLL(None).prctl
    except (ImportError, OSError, AttributeError):  # not Linux
        return lambda *_: None


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208
    except OSError:
        return 1


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:  # noqa: PTH123
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return []


def _kill(kill: Any, pid: int, number: int) -> bool:
    """Whether there was something to be signalled that can be."""
    try:
        kill(pid, number)
    except OSError:
        return False
    return True


def _finish(known: frozenset[str]) -> None:
    """End this process as the interpreter would, if nothing was imported that may need more: else return.

    The interpreter takes itself to pieces before it ends, which costs as much as all the rest of a short task. What a
    task can see of that is done here, in the same order: threads are waited for, exit handlers called, streams
    flushed, the task's own modules (and with them files that it left open) let go of.
    """
    new = [name for name in sys.modules if name not in known]
    standard: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())  # Python 3.10
    if any(name.partition(".")[0] not in {*standard, "__main__", "ephemeral_component"} for name in new):
        return
    import atexit
    import threading

    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    modules = [sys.modules.pop(name) for name in ("__main__", "ephemeral_component") if name in sys.modules]
    for module in modules:
        for name in sorted(module.__dict__, key=lambda name: not name.startswith("_")):
            if name != "__builtins__":
                module.__dict__[name] = None
    gc.collect()
    code = 0
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except Exception:
            code = 120
    os._exit(code)


if __name__ == "__main__":
    warm = None
    channel = int(sys.argv[1])
    try:
        warm = Warm(channel, sys.argv[2])
        job = warm.serve()
    except Exception as error:
        data = json.dumps({"error": f"{type(error).__name__}: {error}"}).encode()
        os.write(channel, struct.pack(">Q", len(data)) + data)
        os._exit(1)
    # Only forked processes come here. How it ends when it raises is the interpreter's own doing.
    known, code, namespace = warm.modules, warm.code, warm.become(job)
    del warm, job, channel
    exec(code, namespace)
    _finish(known)
