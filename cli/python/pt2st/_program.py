"""The program in this package: where it is, and how it is started."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, NoReturn, Optional, Sequence, Union

from ._errors import Failed, WrongUsage

StrPath = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]

_PROGRAM = Path(__file__).resolve().parent / "program"
_USAGE = 2

#: What stands in front of each message.
_NAME = re.compile(r"^pt2st: ", re.MULTILINE)

#: How long an interrupted program may take to remove what it has begun.
_SECONDS_TO_END = 30.0


class Ended(NamedTuple):
    """What a run came to."""

    code: int
    out: str
    #: What it said on stderr, each message without the name of the program.
    err: str


def command(arguments: Sequence[Union[str, bytes]]) -> Sequence[Union[str, bytes]]:
    """The command line that runs the program.

    :raises Failed: if this package was not installed from a wheel
    """
    launcher = _PROGRAM / "bin" / ("pt2st.cmd" if os.name == "nt" else "pt2st")
    if not launcher.is_file():
        raise Failed(f"the program is not in {_PROGRAM.parent}: install the wheel of pt2st")
    if os.name != "nt":
        # The launcher is a script, and named so it runs even if a tool has dropped its mode.
        return ["/bin/sh", str(launcher), *arguments]
    # cmd.exe would take arguments apart once more, so Windows gets what its launcher does.
    installed = _PROGRAM / "lib" / "pt2st"
    cache = installed / "pt2st.aot"
    return [
        str(installed / "runtime" / "bin" / "java.exe"),
        "-XX:-UsePerfData",
        "-XX:InitialRAMPercentage=10",
        "-XX:NewRatio=5",
        "-XX:+UseSerialGC",
        "--enable-native-access=dev.pt2st.app",
        f"-DZstdNativePath={installed / 'libzstd-jni.dll'}",
        "-Dstdout.encoding=UTF-8",
        "-Dstderr.encoding=UTF-8",
        *([f"-XX:AOTCache={cache}"] if cache.is_file() else []),
        "-Xlog:disable",
        "-Xlog:all=warning,aot*=off,cds*=off:stderr",
        *os.environ.get("PT2ST_JAVA_OPTS", "").split(),
        "-m",
        "dev.pt2st.app/dev.pt2st.cli.Main",
        *arguments,
    ]


def become(arguments: Sequence[str]) -> NoReturn:
    """Ends this process with the program in its place."""
    try:
        line = command(arguments)
    except Failed as e:
        sys.exit(f"pt2st: {e}")
    if os.name == "nt":
        sys.exit(subprocess.call(line))
    os.execv(line[0], list(line))


def word(name: StrPath) -> str:
    """A file's name as an argument: never an option, never standard input.

    :raises ValueError: if no argument can stand for it
    """
    raw = os.fsencode(name)
    if not raw:
        raise ValueError("the name of a file is empty")
    if b"\0" in raw:
        raise ValueError(f"{raw!r}: a name of a file has no zero byte")
    try:
        text = raw.decode("utf-8", "strict" if os.name != "nt" else "surrogatepass")
    except UnicodeDecodeError:
        raise ValueError(
            f"{raw!r}: the name is not UTF-8, and the program's Java cannot open it; rename the file"
        ) from None
    return f".{os.sep}{text}" if text.startswith("-") else text


def run(arguments: Sequence[str]) -> Ended:
    """Runs the program to its end.

    An exception in the meantime, such as ``KeyboardInterrupt``, ends the program first and waits
    until it has removed what it had begun.

    :raises WrongUsage: if it did not understand the arguments
    :raises Failed: if a signal ended it
    """
    # As bytes: Python might encode a text in the letters of the locale.
    words = arguments if os.name == "nt" else [each.encode() for each in arguments]
    with subprocess.Popen(
        command(words),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
    ) as process:
        try:
            out, err = process.communicate()
        except BaseException:
            _end(process)
            raise
    said = _NAME.sub("", err.decode("utf-8", "replace")).strip()
    if process.returncode == _USAGE:
        raise WrongUsage(said.splitlines()[0] if said else "wrong usage", _USAGE)
    if process.returncode < 0 or process.returncode > 128:
        raise Failed(
            f"the program was ended by a signal (exit code {process.returncode}): {said}".rstrip(
                ": "
            ),
            process.returncode,
        )
    return Ended(process.returncode, out.decode("utf-8"), said)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_SECONDS_TO_END)
    except BaseException:  # no end in time, or a second interrupt
        process.kill()
        process.wait()


def _environment() -> Optional[dict[str, str]]:
    """In a locale of other letters the program's Java would take UTF-8 in names for those."""
    environment = os.environ
    named = next(filter(None, map(environment.get, ("LC_ALL", "LC_CTYPE", "LANG"))), "C")
    # The launcher itself sees to the C locale.
    if os.name == "nt" or named in ("C", "POSIX") or "utf8" in named.lower().replace("-", ""):
        return None
    return {**environment, "LC_ALL": "C.UTF-8"}
