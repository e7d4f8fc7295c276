"""``load``, in place of ``torch.load``."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Mapping, Optional, Union

from ._cache import Cache, is_same
from ._commands import Option, convert
from ._errors import Failed
from ._program import StrPath, word
from ._version import __version__

if TYPE_CHECKING:
    import torch

#: What changes nothing in the tensors, or belongs to a file that somebody keeps.
_NOT_FOR_A_CACHE = frozenset(
    {
        *("out", "overwrite", "force", "max_shard_size", "sidecar", "dry_run", "fsync", "tag"),
        *("attest", "attest_key", "attest_tensors"),
    }
)

#: What the program reads from elsewhere; a path would lose one of the slashes.
_ADDRESS = re.compile(r"(?:hf|https?|s3)://")


def load(
    path: StrPath,
    map_location: Any = "cpu",
    *,
    weights_only: bool = True,
    mmap: Optional[bool] = None,
    cache: Optional[StrPath] = None,
    max_size: Optional[Union[str, int]] = None,
    **options: Option,
) -> Union[dict[str, torch.Tensor], Path]:
    """Loads the tensors of a checkpoint without running anything in it.

    The first call for a content converts it into the cache. Each later one, from any process, only
    maps what is there. What comes is what ``pt2st convert`` writes: the tensors of the model under
    their names, without an optimizer's state and without values that are not tensors.

    :param path: a checkpoint of any layout that ``pt2st convert`` reads, in one file
    :param map_location: the one device for all tensors, as ``safetensors.torch.load_file`` takes it
    :param weights_only: of no effect, for calls that were made for ``torch.load``: nothing is run
    :param mmap: of no effect: the file is always mapped
    :param cache: a folder in place of ``PT2ST_CACHE`` or the user's folder for caches
    :param max_size: how large the cache may be, such as ``"20GB"``, in place of
        ``PT2ST_CACHE_MAX_SIZE`` or 50 GB; what was not used for longest goes first
    :param options: those of :func:`convert` that choose tensors, such as ``root``, ``allow`` or ``cast``
    :return: the tensors; if torch or safetensors are not installed, the path of :func:`cached`
    :raises Refused: if the file calls what is not known to be data
    :raises OSError: if there is no such file, or it cannot be read
    """
    del weights_only, mmap
    device = _device(map_location)
    with _converted(path, cache, max_size, options) as file:
        if not (importlib.util.find_spec("torch") and importlib.util.find_spec("safetensors")):
            return file
        from safetensors.torch import load_file

        return dict(load_file(file, device=device))


def _device(map_location: Any) -> Union[str, int]:
    """The one device for all tensors, which is all that a file of tensors can be read to."""
    if map_location is None:
        return "cpu"
    if callable(map_location) or isinstance(map_location, Mapping):
        raise TypeError(
            "map_location is a function or a dict for torch.load alone: name one device here, such as "
            '"cpu" or "cuda:0"'
        )
    return map_location if isinstance(map_location, int) else str(map_location)


def cached(
    path: StrPath,
    *,
    cache: Optional[StrPath] = None,
    max_size: Optional[Union[str, int]] = None,
    **options: Option,
) -> Path:
    """The safetensors file of a checkpoint in the cache, converted if it is not there yet.

    The arguments are those of :func:`load`. The file is for reading only. It may be evicted once
    other files need its room, so open it soon, and ask again the next time.
    """
    with _converted(path, cache, max_size, options) as file:
        return file


@contextlib.contextmanager
def _converted(
    path: StrPath,
    cache: Optional[StrPath],
    max_size: Optional[Union[str, int]],
    options: dict[str, Option],
) -> Iterator[Path]:
    for option in _NOT_FOR_A_CACHE.intersection(options):
        raise TypeError(f"{option} makes no sense for a file in the cache; use pt2st.convert")
    if hasattr(path, "read"):
        raise TypeError("pt2st.load needs the path of a file, and not an open file")
    name = os.fsdecode(word(path))
    if _ADDRESS.match(name):
        raise ValueError(f"{name} is an address: fetch it with pt2st.convert, and load what that wrote")
    source = Path(name)
    if source.is_dir():
        raise IsADirectoryError(f"{source} is a folder: put it together with pt2st.convert")
    options = {name: _kept(value) for name, value in options.items()}
    folder = None if cache is None else os.fsdecode(cache)
    store = Cache(folder, max_size)
    content, seen = store.digest(source)

    def make(target: Path) -> Any:
        report = convert(source, target, **options).report
        if not is_same(source, seen):
            raise Failed(f"{source} was changed while it was read; load it again")
        return report

    with store.entry(_key(content, options), make) as file:
        yield file


def _key(content: str, options: dict[str, Option]) -> str:
    """A name for what comes out of a content with these options and this version."""
    chosen: dict[str, Any] = {}
    for name, value in options.items():
        if name == "policy":
            # What the file says counts, and not what it is called.
            value = hashlib.sha256(Path(os.fsdecode(value)).read_bytes()).hexdigest()  # type: ignore[arg-type]
        elif isinstance(value, (bytes, os.PathLike)):
            value = os.fsdecode(value)
        if value is not None and value is not False:
            chosen[name] = value
    made = json.dumps([content, chosen, __version__], sort_keys=True)
    return hashlib.sha256(made.encode()).hexdigest()


def _kept(value: Option) -> Any:
    """An option that is needed twice: what can be gone through once only becomes a list."""
    if value is None or isinstance(value, (bool, int, str, bytes, os.PathLike)):
        return value
    return dict(value) if isinstance(value, Mapping) else [str(item) for item in value]
