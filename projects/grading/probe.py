"""What isolation this machine offers, found by building a box and looking at it from inside."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from dataclasses import dataclass, field
from typing import Any

from . import seccomp
from .box import BoxSpec, start_box
from .boxed.job import write_job
from .errors import BoxUnavailable
from .limits import FUNCTION
from .runtime import Runtime, find_runtime

_REMEDIES = (
    ("apparmor", "Allow bubblewrap user namespaces: add an AppArmor profile for bwrap with the userns permission."),
    ("Operation not permitted", "Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, or start the "
     "container with permission to create them."),
    ("No space left", "Raise the limit: sysctl user.max_user_namespaces=10000."),
    ("Permission denied", "Make the learners' environment and its Python readable, or start the worker as root."),
)  # fmt: skip


@dataclass(frozen=True)
class BoxReport:
    """Whether boxes can be built here; if not, why and what to do about it."""

    available: bool
    reason: str
    remedy: str
    details: dict[str, Any] = field(default_factory=dict)


def probe_box() -> BoxReport:
    """Build one empty box (about 0.1 s). Never raises for a machine that cannot."""
    details: dict[str, Any] = {
        "bwrap": shutil.which("bwrap") or "",
        "machine": platform.machine(),
        "seccomp": seccomp.supported(),
        "root": os.getuid() == 0,
    }
    try:
        runtime = find_runtime()
        details.update(runtime=str(runtime.root), python=str(runtime.python.resolve()), compiled=runtime.is_compiled)
        said = _say_hello(runtime)
    except BoxUnavailable as error:
        return BoxReport(False, error.reason, error.remedy, details)
    except OSError as error:
        return BoxReport(False, f"The box could not be started: {error}.", "Check the worker's permissions.", details)
    if said == b"hello":
        details["slow_imports"] = not runtime.is_compiled
        remedy = (
            "" if runtime.is_compiled else "Imports are slow: compile the runtime with uv pip sync --compile-bytecode."
        )
        return BoxReport(True, "", remedy, details)
    words = said.decode("utf-8", "replace").strip()[-500:]
    remedy = next(
        (text for sign, text in _REMEDIES if sign.lower() in words.lower()), "Install bubblewrap 0.8 or later."
    )
    return BoxReport(False, f"A box could not be built: {words or 'no reason given'}.", remedy, details)


def _say_hello(runtime: Runtime) -> bytes:
    """What a box running the ``hello`` module says, or why it could not."""
    with tempfile.TemporaryFile() as job, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        write_job(job, {}, {})
        job.seek(0)
        box = start_box(BoxSpec("archive", "hello", FUNCTION), runtime, job.fileno(), out.fileno(), err.fileno())
        if not box.wait(20):
            box.kill()
            box.wait(20)
        for stream in (out, err):
            stream.seek(0)
        return out.read(4096).strip() or err.read(4096)
