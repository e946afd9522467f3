"""Installs what a clone needs: `python tools/setup.py [--tests] [--bench]`. Uses only Python's own library.

Each step leaves a stamp, the digest of what it was made from, and is skipped while the stamp is current.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUNTIME = ROOT / ".runtime"
PEERS = ROOT / ".bench"
NODE_MODULES = ROOT / "node_modules"
FRONT_END_FILES = ["package.json", "package-lock.json", ".npmrc"]
PORTAL_PACKAGES = {"bubblewrap": lambda: shutil.which("bwrap")}
SUITE_PACKAGES = {
    "postgresql": lambda: shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    "redis-server": lambda: shutil.which("redis-server"),
    "bubblewrap": lambda: shutil.which("bwrap"),
    "chromium": lambda: shutil.which("chromium"),
}


class Stop(Exception):
    """A step cannot be done; the message is one sentence with the remedy."""


class Postponed(Exception):
    """A step that the portal can start without; the message says what mends it."""


class Step:
    """One thing to install: `work` runs unless `stamp` holds the digest of the files it was `made_from`."""

    def __init__(self, title, stamp, made_from, work):
        self.title, self.stamp, self.work = title, stamp, work
        contents = [(ROOT / name).read_bytes() for name in made_from]
        version = ".".join(map(str, sys.version_info[:3]))
        self.digest = hashlib.sha256(b"\0".join([version.encode(), os.fsencode(ROOT), *contents])).hexdigest()

    def is_current(self):
        return self.stamp.exists() and self.stamp.read_text() == self.digest

    def run(self):
        self.work()
        self.stamp.write_text(self.digest)


class PackagesStep:
    """Debian packages, each known by what it brings; those missing are installed, where apt and a right to it exist."""

    def __init__(self, title, packages, failure):
        self.title, self.packages, self.failure = title, packages, failure

    def missing(self):
        return [name for name, is_there in self.packages.items() if not is_there()]

    def is_current(self):
        return not self.missing()

    def run(self):
        apt = apt_command()
        trouble = ""
        if apt:
            try:
                call([*apt, "update"])
                call([*apt, "install", "-y", "--no-install-recommends", *self.missing()])
            except Stop as error:
                trouble = f"\n{error}"
        names = " ".join(self.missing())
        if names:
            raise self.failure(f"missing on this machine: {names}; install with: sudo apt-get install {names}{trouble}")


def apt_command():
    """apt-get as we may call it here, or None."""
    if not shutil.which("apt-get"):
        return None
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=120"]
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive", *apt]
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", "DEBIAN_FRONTEND=noninteractive", *apt]
    return None


def call(command):
    """Run one installer quietly; its last lines are the message when it fails."""
    environment = {**os.environ, "UV_NO_PROGRESS": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        lines = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise Stop(f"`{' '.join(str(part) for part in command[:4])} …` failed:\n{lines}")


def uv(command, requirements, python):
    """Bring an environment to its locked requirements, compiled: many short processes start from it, some in a box that
    cannot write."""
    call(
        [
            VENV / "bin" / "uv",
            "pip",
            command,
            "--python",
            python,
            "--require-hashes",
            "--compile-bytecode",
            *requirements,
        ]
    )


def make_venv():
    """Made anew when Python, the clone's place or the installer changed: its scripts hold absolute paths."""
    if not works(VENV) or (VENV / ".made").exists():
        call([sys.executable, "-m", "venv", "--clear", VENV])
    pip = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet"]
    call([*pip, "--require-hashes", "-r", "requirements-setup.txt"])


def install_portal():
    uv("install", ["-r", "requirements.txt"], python=VENV / "bin" / "python")


def install_suite():
    uv("sync", ["requirements-dev.txt"], python=VENV / "bin" / "python")


def make_runtime():
    """The learners' environment: the portal's Python, none of its packages."""
    make_environment(RUNTIME, "requirements-runtime.txt")


def make_peers():
    """What the benchmark compares the grading engine with."""
    make_environment(PEERS, "requirements-bench.txt")


def make_environment(place, requirements):
    if not works(place):
        call([sys.executable, "-m", "venv", "--clear", "--without-pip", place])
    uv("sync", [requirements], python=place / "bin" / "python")


def install_front_end():
    if not shutil.which("npm"):
        raise Stop("npm was not found; install Node.js 18 or newer with npm (Debian: apt-get install nodejs npm).")
    call(["npm", "ci", "--ignore-scripts", "--no-progress"])


def works(environment):
    python = environment / "bin" / "python"
    return python.exists() and subprocess.run([python, "-c", ""], check=False).returncode == 0


def check_python():
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        raise Stop(f"Python's venv module is missing; install it (Debian: apt-get install {package}).") from None


def steps(tests, bench):
    """What to install: first the step that all need, then those that can go side by side."""
    portal = Step("Portal's packages", VENV / ".portal", ["requirements.txt"], install_portal)
    suite = Step("Suite's packages", VENV / ".suite", ["requirements.txt", "requirements-dev.txt"], install_suite)
    debian = (
        PackagesStep("PostgreSQL, Redis, bubblewrap, Chromium", SUITE_PACKAGES, Stop)
        if tests
        else PackagesStep("bubblewrap", PORTAL_PACKAGES, Postponed)
    )
    return [
        Step("Python environment", VENV / ".made", ["requirements-setup.txt"], make_venv),
        suite if tests else portal,
        Step("Learners' packages", RUNTIME / ".made", ["requirements-runtime.txt"], make_runtime),
        Step("Front-end packages", NODE_MODULES / ".made", FRONT_END_FILES, install_front_end),
        debian,
        *([Step("Benchmark's peers", PEERS / ".made", ["requirements-bench.txt"], make_peers)] if bench else []),
    ]


def perform(step, place):
    """Do one step, telling when it starts and ends; returns its failure, or None."""
    if step.is_current():
        print(f"[{place}] {step.title}: ready", flush=True)
        return None
    print(f"[{place}] {step.title}: installing …", flush=True)
    started = time.monotonic()
    try:
        step.run()
    except Postponed as error:
        print(f"[{place}] {step.title}: {error}\n      The portal runs without it; checks wait.", flush=True)
    except Stop as error:
        return f"[{place}] {step.title}: {error}"
    else:
        print(f"[{place}] {step.title}: done in {time.monotonic() - started:.0f} s", flush=True)
    return None


def main():
    check_python()
    first, *others = steps(tests="--tests" in sys.argv[1:], bench="--bench" in sys.argv[1:])
    count = len(others) + 1
    failure = perform(first, f"1/{count}")
    if failure:
        raise Stop(failure)
    with ThreadPoolExecutor() as pool:
        places = (f"{number}/{count}" for number in range(2, count + 1))
        failures = [failure for failure in pool.map(perform, others, places) if failure]
    if failures:
        raise Stop("\n".join(failures))


if __name__ == "__main__":
    try:
        main()
    except Stop as error:
        sys.exit(f"Set-up stopped. {error}")
    except KeyboardInterrupt:
        sys.exit("Set-up stopped by Ctrl-C; run it again to go on.")
