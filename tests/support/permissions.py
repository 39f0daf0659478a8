"""Being root without root's privilege to read and write every file: what belongs to somebody else is closed, what is root's is not."""

import ctypes
from contextlib import contextmanager

VERSION_3 = 0x20080522  # of the structures of capget(2)
OVERRIDES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def no_privileges():
    """Until the block ends, this thread may do what the owner of a file lets it do."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = _Header(VERSION_3, 0), (_Sets * 2)()
    _call(libc.capget, header, sets)
    before = sets[0].effective
    sets[0].effective = before & ~OVERRIDES
    _call(libc.capset, header, sets)
    try:
        yield
    finally:
        sets[0].effective = before
        _call(libc.capset, header, sets)


def _call(function, header, sets):
    if function(ctypes.byref(header), ctypes.byref(sets)):
        raise OSError(ctypes.get_errno(), "capabilities(7)")
