"""A seccomp deny-list as a classic BPF program, assembled here so that nothing native needs installing.

Denied calls fail with EPERM, so that a probing library gets an error it understands; calls of a foreign ABI
(32-bit, x32) end the process. ``clone3`` fails with ENOSYS because its flags cannot be inspected: libc then
falls back to ``clone``, whose namespace flags are checked. Call numbers: the kernel's syscall tables.
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Collection
from dataclasses import dataclass

_LOAD, _JEQ, _JGE, _JSET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCH, _ARG0, _ARG1 = 0, 4, 16, 24
_X32_BIT = 0x40000000
_CLONE_NEW_ANY = 0x7E020080  # every CLONE_NEW* flag: time, mount, cgroup, uts, ipc, user, pid, net
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_OFD_LOCKS, _SETLEASE, _NOTIFY = (36, 37, 38), 1024, 1026  # fcntl's; SQLite needs its older locks, F_SETLK and F_GETLK
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6; there is no interface but loopback to reach

FOR_PARENTS = ("unshare", "setns", "mount")
"""What a warm parent needs to make boxes; its children are denied it again before they read their job."""

_DENIED = {
    # name: (x86_64, aarch64); None where the architecture has no such call
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "create_module": (174, None),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "uselib": (134, None),
    "personality": (135, 92),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "lookup_dcookie": (212, 18),
    "vhangup": (153, 58),
    "memfd_secret": (447, 447),
    # boxes share the files of the engine and the runtime: what one does to them another must not see
    "flock": (73, 32),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    # memory that no process has mapped is in no process's measure
    "memfd_create": (319, 279),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
}


@dataclass(frozen=True)
class _Machine:
    audit: int
    column: int
    clone: int
    clone3: int
    socket: int
    socketpair: int
    ioctl: int
    fcntl: int


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 0, clone=56, clone3=435, socket=41, socketpair=53, ioctl=16, fcntl=72),
    "aarch64": _Machine(0xC00000B7, 1, clone=220, clone3=435, socket=198, socketpair=199, ioctl=29, fcntl=25),
}


def supported(machine: str | None = None) -> bool:
    """Whether there is a filter for this machine (x86_64 and aarch64)."""
    return (machine or platform.machine()) in _MACHINES


def program(machine: str | None = None, allowed: Collection[str] = ()) -> bytes:
    """The filter for ``machine`` (default: this one) as the bytes of ``struct sock_filter`` entries.

    ``allowed`` names calls that a process of ours needs to make boxes. Raises ``KeyError`` for an architecture without a table.
    """
    name = machine or platform.machine()
    arch = _MACHINES[name]
    lines = [_op(_LOAD, _ARCH), _op(_JEQ, arch.audit, 1, 0), _op(_RETURN, _KILL), _op(_LOAD, _NUMBER)]
    if name == "x86_64":
        lines += [_op(_JGE, _X32_BIT, 0, 1), _op(_RETURN, _KILL)]
    for call, numbers in _DENIED.items():
        number = numbers[arch.column]
        if number is not None and call not in allowed:
            lines += [_op(_JEQ, number, 0, 1), _refuse(errno.EPERM)]
    lines += [_op(_JEQ, arch.clone3, 0, 1), _refuse(errno.ENOSYS)]
    lines += _when(arch.clone, [_op(_LOAD, _ARG0), _op(_JSET, _CLONE_NEW_ANY, 0, 1), _refuse(errno.EPERM)])
    for family in (arch.socket, arch.socketpair):
        lines += _when(family, _only_families())
    lines += _when(arch.ioctl, _without(_TIOCSTI, _TIOCLINUX))
    lines += _when(arch.fcntl, _without(*_OFD_LOCKS, _SETLEASE, _NOTIFY))
    return b"".join([*lines, _op(_RETURN, _ALLOW)])


def _only_families() -> list[bytes]:
    count = len(_FAMILIES)
    checks = [_op(_JEQ, family, count - n, 0) for n, family in enumerate(_FAMILIES)]
    return [_op(_LOAD, _ARG0), *checks, _refuse(errno.EAFNOSUPPORT)]


def _without(*commands: int) -> list[bytes]:
    """Refuses these values of a call's second argument."""
    return [_op(_LOAD, _ARG1), *(line for one in commands for line in (_op(_JEQ, one, 0, 1), _refuse(errno.EPERM)))]


def _when(number: int, body: list[bytes]) -> list[bytes]:
    """``body`` for one call number; it falls through to an allow, as the number is no longer loaded."""
    return [_op(_JEQ, number, 0, len(body) + 1), *body, _op(_RETURN, _ALLOW)]


def _refuse(code: int) -> bytes:
    return _op(_RETURN, _ERRNO | code)


def _op(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
