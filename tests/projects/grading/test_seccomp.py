"""The filter's program, run on calls as the kernel would run it. Which errors boxes get is tried in tests/attacks."""

import errno
import struct

import pytest

from projects.grading.seccomp import program

ALLOWED, KILLED, REFUSED = 0x7FFF0000, 0x80000000, 0x00050000
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NUMBERS = {
    "x86_64": {"read": 0, "fcntl": 72, "ioctl": 16, "socket": 41, "clone": 56, "clone3": 435, "mount": 165},
    "aarch64": {"read": 63, "fcntl": 25, "ioctl": 29, "socket": 198, "clone": 220, "clone3": 435, "mount": 40},
}
DENIED = {  # ptrace, process_vm_readv, unshare, setns, mount, bpf, perf, userfaultfd, io_uring, keyctl, flock, inotify
    "x86_64": (101, 310, 272, 308, 165, 321, 298, 323, 425, 426, 427, 248, 249, 250, 73, 253, 294),
    "aarch64": (117, 270, 97, 268, 40, 280, 241, 282, 425, 426, 427, 217, 218, 219, 32, 26),
}


def answer(machine, number, *arguments, audit=None, allowed=()):
    """What the filter says to one call."""
    padded = (*arguments, *[0] * (6 - len(arguments)))
    call = struct.pack("=iIQ6Q", number, audit or AUDIT[machine], 0, *padded)
    lines = list(struct.iter_unpack("=HBBI", program(machine, allowed)))
    loaded = at = 0
    while True:
        code, if_true, if_false, value = lines[at]
        at += 1
        if code == 0x06:
            return value
        if code == 0x20:
            (loaded,) = struct.unpack_from("=I", call, value)
        else:
            holds = {0x15: loaded == value, 0x35: loaded >= value, 0x45: bool(loaded & value)}[code]
            at += if_true if holds else if_false


@pytest.mark.parametrize("machine", AUDIT)
def test_denied_calls_get_eperm_and_others_pass(machine):
    assert {answer(machine, number) for number in DENIED[machine]} == {REFUSED | errno.EPERM}
    numbers = NUMBERS[machine]
    assert answer(machine, numbers["read"]) == ALLOWED
    assert answer(machine, numbers["mount"], allowed=("mount",)) == ALLOWED
    assert answer(machine, numbers["clone3"]) == REFUSED | errno.ENOSYS
    assert answer(machine, numbers["read"], audit=0x40000003) == KILLED


@pytest.mark.parametrize("machine", AUDIT)
def test_some_calls_are_denied_by_their_arguments(machine):
    numbers = NUMBERS[machine]
    for name, arguments, wanted in (
        ("fcntl", (0, 6), ALLOWED),  # F_SETLK, which SQLite needs
        ("fcntl", (0, 36), REFUSED | errno.EPERM),  # F_OFD_GETLK
        ("fcntl", (0, 38), REFUSED | errno.EPERM),
        ("fcntl", (0, 1024), REFUSED | errno.EPERM),  # F_SETLEASE
        ("fcntl", (0, 1026), REFUSED | errno.EPERM),  # F_NOTIFY
        ("ioctl", (0, 0x5401), ALLOWED),
        ("ioctl", (0, 0x5412), REFUSED | errno.EPERM),  # TIOCSTI
        ("ioctl", (0, 0x1_0000_541C), REFUSED | errno.EPERM),  # TIOCLINUX; the kernel ignores the upper half
        ("socket", (2,), ALLOWED),
        ("socket", (16,), REFUSED | errno.EAFNOSUPPORT),
        ("clone", (17,), ALLOWED),
        ("clone", (0x10000000 | 17,), REFUSED | errno.EPERM),
    ):
        assert answer(machine, numbers[name], *arguments) == wanted, (name, arguments)


def test_calls_of_the_foreign_x32_kind_end_the_process():
    assert answer("x86_64", 0x40000000 | 1) == KILLED
