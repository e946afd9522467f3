"""`make run`: the whole portal on this machine, with a demo cohort, on SQLite and a private Redis, until Ctrl-C."""

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from honcho.manager import Manager
from honcho.process import Popen, Process

from tools.processes import (
    PYTHON,
    ROOT,
    NotStarted,
    Redis,
    as_shell,
    die_with_parent,
    port_is_free,
    portal_commands,
)


class Refused(Exception):
    """The portal cannot start; the message is one sentence with the remedy."""


class TiedPopen(Popen):
    """Its own process group, so that Ctrl-C reaches only the runner, but the runner's session: Linux weighs priorities
    (`nice`) only among the processes of one session."""

    def __init__(self, cmd, **kwargs):
        super().__init__(cmd, preexec_fn=self._in_the_child, start_new_session=False, **kwargs)

    @staticmethod
    def _in_the_child():
        os.setpgid(0, 0)
        die_with_parent()


class TiedProcess(Process):
    """A process of the portal that ends when the runner does, even when the runner is killed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._child_ctor = TiedPopen

    def run(self, events=None, ignore_signals=False):
        die_with_parent(signal.SIGKILL)
        super().run(events, ignore_signals)


class OnlyTheParent:
    """Asks a process to stop without signalling its children: gunicorn and Celery stop their own in good order."""

    def terminate(self, pid):
        self._send(os.kill, pid, signal.SIGTERM)

    def kill(self, pid):
        self._send(os.killpg, pid, signal.SIGKILL)

    def _send(self, send, pid, signum):
        try:
            send(pid, signum)
        except ProcessLookupError:
            pass


def read_port():
    text = os.environ.get("PORT", "8000")
    if not (text.isdigit() and 1024 <= int(text) <= 65535):
        raise Refused(f"PORT={text} is not a port from 1024 to 65535; say for example: PORT=8001 make run")
    return int(text)


def lock(var):
    """Hold `var` for this run; a second run of the same clone is told where the first one is."""
    handle = open(var / "run.lock", "a+")  # noqa: SIM115 - held open until the process ends
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        raise Refused(f"The portal of this clone is already running: {handle.read().strip()}.") from None
    return handle


def sign(handle, port):
    handle.truncate(0)
    handle.write(f"http://127.0.0.1:{port} (process {os.getpid()}; Ctrl-C in its terminal stops it)")
    handle.flush()


def demo_environment(var, port):
    defaults = {"DATABASE_URL": f"sqlite:///{var / 'lms.sqlite3'}"}
    ours = {
        "DEMO": "1",
        "VAR_DIR": str(var),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
        "CELERY_SKIP_CHECKS": "1",  # `migrate` ran Django's checks; a worker starts two seconds sooner without
        "PYTHONWARNINGS": "ignore::UserWarning:celery.platforms",  # the demo may run as root
        "DJANGO_SETTINGS_MODULE": "lms.settings",
    }
    return {**defaults, **os.environ, **ours}


def prepare(environment, var):
    """Bring the database up to date and load the demo cohort: safe to repeat, skipped while nothing of them changed."""
    stamp, made_from = var / "prepared", digest_of_preparation(environment)
    if (var / "lms.sqlite3").exists() and stamp.exists() and stamp.read_text() == made_from:
        return
    for title, command in [("Database", ["migrate", "--verbosity", "0"]), ("Demo cohort", ["load_demo"])]:
        print(f"{title} …", flush=True)
        done = subprocess.run([PYTHON, "manage.py", *command], cwd=ROOT, env=environment, check=False)
        if done.returncode:
            raise Refused(f"`manage.py {command[0]}` failed; its message is above.")
    stamp.write_text(made_from)


def digest_of_preparation(environment):
    """Of everything that the migrations and the demo cohort are made from."""
    digest = hashlib.sha256(environment["DATABASE_URL"].encode())
    patterns = ["*/migrations/*.py", "lms/*/migrations/*.py", "courses/library/**/*", "lms/portal/demo*/**/*"]
    patterns += ["lms/portal/demo*.py", "requirements.txt"]
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}):
        digest.update(f"{path}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def serve(environment, port):
    manager = Manager()
    manager._process_ctor = TiedProcess
    manager._procmgr = OnlyTheParent()
    for name, command in portal_commands(port).items():
        manager.add_process(name, as_shell(command), env=environment, cwd=str(ROOT))
    manager.loop()
    return manager.returncode


def interrupt(signum, frame):
    raise KeyboardInterrupt


def main():
    signal.signal(signal.SIGTERM, interrupt)
    port = read_port()
    var = Path(os.environ.get("VAR_DIR", ROOT / "var")).resolve()
    (var / "static").mkdir(parents=True, exist_ok=True)
    var.chmod(0o700)
    with lock(var) as handle:
        if not port_is_free(port):
            raise Refused(f"Port {port} is taken by another program; choose another: PORT={port + 1} make run")
        sign(handle, port)
        environment = demo_environment(var, port)
        redis = None
        try:
            if "REDIS_URL" not in environment:
                redis = Redis(var / "redis")
                redis.start()
                environment["REDIS_URL"] = redis.url()
            prepare(environment, var)
            return serve(environment, port)
        finally:
            if redis:
                redis.remove()


if __name__ == "__main__":
    try:
        code = main()
    except (Refused, NotStarted) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        code = 130
    sys.exit(0 if code in (130, 143) else code)
