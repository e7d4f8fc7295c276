"""The commands of the program as functions.

An option of a command is a keyword with underscores: ``max_shard_size="5GB"`` stands for
``--max-shard-size 5GB``, ``overwrite=True`` for ``--overwrite``, a list for the option once for each
item, and a mapping for ``KEY=VALUE``. ``None`` and ``False`` stand for nothing. An option that the
program does not know raises :class:`WrongUsage`.
"""

from __future__ import annotations

import json
from typing import Any, Iterable, Mapping, Optional, Union, cast

from ._errors import Error, Failed, error_of
from ._program import Ended, StrPath, run, word
from ._reports import Conversion, Inspection, Report, Verification

Option = Union[None, bool, int, str, StrPath, Iterable[Any], Mapping[str, str]]


def convert(src: StrPath, dst: Optional[StrPath] = None, **options: Option) -> Conversion:
    """Converts a checkpoint to a safetensors file, without running anything in it.

    :param src: the checkpoint, a folder that is one, a safetensors file or an index of shards
    :param dst: the file to write, or a folder for it; without one it is written beside ``src``
    :param options: those of ``pt2st convert``, such as ``root="all"``, ``cast="bf16"``,
        ``allow=["mylib.*"]``, ``overwrite=True``, ``verify=True`` or ``dry_run=True``
    :raises Refused: if the file calls what is not known to be data
    :raises Malformed: if it is damaged or no checkpoint
    :raises Error: if it fails otherwise
    """
    names = [word(src)] if dst is None else [word(src), word(dst)]
    return Conversion.of(_json("convert", names, options, {"json", "quiet", "out"}))


def verify(src: StrPath, dst: StrPath, **options: Option) -> Verification:
    """Compares two models bit for bit; either may be a checkpoint or a safetensors file.

    :param options: those of ``pt2st verify``, so those of the conversion
    :raises Different: if they differ; its ``differences`` say where
    """
    return Verification.of(_json("verify", [word(src), word(dst)], options, {"json", "quiet"}))


def inspect(path: StrPath, **options: Option) -> Inspection:
    """Tells what is in a file: tensors, parts, values, and the classes and functions it names.

    :raises Error: if the pickles cannot be read to their end; ``report`` has what was found
    """
    return Inspection.of(_json("inspect", [word(path)], options, {"json", "pickle"}))


def checksum(path: StrPath, **options: Option) -> str:
    """The SHA-256 of what a model holds, the same for each layout of it, in hexadecimal."""
    found = _json("checksum", [word(path)], options, {"json", "check", "quiet", "tensors"})
    return str(found["models"][0]["sha256"])


def scan(path: Union[StrPath, Iterable[StrPath]], **options: Option) -> list[Report]:
    """Tells of each file whether everything in it is known to be data, without running anything.

    A bad file raises nothing: its report says so. ``all(report.ok for report in pt2st.scan(p))`` is
    what the program's exit code says.

    :param path: a file, a folder (every file in it, whatever its name), or several of these
    :param options: those of ``pt2st scan``, such as ``full=True`` or ``exclude=["old/*"]``
    :raises Failed: if nothing was scanned
    """
    single = isinstance(path, (str, bytes)) or hasattr(path, "__fspath__")
    names = [word(each) for each in cast("Iterable[StrPath]", [path] if single else path)]
    if not names:
        return []
    own = {"format", "output", "quiet", "fail-on", "baseline"}
    ended = run(["scan", "--format", "json", *_words(options, own), *names])
    report = _parse(ended)
    if not report["files"] and ended.code != 0:
        raise Failed(ended.err, ended.code, report)
    return [Report.of(each) for each in report["files"]]


def _json(
    command: str, names: list[str], options: Mapping[str, Option], own: set[str]
) -> dict[str, Any]:
    ended = run([command, "--json", *_words(options, own), *names])
    report = _parse(ended)
    if ended.code == 0:
        return report
    raise _error(ended, report)


def _error(ended: Ended, report: Mapping[str, Any]) -> Error:
    """Commands have what went wrong at different places of their reports."""
    models = report.get("models") or [{}]
    for failure in (report, report.get("problem") or {}, models[0]):
        if "error" in failure:
            return error_of(failure, report)
    message = ended.err.splitlines()[-1] if ended.err else f"exit code {ended.code}"
    if ended.code == 4:
        return error_of({"error": message, "kind": "different", "exit_code": 4}, report)
    return Failed(message, ended.code, report)


def _parse(ended: Ended) -> dict[str, Any]:
    try:
        report = json.loads(ended.out)
    except ValueError:
        # It broke before it could say why in JSON.
        message = ended.err or f"the program ended with exit code {ended.code}"
        raise Failed(message, ended.code) from None
    if not isinstance(report, dict):
        raise Failed(f"the program printed no JSON object: {ended.out[:200]}", ended.code)
    return report


def _words(options: Mapping[str, Option], own: set[str]) -> list[str]:
    """The words of a command line for options.

    :raises TypeError: for an option that the function itself gives, or has no use for
    """
    words: list[str] = []
    for keyword, value in options.items():
        name = keyword.rstrip("_").replace("_", "-")
        if name in own:
            raise TypeError(f"{keyword} is not an option of this function")
        if value is None or value is False:
            continue
        if value is True:
            words.append(f"--{name}")
        elif isinstance(value, Mapping):
            words.extend(f"--{name}={key}={text}" for key, text in value.items())
        elif isinstance(value, (bool, int, str)):
            words.append(f"--{name}={value}")
        elif isinstance(value, bytes) or hasattr(value, "__fspath__"):
            words.append(f"--{name}={word(value)}")  # type: ignore[arg-type]
        else:
            words.extend(f"--{name}={item}" for item in value)
    return words
