"""A process of its own that turns into bubblewrap: it lowers what it may do, then executes it.

Run as ``python -I -S launcher.py`` with a JSON description on the descriptor named by its argument. When started by
root it first gives itself a private mount namespace and binds what the box needs onto a staging tmpfs that an
unprivileged user can reach (the interpreter may live below a directory only root can enter), then becomes that
user for good. bubblewrap started by root would open files as root.

Exit status 97 means that the box could not be prepared; the reason is on stderr.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
from typing import Any

FAILED = 97
STAGE = "/tmp"
_CLONE_NEWNS = 0x00020000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18
_PR_SET_NO_NEW_PRIVS, _PR_SET_PDEATHSIG = 38, 1
_SIGKILL = 9
_LIBC = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Read the description, prepare, execute; never returns."""
    try:
        with os.fdopen(int(sys.argv[1]), "rb") as stream:
            box: dict[str, Any] = json.load(stream)
        call("prctl", _PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        _place_descriptors(box["descriptors"])
        _write("/proc/self/oom_score_adj", str(box["oom_score_adj"]))
        if os.getuid() == 0:
            sources = _stage([source for source, _ in box["binds"]])
            _become(box["uid"])
        else:
            sources = [source for source, _ in box["binds"]]
        limit(box["rlimits"])
        call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        binds = [
            part
            for source, (_, target) in zip(sources, box["binds"], strict=True)
            for part in ("--ro-bind", source, target)
        ]
        argv = [box["bwrap"], *box["before"], *binds, *box["after"]]
        os.execve(box["bwrap"], argv, {"PATH": "/usr/bin:/bin"})
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"launcher: {error}\n")
        sys.stderr.flush()
        os._exit(FAILED)


def _place_descriptors(wanted: list[int]) -> None:
    """Move descriptor ``wanted[n]`` to ``n`` and close every other one."""
    high = [os.dup2(fd, 200 + position) for position, fd in enumerate(wanted)]
    for position, fd in enumerate(high):
        os.dup2(fd, position)
    os.closerange(len(wanted), 4096)


def _stage(paths: list[str]) -> list[str]:
    """Bind ``paths`` to places below a fresh tmpfs that anyone may enter; return those places in order."""
    call("unshare", _CLONE_NEWNS)
    mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    handles = [os.open(path, os.O_PATH) for path in paths]
    folders = [os.path.isdir(path) for path in paths]
    mount("tmpfs", STAGE, "tmpfs", _MS_NOSUID | _MS_NODEV, "mode=0755,size=1m")
    places: list[str] = []
    for number, (handle, folder) in enumerate(zip(handles, folders, strict=True)):
        place = f"{STAGE}/{number}"
        if folder:
            os.mkdir(place, 0o755)
        else:
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o644))
        mount(f"/proc/self/fd/{handle}", place, None, _MS_BIND)
        os.close(handle)
        places.append(place)
    os.chdir("/")
    return places


def _become(uid: int) -> None:
    """Give up root for good: no groups, no capabilities, no way back."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def limit(limits: dict[str, int]) -> None:
    """Set resource limits by name, none above what this process has. They cannot be raised again."""
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as stream:
        stream.write(text)


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """mount(2). Raises ``OSError``."""
    texts = [None if text is None else text.encode() for text in (source, target, kind, options)]
    call("mount", texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])


def call(name: str, *arguments: Any) -> None:
    """A call of the C library that returns 0 when all is well. Raises ``OSError``."""
    if getattr(_LIBC, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


if __name__ == "__main__":
    main()
