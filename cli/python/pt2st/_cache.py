"""A folder of converted files, each found by the content that it was made from.

Below the folder are

- ``files/KEY/``: ``model.safetensors`` and ``entry.json``, which says how large that has to be;
- ``known/``: what the SHA-256 of a file was that looked so from outside, to not read it again;
- ``locks/``: empty files that processes lock, one for each key;
- ``making/``: what is being made. It gets its name in ``files`` when it is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Optional, Union

from ._errors import CacheTooSmall
from ._locks import locked

#: In the name of the folder: another layout gets another.
_LAYOUT = "v1"

_STANDARD_SIZE = "50GB"
_SIZE = re.compile(r"(\d+)\s*([kMGT]i?)?B?", re.IGNORECASE)
_FACTORS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_BINARY = {"ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}

#: A file that changed so shortly before it was read could change again and look the same.
_RACY_NS = 2_000_000_000

#: After so long nobody makes anything any more: what is left of it may go.
_ABANDONED_S = 24 * 3600


def size_of(text: Union[str, int]) -> int:
    """The number of bytes that a text such as ``"20GB"`` stands for."""
    if isinstance(text, int) and not isinstance(text, bool) and text >= 0:
        return text
    match = _SIZE.fullmatch(str(text).strip())
    if match is None:
        raise ValueError(f"{text!r} is not a size: write it as 20GB, 500MB or 10GiB")
    unit = (match[2] or "").lower()
    return int(match[1]) * {**_FACTORS, **_BINARY}[unit]


def standard_folder() -> Path:
    """``PT2ST_CACHE``, or ``pt2st`` in the user's folder for caches."""
    if named := os.environ.get("PT2ST_CACHE"):
        return Path(named)
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pt2st"


class Entry:
    """A converted file in the cache."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.file = folder / "model.safetensors"
        self._facts = folder / "entry.json"

    def is_whole(self) -> bool:
        try:
            facts = json.loads(self._facts.read_text("utf-8"))
            return bool(self.file.stat().st_size == facts["bytes"])
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def complete(self, report: Mapping[str, Any]) -> None:
        facts = {"bytes": self.file.stat().st_size, "report": dict(report)}
        self._facts.write_text(json.dumps(facts), "utf-8")

    def touch(self) -> None:
        """Says that it was used now. In a cache that cannot be written to nothing is evicted."""
        with contextlib.suppress(OSError):
            os.utime(self._facts)

    def last_use(self) -> float:
        try:
            return self._facts.stat().st_mtime
        except OSError:
            return 0.0

    def bytes(self) -> int:
        total = 0
        for path in (self.file, self._facts):
            with contextlib.suppress(OSError):
                total += path.stat().st_size
        return total


class Cache:
    """A cache in a folder, which several processes may share.

    :param folder: where; without one :func:`standard_folder`
    :param max_size: how many bytes all files in it may take together; without one what
        ``PT2ST_CACHE_MAX_SIZE`` says, or 50 GB
    """

    def __init__(
        self,
        folder: Optional[Union[str, "os.PathLike[str]"]] = None,
        max_size: Optional[Union[str, int]] = None,
    ):
        self.folder = Path(standard_folder() if folder is None else folder)
        if max_size is None:
            max_size = os.environ.get("PT2ST_CACHE_MAX_SIZE") or _STANDARD_SIZE
        self.max_size = size_of(max_size)
        self._top = self.folder / _LAYOUT

    @contextlib.contextmanager
    def entry(self, key: str, make: Callable[[Path], Mapping[str, Any]]) -> Iterator[Path]:
        """Gives the file of a key, and keeps it from eviction while the block runs.

        :param make: writes the file under the name that it is given, and returns the report
        """
        for folder in ("files", "known", "locks", "making"):
            (self._top / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        entry = Entry(self._top / "files" / key)
        lock = self._lock(key)
        while True:
            with locked(lock, shared=True):
                if entry.is_whole():
                    entry.touch()
                    yield entry.file
                    return
            with locked(lock):
                if not entry.is_whole():
                    self._make(entry, make)

    def _make(self, entry: Entry, make: Callable[[Path], Mapping[str, Any]]) -> None:
        with tempfile.TemporaryDirectory(dir=self._top / "making") as work:
            made = Entry(Path(work) / "entry")
            made.folder.mkdir()
            made.complete(make(made.file))
            size = made.bytes()
            if size > self.max_size:
                raise CacheTooSmall(
                    f"the converted file has {size} bytes, and the cache {self.folder} may have "
                    f"{self.max_size} in all: allow more with max_size or PT2ST_CACHE_MAX_SIZE"
                )
            with self._alone():
                self._evict(self.max_size - size)
                shutil.rmtree(entry.folder, ignore_errors=True)  # one that was damaged
                os.rename(made.folder, entry.folder)

    def _alone(self) -> contextlib.AbstractContextManager[bool]:
        """So that two that need room do not both count on the same."""
        return locked(self._top / "locks" / "room")

    def entries(self) -> list[Entry]:
        """All that are there, the least recently used first."""
        with contextlib.suppress(FileNotFoundError):
            found = [Entry(path) for path in (self._top / "files").iterdir()]
            return sorted(found, key=Entry.last_use)
        return []

    def size(self) -> int:
        return sum(entry.bytes() for entry in self.entries())

    def shrink(self) -> int:
        """Removes what was not used for longest until the cache is small enough.

        :return: how many bytes it has then; more than allowed if some are being used
        """
        if not self._top.is_dir():
            return 0
        with self._alone():
            return self._evict(self.max_size)

    def _evict(self, room: int) -> int:
        """Removes entries until no more than ``room`` is taken; what is being used stays."""
        self._remove_abandoned()
        entries = self.entries()
        taken = sum(entry.bytes() for entry in entries)
        for entry in entries:
            if taken <= room:
                break
            size = entry.bytes()
            lock = self._lock(entry.folder.name)
            with locked(lock, wait=False) as free:
                if free:
                    shutil.rmtree(entry.folder, ignore_errors=True)
                    taken -= size
                    with contextlib.suppress(OSError):
                        lock.unlink()
        return taken

    def _remove_abandoned(self) -> None:
        """What processes left that were killed, and what was known of files that may be gone."""
        for folder, age in (("making", _ABANDONED_S), ("known", 90 * _ABANDONED_S)):
            with contextlib.suppress(OSError):
                for path in (self._top / folder).iterdir():
                    with contextlib.suppress(OSError):
                        if time.time() - path.stat().st_mtime > age:
                            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _lock(self, key: str) -> Path:
        return self._top / "locks" / key

    def digest(self, path: Path) -> tuple[str, os.stat_result]:
        """The SHA-256 of a file, read only if it may have changed, and what it looked like."""
        with open(path, "rb") as file:
            seen = os.fstat(file.fileno())
            marks = _marks(path, seen)
            known = self._top / "known" / hashlib.sha256(marks.encode()).hexdigest()
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                fact = json.loads(known.read_text("utf-8"))
                if fact["marks"] == marks:
                    return str(fact["sha256"]), seen
            began = time.time_ns()
            digest = hashlib.sha256()
            buffer = memoryview(bytearray(1 << 20))
            while count := file.readinto(buffer):
                digest.update(buffer[:count])
            after = os.fstat(file.fileno())
        found = digest.hexdigest()
        newest = max(seen.st_mtime_ns, seen.st_ctime_ns)
        if _marks(path, after) == marks and newest + _RACY_NS < began:
            with contextlib.suppress(OSError):
                known.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write_whole(known, json.dumps({"marks": marks, "sha256": found}))
        return found, after


def is_same(path: Path, seen: os.stat_result) -> bool:
    """Whether a file still looks as it did."""
    return _marks(path, os.stat(path)) == _marks(path, seen)


def _marks(path: Path, status: os.stat_result) -> str:
    """What changes whenever the content of a file does. The time of the inode cannot be set."""
    return json.dumps(
        [
            os.path.realpath(path),
            status.st_dev,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
        ]
    )


def _write_whole(path: Path, text: str) -> None:
    fd, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
