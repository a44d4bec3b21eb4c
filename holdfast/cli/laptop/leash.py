"""What happens in a child between fork and exec: it is tied to its parent's life and, where asked, gives up being root.

Linux does the tying itself (a signal when the parent dies, however it dies); elsewhere the notes of `leftovers` do.
"""

import ctypes
import os
import sys
from collections.abc import Callable

from msgspec import Struct

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


class Account(Struct, frozen=True):
    """The user a child becomes: numeric ids. With `passage` it keeps the right to walk through closed folders."""

    user: int
    group: int
    passage: bool = False


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilitySets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def leash(death_signal: int, account: Account | None) -> Callable[[], None]:
    """What `subprocess.Popen(preexec_fn=…)` shall call in the child.

    `death_signal` is what the child gets when this process dies. `account` is for a root who starts a program that
    refuses to be root. Everything is looked up here, before the fork: after it, only system calls are safe.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def tie() -> None:
        if account is not None:
            _become(account, libc)
        if libc is not None:
            # After the change of user, which would have cleared it.
            libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return tie


def _become(account: Account, libc: ctypes.CDLL | None) -> None:
    keeping = libc if account.passage else None
    if keeping is not None:
        keeping.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
        # Without this bit access(2), which PostgreSQL asks about its own programs, would not count what is kept.
        keeping.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(account.group)
    os.setuid(account.user)
    if keeping is not None:
        _keep_passage(keeping)


def _keep_passage(libc: ctypes.CDLL) -> None:
    """Keeps the right to pass what file permissions close (a checkout in a closed home) and no other right of root's.

    So nobody's folders need opening to the world. Where the kernel refuses, the account goes without, and whoever
    starts the program finds out whether that was enough.
    """
    bit = 1 << _CAP_DAC_OVERRIDE
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    sets = (_CapabilitySets * 2)()
    sets[0] = _CapabilitySets(bit, bit, bit)
    libc.capset(ctypes.byref(header), sets)
    libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)
