"""One box: bubblewrap around a process, with everything it may see and use spelled out.

Nothing runs unprotected. Where a box cannot be built, :class:`BoxUnavailable` says why and what to do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from . import seccomp
from .errors import BoxUnavailable
from .limits import Limits
from .processes import kill, tree
from .runtime import ENGINE_SOURCE, MOUNT, Runtime

HOME = "/home/learner"
ENGINE_MOUNT = "/engine/grading"
KILL_AGAIN = 5.0
FIRST_UID = int(os.environ.get("GRADING_BOX_UID", "64900"))
ZONES = {"grader": 0, "learner": 1, "archive": 2}
_LAUNCHER = Path(__file__).with_name("launcher.py")
_NO_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "BLIS_NUM_THREADS")


@dataclass(frozen=True)
class Ended:
    """How a box ended: its exit status (negative for a signal) and the CPU seconds of all that ran in it; ``lost`` when
    it was ended by the end of what had started it, which is no doing of the job's."""

    status: int
    cpu: float
    lost: bool = False


class Box(ABC):
    """A running box. ``pid`` is its first process, ``ours`` how many of its processes, from there down, are not the
    job's; ``inherited`` is how many bytes it had when it was made that are not its own; ``returncode`` is None until
    :meth:`wait` has seen its end, ``lost`` is :class:`Ended`'s."""

    ours = 0
    inherited = 0

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.cpu = 0.0
        self.lost = False

    @property
    def kin(self) -> Sequence[int]:
        """Processes outside the job that it may share memory with."""
        return ()

    def wait(self, patience: float = 0.0) -> bool:
        """Whether the box has ended, waiting for it up to ``patience`` seconds."""
        if self.returncode is None:
            ended = self._end(patience)
            if ended is None:
                return False
            self.returncode, self.cpu, self.lost = ended.status, ended.cpu, ended.lost
        return True

    def end(self, patience: float) -> bool:
        """Kill everything in the box, again and again; whether it is gone after ``patience`` seconds and a little."""
        until = time.monotonic() + patience
        while not self.wait():
            self.kill()
            if not self.wait(KILL_AGAIN) and time.monotonic() >= until:
                return False
        return True

    @abstractmethod
    def kill(self) -> None:
        """Kill everything in the box. :meth:`wait` tells when it is gone."""

    @abstractmethod
    def _end(self, patience: float) -> Ended | None: ...


class ColdBox(Box):
    """bubblewrap, started for one job: it and the box's first process are ours."""

    ours = 2

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(process.pid)
        self._process = process

    def kill(self) -> None:
        outer, *inner = tree(self.pid)
        kill(inner or [outer])  # the box's init takes all of the box with it, and only then does bubblewrap end

    def _end(self, patience: float) -> Ended | None:
        until = time.monotonic() + patience
        while True:
            try:
                pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            except ChildProcessError:  # somebody else waited for it
                self._process.returncode = 0
                return Ended(0, 0.0)
            if pid:
                self._process.returncode = os.waitstatus_to_exitcode(status)
                return Ended(self._process.returncode, usage.ru_utime + usage.ru_stime)
            if time.monotonic() >= until:
                return None
            time.sleep(0.002)


@dataclass(frozen=True)
class BoxSpec:
    """What to run: ``module`` of the engine's boxed package, in a trust zone, within limits.

    ``descriptors`` become 3, 4, ... in the box, after stdin, stdout and stderr. Python's hashes are the same in every
    box, so that sets and the results that depend on their order are too.
    """

    zone: str
    module: str
    limits: Limits
    descriptors: Sequence[int] = ()

    @property
    def is_parent(self) -> bool:
        """Whether this box forks further ones (see :mod:`.warm`)."""
        return self.module == "warm"


def start_box(spec: BoxSpec, runtime: Runtime, stdin: int, stdout: int, stderr: int) -> ColdBox:
    """Start ``spec``; the box's first process is bubblewrap itself once it has started.

    Raises ``BoxUnavailable`` when bubblewrap or a filter for this machine is missing; whether the box could be
    built is known only by the boxed process saying hello.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise BoxUnavailable("bubblewrap is not installed.", "Install it: apt-get install bubblewrap")
    if not seccomp.supported():
        raise BoxUnavailable("There is no system call filter for this processor.", "Use an x86_64 or aarch64 host.")
    with tempfile.TemporaryFile() as filter_file, tempfile.TemporaryFile() as description:
        filter_file.write(seccomp.program(allowed=seccomp.FOR_PARENTS if spec.is_parent else ()))
        filter_file.seek(0)
        inherited = [stdin, stdout, stderr, *spec.descriptors, filter_file.fileno()]
        _describe(description, spec, runtime, bwrap, inherited)
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_LAUNCHER), str(description.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            pass_fds=[*inherited, description.fileno()],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
    return ColdBox(process)


def _describe(stream: IO[bytes], spec: BoxSpec, runtime: Runtime, bwrap: str, inherited: list[int]) -> None:
    """Write the launcher's description of the box to ``stream`` and rewind it."""
    box = {
        "bwrap": bwrap,
        "uid": FIRST_UID + ZONES[spec.zone],
        "descriptors": inherited,
        "oom_score_adj": 800,
        "binds": [*runtime.binds, (str(ENGINE_SOURCE), ENGINE_MOUNT)],
        "before": _isolation(spec),
        "after": [*_after(runtime, len(inherited) - 1), *_command(spec, runtime)],
        "rlimits": resource_limits(spec.limits),
    }
    stream.write(json.dumps(box).encode())
    stream.flush()
    os.lseek(stream.fileno(), 0, os.SEEK_SET)


def resource_limits(limits: Limits) -> dict[str, int]:
    """What the kernel enforces on each process of a box by itself, by the name of the limit."""
    return {
        "CPU": int(limits.cpu) + 2,
        "DATA": limits.memory,
        "AS": limits.memory * 4 + (2 << 30),
        "FSIZE": limits.file_size,
        "CORE": 0,
        "NOFILE": 512,
        "MEMLOCK": 64 << 10,
        "MSGQUEUE": 0,
    }


def _isolation(spec: BoxSpec) -> list[str]:
    """New namespaces of every kind, an empty root, and sized writable directories.

    A warm parent is the first user of its namespace and keeps what it needs to make boxes in it: it may mount, and
    give up capabilities and raise the loopback interface for its children.
    """
    size = str(spec.limits.tmpfs)
    user = ["--disable-userns", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL"]
    if spec.is_parent:
        user = ["--uid", "0", "--gid", "0", "--cap-drop", "ALL"]
        for name in ("CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SETFCAP"):
            user += ["--cap-add", name]
    return [
        "--unshare-user", *user, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--unshare-cgroup", "--hostname", "box", "--new-session", "--die-with-parent", "--clearenv",
        "--proc", "/proc", "--dev", "/dev", "--size", str(16 << 20), "--tmpfs", "/dev/shm",
        "--size", size, "--tmpfs", "/tmp", "--size", size, "--tmpfs", HOME,
    ]  # fmt: skip


def _after(runtime: Runtime, filter_descriptor: int) -> list[str]:
    """Links, environment and the filter; then the root itself becomes read-only."""
    parts: list[str] = []
    for target, path in runtime.links:
        parts += ["--symlink", target, path]
    variables = {
        "PATH": f"{MOUNT}/bin:/usr/bin",
        "HOME": HOME,
        "USER": "learner",
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": "/tmp/.matplotlib",
        "PYTHONDONTWRITEBYTECODE": "1",
        "JOBLIB_MULTIPROCESSING": "1",
        **dict.fromkeys(_NO_THREADS, "1"),
    }
    for name, value in variables.items():
        parts += ["--setenv", name, value]
    return [*parts, "--remount-ro", "/", "--chdir", HOME, "--seccomp", str(filter_descriptor)]


def _command(spec: BoxSpec, runtime: Runtime) -> list[str]:
    start = f"import sys; sys.path.append('/engine'); from grading.boxed.{spec.module} import main; main()"
    settings = ["--setenv", "PYTHONHASHSEED", "0", "--setenv", "BOX_PROCESSES", str(spec.limits.processes)]
    if spec.is_parent:
        settings += ["--setenv", "BOX_ZONE", spec.zone]
    return [
        *settings, "--",
        f"{MOUNT}/bin/python", "-s", "-P", "-B", "-X", "utf8", "-c", start,
    ]  # fmt: skip
