"""A job's own box, made by forking a warm parent: namespaces, mounts and limits like those of a cold box.

The parent (see :mod:`.warm`) is trusted, single-threaded and already in a box; it keeps the capabilities that a job's
box needs to be made, inside its own user namespace only. The child gives all of them up before it reads its job.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from typing import Any, NoReturn

from .. import seccomp
from ..launcher import call, limit, mount

HOME = "/home/learner"
_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REMOUNT, _BIND, _REC, _PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP, _PR_CAP_AMBIENT = 1, 4, 22, 24, 47
_CAPABILITY_VERSION_3 = 0x20080522
_COVERED = ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus")
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
_UID = 1000


class Forker:
    """Forks children that are the first process of a process namespace of their own."""

    def __init__(self) -> None:
        self._home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self) -> int:
        """As ``os.fork``. Raises ``OSError``; the caller's own children stay in its namespace."""
        call("unshare", _NEWPID)
        try:
            pid = os.fork()
        except OSError:
            call("setns", self._home, _NEWPID)
            raise
        if pid:
            call("setns", self._home, _NEWPID)
        return pid


def enter_box(box: dict[str, Any]) -> None:
    """Turn the first process of a new process namespace into a box and return in the process that runs the job.
    ``box``: ``rlimits`` by name, ``tmpfs`` in bytes, and whether the job's process has an ``init`` above it. Without
    one it is the first process itself, which the kernel spares most signals and hands all orphans: a job of ours can
    live with that, a learner's is run as anywhere else. Descriptors stay open, and calls allowed, until
    :func:`close_box`.

    Raises ``OSError`` when something of the box cannot be made.
    """
    call("unshare", _NEWNS | _NEWNET | _NEWIPC | _NEWUTS | _NEWCGROUP)
    _place_mounts(box["tmpfs"])
    _raise_loopback()
    _become_nobody()
    call("prctl", _PR_SET_PDEATHSIG, 9, 0, 0, 0)
    limit(box["rlimits"])
    if box["init"]:
        call("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)  # the job must find nothing of its init readable, not for a moment
        os.chdir("/")  # this was the parent's home, which is not the job's
        pid = os.fork()
        if pid:
            _reap(pid)
        call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)
        call("prctl", _PR_SET_PDEATHSIG, 9, 0, 0, 0)
    os.setsid()
    os.chdir(HOME)


def close_box(descriptors: list[int]) -> None:
    """Leave the job ``descriptors`` as 0, 1, 2, ... and nothing else, and filter its system calls from here on."""
    high = [os.dup2(fd, 300 + position) for position, fd in enumerate(descriptors)]
    for position, fd in enumerate(high):
        os.dup2(fd, position)
    os.closerange(len(high), 4096)
    _filter_calls()


def _place_mounts(size: int) -> None:
    """Writable places of the job's own, a process list of its own, and everything else read-only."""
    mount(None, "/", None, _REC | _PRIVATE)
    writable = f"mode=0755,size={size}"
    mount("tmpfs", "/tmp", "tmpfs", _NOSUID | _NODEV, writable)
    mount("tmpfs", HOME, "tmpfs", _NOSUID | _NODEV, writable)
    mount("tmpfs", "/dev/shm", "tmpfs", _NOSUID | _NODEV, f"mode=0755,size={16 << 20}")
    mount("devpts", "/dev/pts", "devpts", _NOSUID | _NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    mount(None, "/dev", None, _REMOUNT | _BIND | _RDONLY | _NOSUID)
    mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack("16xH14x", fcntl.ioctl(probe, _SIOCGIFFLAGS, request))
        fcntl.ioctl(probe, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))


def _become_nobody() -> None:
    """A user namespace of the job's own, which may not make further ones; then no capabilities, for good."""
    settings = os.open("/proc/sys/user", os.O_PATH | os.O_DIRECTORY)
    for path in _COVERED:
        if os.path.exists(path):
            mount(path, path, None, _BIND | _REC)
            mount(None, path, None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV | _NOEXEC)
    call("unshare", _NEWUSER)
    call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)  # new credentials made this process unreadable, to itself too
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{_UID} 0 1")
    _write("/proc/self/gid_map", f"{_UID} 0 1")
    _write("max_user_namespaces", "0", settings)
    os.close(settings)
    call("prctl", _PR_CAP_AMBIENT, 4, 0, 0, 0)
    with open("/proc/sys/kernel/cap_last_cap", encoding="ascii") as stream:
        last = int(stream.read())
    for capability in range(last + 1):
        call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    call("capset", header, bytes(24))


def _filter_calls() -> None:
    program = ctypes.create_string_buffer(seccomp.program())
    length = (len(program) - 1) // 8
    packed = struct.pack("HxxxxxxQ", length, ctypes.addressof(program))
    call("prctl", _PR_SET_SECCOMP, 2, packed, 0, 0)


def _reap(pid: int) -> NoReturn:
    """Be the box's first process: wait for orphans, and end as the job's process ends, all others with it."""
    os.closerange(0, 4096)
    while True:
        found, status = os.wait()
        if found == pid:
            code = os.waitstatus_to_exitcode(status)
            os._exit(128 - code if code < 0 else code)


def _write(name: str, text: str, folder: int | None = None) -> None:
    descriptor = os.open(name, os.O_WRONLY, dir_fd=folder)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
