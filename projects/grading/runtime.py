"""The learners' environment: where it is, what it needs mounted, and the digest that names it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from .errors import BoxUnavailable

REPOSITORY = Path(__file__).resolve().parents[2]
LOCK = REPOSITORY / "requirements-runtime.txt"
ENGINE_SOURCE = Path(__file__).resolve().parent
MOUNT = "/runtime"


@dataclass(frozen=True)
class Runtime:
    """A virtual environment and the interpreter it stands on. Boxes see it at ``MOUNT``, wherever the host has it."""

    root: Path
    base: Path
    python: Path

    @property
    def binds(self) -> list[tuple[str, str]]:
        """(host path, path in the box) of every read-only mount the interpreter needs."""
        pairs = [(str(self.root), MOUNT)]
        if self.base != Path("/usr"):
            pairs.append((str(self.base), str(self.base)))
            pairs += [(path, path) for path in ("/usr/lib", "/usr/lib64") if os.path.isdir(path)]
        else:
            pairs.append(("/usr", "/usr"))
        pairs += [(path, path) for path in ("/usr/share/zoneinfo", "/etc/ld.so.cache") if os.path.exists(path)]
        pairs += [(path, path) for path in ("/lib", "/lib64") if os.path.isdir(path) and not os.path.islink(path)]
        return pairs

    @property
    def links(self) -> list[tuple[str, str]]:
        """(target, path) of the symlinks that a merged /usr has at the root."""
        names = ("/lib", "/lib64", "/bin")
        return [(os.readlink(name), name) for name in names if os.path.islink(name)]

    @property
    def is_compiled(self) -> bool:
        """Whether its packages have bytecode. Without it every run compiles them anew, which takes seconds."""
        packages = self.root / "lib"
        return any(packages.glob("python3.*/site-packages/numpy/__pycache__/__init__*.pyc"))


def find_runtime() -> Runtime:
    """The environment at ``GRADING_RUNTIME`` (default ``<repository>/.runtime``).

    Raises ``BoxUnavailable`` when there is none.
    """
    root = Path(os.environ.get("GRADING_RUNTIME") or REPOSITORY / ".runtime").absolute()
    python = root / "bin" / "python"
    if not python.exists():
        raise BoxUnavailable(f"The learners' environment is missing ({root}).", "Run: make setup")
    return Runtime(root=root, base=python.resolve().parent.parent, python=python)


def lock_digest() -> str:
    """SHA-256 of the runtime's lock file, in hexadecimal; of nothing when there is no lock file."""
    return hashlib.sha256(LOCK.read_bytes() if LOCK.exists() else b"").hexdigest()
