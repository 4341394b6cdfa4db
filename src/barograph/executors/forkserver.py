"""A warm interpreter, seen from the engine: starting it, handing it jobs, hearing how they ended."""

import itertools
import json
import os
import signal
import socket
import struct
import subprocess
import threading
import weakref
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from barograph.executors.base import Exit, Mount

WARM = Path(__file__).with_name("warm.py")
"""Run by an interpreter of a task's environment; never imported here."""
KILLED = Exit(-signal.SIGKILL, "the interpreter that it was forked from has ended")


class ForkserverUnavailable(Exception):
    """No warm interpreter can be had in this environment: it has no KFP, for one."""


class Forked:
    """A job that was handed to a warm interpreter."""

    def __init__(self, server: "Forkserver", number: int, future: "Future[Exit]") -> None:
        self._server = server
        self._number = number
        self._future = future

    def wait(self, seconds: float | None = None) -> Exit:
        """Block until it and all it started have ended, or for so many seconds.

        Raises:
            OSError: no process could be started for it.
            TimeoutError: it has not ended yet.
        """
        return self._future.result(seconds)

    def signal(self, number: int) -> None:
        """Send a signal to its process group, if it still runs."""
        if not self._future.done():
            with suppress(OSError):
                self._server.send({"job": self._number, "signal": int(number)})


class Forkserver:
    """A warm interpreter. It ends, and all that it has forked with it, when this object is closed or the process ends.

    Args:
        python: the interpreter.
        module: KFP's executor module, imported ahead; empty for one that only starts commands.
        env: all of its environment variables; the jobs have their own.

    Raises:
        ForkserverUnavailable: it can't be started, or can't import the module.
    """

    def __init__(self, python: Path, module: str, env: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                interpreter = subprocess.Popen(
                    [python, *([] if module else ["-I", "-S"]), WARM, str(theirs.fileno()), module],
                    cwd="/",
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise ForkserverUnavailable(str(error)) from error
        self._socket = ours
        self._writing = threading.Lock()
        self._numbers = itertools.count()
        self._pending: dict[int, Future[Exit]] = {}
        self._end = weakref.finalize(self, _end, interpreter, ours)
        first = _receive(ours)
        if first is None or "ready" not in first:
            self._end()
            raise ForkserverUnavailable("it ended" if first is None else first["error"])
        self._over = threading.Event()
        reader = threading.Thread(target=_listen, args=(ours, self._pending, self._over), daemon=True)
        reader.start()

    @property
    def alive(self) -> bool:
        """Whether it takes jobs."""
        return self._end.alive and not self._over.is_set()

    def run(
        self,
        source: str,
        path: Path,
        argv: tuple[str, ...],
        env: Mapping[str, str],
        work: Path,
        log: Path,
        mounts: Sequence[Mount] = (),
    ) -> Forked:
        """Fork a process that runs KFP's executor.

        Args:
            source: the component's module.
            path: the file that it is to be written to.
            argv: arguments of KFP's executor.
            env: all of its environment variables.
            work: its current directory.
            log: the file to which its output is added.
            mounts: what it finds at paths of its own.
        """
        return self._hand_over({"path": str(path), "source": source, "argv": argv}, env, work, log, mounts)

    def start(
        self, words: Sequence[str], env: Mapping[str, str], work: Path, log: Path, mounts: Sequence[Mount] = ()
    ) -> Forked:
        """Start a command, found on the ``PATH`` in ``env``; its ``wait`` raises OSError where it can't be started."""
        return self._hand_over({"words": [*words]}, env, work, log, mounts)

    def _hand_over(
        self, job: Mapping[str, Any], env: Mapping[str, str], work: Path, log: Path, mounts: Sequence[Mount]
    ) -> Forked:
        seen = [(str(mount.source), mount.target, mount.read_only) for mount in mounts]
        places = {"work": str(work), "log": str(log), "env": dict(env), "mounts": seen}
        number, future = next(self._numbers), Future[Exit]()
        self._pending[number] = future
        try:
            self.send({"job": number, **job, **places})
        except OSError:
            _settle(self._pending, number, KILLED)
        if self._over.is_set():  # it ended while the job was on its way
            _settle(self._pending, number, KILLED)
        return Forked(self, number, future)

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message.

        Raises:
            OSError: it has ended.
        """
        data = json.dumps(message).encode()
        with self._writing:
            self._socket.sendall(struct.pack(">Q", len(data)) + data)

    def close(self) -> None:
        """End it and all that it has forked."""
        self._end()


def _listen(channel: socket.socket, pending: dict[int, "Future[Exit]"], over: threading.Event) -> None:
    while (message := _receive(channel)) is not None:
        number = message["job"]
        if "error" in message:
            _settle(pending, number, OSError(message["errno"], message["error"]))
        else:
            _settle(pending, number, Exit(os.waitstatus_to_exitcode(message["status"])))
    over.set()
    for number in list(pending):
        _settle(pending, number, KILLED)


def _settle(pending: dict[int, "Future[Exit]"], number: int, result: Exit | Exception) -> None:
    future = pending.pop(number, None)
    if future is None:
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)


def _receive(channel: socket.socket) -> dict[str, Any] | None:
    head = _read(channel, 8)
    body = _read(channel, struct.unpack(">Q", head)[0]) if head else None
    message: dict[str, Any] | None = json.loads(body) if body else None
    return message


def _read(channel: socket.socket, size: int) -> bytes | None:
    parts = []
    while size:
        try:
            part = channel.recv(size)
        except OSError:
            return None
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _end(interpreter: "subprocess.Popen[bytes]", channel: socket.socket) -> None:
    with suppress(OSError):
        channel.shutdown(socket.SHUT_RDWR)
    channel.close()
    try:
        interpreter.wait(6)
    except subprocess.TimeoutExpired:
        interpreter.kill()
        interpreter.wait()
