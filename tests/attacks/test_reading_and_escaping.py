"""Attempts to see or touch what is outside the box. The attacking code reports what it managed; that must be nothing."""

import ctypes
import os
import socket
import threading
import time

import pytest

from projects.grading.engine import grade
from projects.grading.processes import tree
from tests.projects.grading.build import answer, bundle, by_id, check, hidden, work

PR_SET_CHILD_SUBREAPER = 36
pytestmark = pytest.mark.box

READING = r"""
import gc, glob, os, sys
token = "".join(["MARKER", "-of-", "the-hidden-test"])

def found():
    seen = []
    def look(where, text):
        if token in str(text):
            seen.append(where)
    look("environment", os.environ)
    frame = sys._getframe()
    while frame is not None:
        for key, value in list(frame.f_locals.items()) + list(frame.f_globals.items()):
            if key not in ("token", "frame", "text", "seen", "value"):
                look("frame " + key, repr(value)[:10**6])
        frame = frame.f_back
    for thing in gc.get_objects():
        if isinstance(thing, (list, dict, tuple)) and thing is not globals():
            for item in list(thing.values() if isinstance(thing, dict) else thing)[:1000]:
                if isinstance(item, str) and token in item and item is not token:
                    seen.append("gc")
    for pid in [p for p in os.listdir("/proc") if p.isdigit()]:
        for name in ("cmdline", "environ"):
            try:
                look(name, open(f"/proc/{pid}/{name}").read())
            except OSError:
                pass
        for fd in glob.glob(f"/proc/{pid}/fd/*"):
            try:
                target = os.readlink(fd)
                if target.startswith("/") and "null" not in target and "pts" not in target and "memfd" not in target:
                    seen.append(("fd", target))
            except OSError:
                pass
    for folder, folders, names in os.walk("/"):
        folders[:] = [f for f in folders if os.path.join(folder, f) not in ("/proc", "/usr", sys.prefix, sys.base_prefix)]
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and os.path.getsize(path) < 10**6:
                look(path, open(path, "rb").read().decode("latin1"))
    if not os.path.lexists("link.txt"):
        os.symlink("/etc/shadow", "link.txt")
        os.symlink("/proc/1/root/etc/passwd", "link2.txt")
    for path in ("link.txt", "link2.txt", "/root/.profile", "/home", "/var/log", "/etc/hostname"):
        try:
            seen.append((path, os.listdir(path) if os.path.isdir(path) and path != "/home" else open(path).read()[:20]))
        except OSError:
            pass
    return seen
"""

ESCAPING = r"""
import ctypes, errno, fcntl, os, resource, signal, socket, struct
libc = ctypes.CDLL(None, use_errno=True)

def attempts(tcp, name):
    won = []
    def call(what, number, *args):
        # Only the filter says EPERM here: without it each of these calls succeeds or finds another fault first.
        if libc.syscall(number, *args) >= 0:
            won.append(what)
        elif ctypes.get_errno() != errno.EPERM:
            won.append(f"{what}: {os.strerror(ctypes.get_errno())}")
    def refused(what, action):
        try:
            won.append(f"{what}: {action()}")
        except OSError as error:
            if error.errno != errno.EPERM:
                won.append(f"{what}: {error}")
    def tried(what, action):
        try:
            action()
            won.append(what)
        except (OSError, ValueError, OverflowError):
            pass
    def type_into_own_terminal():
        pid, terminal = os.forkpty()
        if pid == 0:
            try:
                fcntl.ioctl(0, 0x5412, b"x")
                os._exit(0)
            except OSError as error:
                os._exit(error.errno)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(terminal)
        if code:
            raise OSError(code, os.strerror(code))
    if os.uname().machine == "x86_64":
        call("unshare", 272, 0x10000000)
        call("clone userns", 56, 0x10000000 | 17, 0, 0, 0, 0)
        call("mount", 165, b"none", b"/nowhere", b"tmpfs", 0, 0)
        call("ptrace", 101, 16, 999999, 0, 0)
        call("process_vm_readv", 310, 1, 0, 0, 0, 0, 0)
        call("keyctl", 250, 0, 0, 0, 0, 0)
        call("bpf", 321, 0, 0, 0)
        call("io_uring", 425, 1, 0)
        call("userfaultfd", 323, 1)
        call("perf", 298, 0, 0, -1, -1, 0)
        call("inotify_init", 253)
        call("inotify_init1", 294, 0)
    shared, folder = os.open("/engine/grading/__init__.py", os.O_RDONLY), os.open("/engine/grading", os.O_RDONLY)
    own = os.open("mine", os.O_RDONLY | os.O_CREAT)
    refused("flock", lambda: fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB))
    for command in (36, 37, 38):
        refused(f"lock {command}", lambda: fcntl.fcntl(shared, command, struct.pack("hhqqi4x", 0, 0, 0, 0, 0)))
    refused("lease", lambda: fcntl.fcntl(own, 1024, fcntl.F_RDLCK))
    refused("dnotify", lambda: fcntl.fcntl(folder, 1026, 1))
    refused("tiocsti", type_into_own_terminal)
    tried("tcp", lambda: socket.create_connection(("127.0.0.1", tcp), 1))
    tried("metadata", lambda: socket.create_connection(("169.254.169.254", 80), 1))
    tried("dns", lambda: socket.getaddrinfo("example.org", 80))
    tried("abstract", lambda: socket.socket(socket.AF_UNIX).connect("\0" + name))
    for family in (16, 17, 38, 40):
        tried(f"family {family}", lambda: socket.socket(family, socket.SOCK_RAW, 0))
    tried("setuid", lambda: os.setuid(0))
    tried("setgroups", lambda: os.setgroups([0]))
    tried("rlimit", lambda: resource.setrlimit(resource.RLIMIT_NPROC, (4096, 4096)))
    tried("core_pattern", lambda: open("/proc/sys/kernel/core_pattern", "wb", 0).write(b"x"))
    tried("engine source", lambda: open("/engine/grading/x.py", "w"))
    tried("runtime", lambda: open(os.path.join(os.path.dirname(os.__file__), "sitecustomize.py"), "w"))
    tried("root", lambda: open("/x", "w"))
    tried("cgroup", lambda: os.listdir("/sys/fs/cgroup"))
    tried("oom", lambda: open("/proc/self/oom_score_adj", "wb", 0).write(b"-1000"))
    tried("device", lambda: os.mknod("dev", 0o20666, os.makedev(1, 1)))
    os.kill(1, signal.SIGKILL)
    others = [p for p in os.listdir("/proc") if p.isdigit() and int(p) not in (1, os.getpid())]
    return won + [open(f"/proc/{p}/cmdline").read() for p in others if "python" not in open(f"/proc/{p}/cmdline").read()]
"""


@pytest.fixture
def foster_parent():
    """Orphans of what this process starts stay below it."""
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    yield
    prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def namespaces():
    """The process namespaces of this process and all that live below it."""
    found = set()
    for pid in tree(os.getpid()):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
                is_dead = stream.read().rpartition(")")[2].split()[0] in "ZX"
            if not is_dead:
                found.add(os.readlink(f"/proc/{pid}/ns/pid"))
        except OSError:
            continue
    return found


def gone(spaces):
    """Whether the kernel has cleared these process namespaces; it does so within moments of a box's end."""
    until = time.monotonic() + 5
    while spaces & namespaces() and time.monotonic() < until:
        time.sleep(0.01)
    return not spaces & namespaces()


def test_hidden_tests_cannot_be_read():
    exercise = bundle(
        answer("found", "found = None"),
        check(
            "warm",
            "assert found() == [], found()\n" + hidden("marker = 'MARKER-of-the-hidden-test'\nassert found() == []"),
        ),
        check("again", "assert found() == [], str(found())"),
    )
    result = grade(exercise, work(found=READING), seed=1)
    assert result.verdict == "passed", [group.message for group in result.groups]


def test_nothing_outside_can_be_reached():
    heard = []
    name = f"grading-test-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind("\0" + name)
        unix.listen()
        for server in (tcp, unix):
            threading.Thread(target=_listen, args=(server, heard), daemon=True).start()
        exercise = bundle(
            answer("attempts", "attempts = None"),
            check("target", f"won = attempts({tcp.getsockname()[1]}, {name!r})\nassert won == [], won"),
        )
        result = grade(exercise, work(attempts=ESCAPING), seed=1)
        assert result.verdict == "passed", result.groups[0].message
        assert heard == []
        for server in (tcp, unix):
            server.shutdown(socket.SHUT_RDWR)


def _listen(server, heard):
    try:
        heard.append(server.accept())
    except OSError:
        return


def test_nothing_of_a_run_survives_it(foster_parent):
    exercise = bundle(answer("f", "f = 1"), check("target", "assert f() == 2, f()"))
    survivor = (
        "import os, signal, threading, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "def f():\n"
        "    if os.fork() == 0:\n"
        "        os.setsid()\n"
        "        if os.fork() == 0:\n"
        "            time.sleep(600)\n"
        "        os._exit(0)\n"
        "    return os.readlink('/proc/self/ns/pid')\n"
        "threading.Thread(target=time.sleep, args=(600,)).start()"
    )
    during = set()
    result = grade(exercise, work(f=survivor), seed=1, on_progress=lambda _: during.update(namespaces()))
    own = by_id(result)["target"].message.partition(": ")[2]
    assert own in during
    assert gone({own})


def test_a_run_leaves_nothing_on_disk():
    exercise = bundle(answer("f", "f = 1"), check("target", "assert f"), data__csv=b"a,b\n")
    before = set(os.listdir("/tmp"))
    grade(exercise, work(f="open('data.csv', 'a').write('x')\nopen('/tmp/left', 'w').write('x')\nf = 1"), seed=1)
    assert "left" not in os.listdir("/tmp")
    assert not {name for name in set(os.listdir("/tmp")) - before if "grad" in name}
    assert exercise.files["data.csv"] == b"a,b\n"
