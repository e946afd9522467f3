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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from . import seccomp
from .errors import BoxUnavailable
from .limits import Limits
from .runtime import ENGINE_SOURCE, Runtime

HOME = "/home/learner"
ENGINE_MOUNT = "/engine/grading"
FIRST_UID = int(os.environ.get("GRADING_BOX_UID", "64900"))
ZONES = {"grader": 0, "learner": 1, "archive": 2}
_LAUNCHER = Path(__file__).with_name("launcher.py")
_NO_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "BLIS_NUM_THREADS")


@dataclass(frozen=True)
class BoxSpec:
    """What to run: ``module`` of the engine's boxed package, in a trust zone, within limits.

    ``descriptors`` become 3, 4, ... in the box, after stdin, stdout and stderr.
    """

    zone: str
    module: str
    limits: Limits
    hash_seed: int
    descriptors: Sequence[int] = ()


def start_box(spec: BoxSpec, runtime: Runtime, stdin: int, stdout: int, stderr: int) -> subprocess.Popen[bytes]:
    """Start ``spec`` and return the process, which is bubblewrap itself once it has started.

    Raises ``BoxUnavailable`` when bubblewrap or a filter for this machine is missing; whether the box could be
    built is known only by the boxed process saying hello.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise BoxUnavailable("bubblewrap is not installed.", "Install it: apt-get install bubblewrap")
    if not seccomp.supported():
        raise BoxUnavailable("There is no system call filter for this processor.", "Use an x86_64 or aarch64 host.")
    with tempfile.TemporaryFile() as filter_file, tempfile.TemporaryFile() as description:
        filter_file.write(seccomp.program())
        filter_file.seek(0)
        inherited = [stdin, stdout, stderr, *spec.descriptors, filter_file.fileno()]
        _describe(description, spec, runtime, bwrap, inherited)
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(_LAUNCHER), str(description.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            pass_fds=[*inherited, description.fileno()],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )


def _describe(stream: IO[bytes], spec: BoxSpec, runtime: Runtime, bwrap: str, inherited: list[int]) -> None:
    """Write the launcher's description of the box to ``stream`` and rewind it."""
    limits = spec.limits
    box = {
        "bwrap": bwrap,
        "uid": FIRST_UID + ZONES[spec.zone],
        "descriptors": inherited,
        "oom_score_adj": 800,
        "binds": [*runtime.binds, (str(ENGINE_SOURCE), ENGINE_MOUNT)],
        "before": _isolation(limits),
        "after": [*_after(runtime, len(inherited) - 1), *_command(spec, runtime)],
        "rlimits": {
            "CPU": int(limits.cpu) + 2,
            "DATA": limits.memory,
            "AS": limits.memory * 4 + (2 << 30),
            "FSIZE": limits.file_size,
            "CORE": 0,
            "NOFILE": 512,
            "MEMLOCK": 64 << 10,
            "MSGQUEUE": 0,
        },
    }
    stream.write(json.dumps(box).encode())
    stream.flush()
    os.lseek(stream.fileno(), 0, os.SEEK_SET)


def _isolation(limits: Limits) -> list[str]:
    """New namespaces of every kind, an empty root, and sized writable directories."""
    size = str(limits.tmpfs)
    return [
        "--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--unshare-cgroup", "--uid", "1000", "--gid", "1000", "--hostname", "box", "--new-session",
        "--die-with-parent", "--cap-drop", "ALL", "--clearenv",
        "--proc", "/proc", "--dev", "/dev", "--size", str(16 << 20), "--tmpfs", "/dev/shm",
        "--size", size, "--tmpfs", "/tmp", "--size", size, "--tmpfs", HOME,
    ]  # fmt: skip


def _after(runtime: Runtime, filter_descriptor: int) -> list[str]:
    """Links, environment and the filter; then the root itself becomes read-only."""
    parts: list[str] = []
    for target, path in runtime.links:
        parts += ["--symlink", target, path]
    variables = {
        "PATH": f"{runtime.root}/bin:/usr/bin",
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
    settings = ["--setenv", "PYTHONHASHSEED", str(spec.hash_seed), "--setenv", "BOX_PROCESSES"]
    return [
        *settings, str(spec.limits.processes), "--",
        str(runtime.python), "-s", "-P", "-B", "-X", "utf8", "-c", start,
    ]  # fmt: skip
