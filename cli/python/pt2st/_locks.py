"""Locks between processes: a file that one of them has locked. A dead process holds none."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Iterator

if os.name == "nt":
    import msvcrt

    def _lock(fd: int, shared: bool, wait: bool) -> bool:
        # Windows locks bytes, and for one holder only: who shares waits as well.
        while True:
            try:
                os.lseek(fd, 0, os.SEEK_SET)
                msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
                return True
            except OSError:
                if not wait:
                    return False
                time.sleep(0.05)

else:
    import fcntl

    def _lock(fd: int, shared: bool, wait: bool) -> bool:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(fd, kind if wait else kind | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Holds a lock while the block runs, and gives whether it does: without ``wait`` it may not.

    Whoever holds it alone may remove the file: others then see that theirs is another, and take
    the lock anew.
    """
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            holds = _lock(fd, shared, wait)
            if holds and not _is_at(fd, path):
                continue
            yield holds
            return
        finally:
            os.close(fd)


def _is_at(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path))
    except FileNotFoundError:
        return False
