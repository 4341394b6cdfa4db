"""A view of the file system in which folders are found at paths of a process's own choice, as a container's mounts are.

Runs in a process that was forked for a task and has one thread, before the task: the process gets a mount namespace of
its own (in a user namespace, where it is not root), and in it a root folder that holds everything the machine's does
and the mounts besides. Nobody else sees it, and it is gone with the process. Linux only; stdlib only, Python 3.8.
"""

from __future__ import annotations

import ctypes
import os
import stat
from typing import Any

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_UNBINDABLE, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 17, 1 << 18
_KEPT = os.ST_NOSUID | 4 | 8  # nosuid, nodev, noexec: what a user namespace must not take off a mount


class View:
    """A root folder under construction."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.ours: set[str] = set()  # folders in it that are made of nothing, and so can hold more

    def enter(self, mounts: list[tuple[str, str, bool]]) -> None:
        """Make ``mounts`` (source, target, read only) part of what this process sees.

        Raises:
            OSError: this machine does not allow it.
        """
        self.separate()
        os.makedirs(self.root, exist_ok=True)  # noqa: PTH103 - no pathlib before the task
        self.cover("/")
        for source, target, read_only in sorted(mounts, key=lambda mount: mount[1].count("/")):
            self.add(source, os.path.normpath(os.path.join("/", target)), read_only)  # noqa: PTH118
        os.chroot(self.root)

    def separate(self) -> None:
        """Leave the mount namespace that others see."""
        uid, gid = os.geteuid(), os.getegid()
        self.call("unshare", CLONE_NEWNS if uid == 0 else CLONE_NEWNS | CLONE_NEWUSER)
        if uid != 0:
            for file, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
                with open(f"/proc/self/{file}", "w", encoding="ascii") as opened:  # noqa: PTH123
                    opened.write(text)
        self.mount(None, "/", MS_REC | MS_PRIVATE)

    def cover(self, folder: str) -> None:
        """Put a folder of our own over ``folder``, with all that is in it."""
        place = self.inside(folder)
        self.call("mount", b"tmpfs", os.fsencode(place), b"tmpfs", 0, b"mode=755")
        # What is bound below must not hold the new root itself.
        self.mount(None, place, MS_UNBINDABLE)
        self.ours.add(folder)
        for name in os.listdir(folder):  # noqa: PTH208
            source = os.path.join(folder, name)  # noqa: PTH118
            try:
                self.show(source, self.inside(source))
            except OSError:
                continue  # what can't be shown was not readable either

    def show(self, source: str, place: str) -> None:
        """Have ``place``, where nothing is yet, be ``source``."""
        mode = os.lstat(source).st_mode
        if stat.S_ISLNK(mode):
            os.symlink(os.readlink(source), place)  # noqa: PTH115, PTH211
            return
        self.make(place, stat.S_ISDIR(mode))
        self.mount(source, place, MS_BIND | MS_REC)

    def add(self, source: str, target: str, read_only: bool) -> None:
        """Have ``target`` be ``source``."""
        parent = os.path.dirname(target)  # noqa: PTH120
        above = parent
        while not os.path.isdir(self.inside(above)):  # noqa: PTH112
            above = os.path.dirname(above)  # noqa: PTH120
        place = self.inside(target)
        if not os.path.exists(place):  # noqa: PTH110
            if above not in self.ours:
                self.cover(above)
            while above != parent:
                above = os.path.join(above, os.path.relpath(parent, above).split("/")[0])  # noqa: PTH118
                self.make(self.inside(above), True)
                self.ours.add(above)
            self.make(place, os.path.isdir(source))  # noqa: PTH112
        self.mount(source, place, MS_BIND | MS_REC)
        if read_only:
            self.mount(None, place, MS_BIND | MS_REMOUNT | MS_RDONLY | (os.statvfs(source).f_flag & _KEPT))

    def inside(self, path: str) -> str:
        """Where ``path`` is in the new root, seen from the old one."""
        return self.root if path == "/" else self.root + path

    def make(self, place: str, folder: bool) -> None:
        if folder:
            os.mkdir(place)  # noqa: PTH102
        else:
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o644))

    def mount(self, source: str | None, place: str, flags: int) -> None:
        self.call("mount", source and os.fsencode(source), os.fsencode(place), None, ctypes.c_ulong(flags), None)

    def call(self, name: str, *arguments: Any) -> None:
        if getattr(self.libc, name)(*arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"{name}: {os.strerror(number)}")


if __name__ == "__main__":
    # Whether it can be done here: the exit code says it.
    View("/").separate()
