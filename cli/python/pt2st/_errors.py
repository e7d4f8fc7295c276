"""Why nothing came of it."""

from __future__ import annotations

from typing import Any, Mapping

from ._reports import RefusedGlobal


class Error(Exception):
    """What all errors of this package are.

    ``str()`` gives one sentence: the file, the place, what is wrong, and what can be done.
    """

    #: The program's exit code.
    exit_code: int
    #: The JSON object that the program printed; empty if it printed none.
    report: Mapping[str, Any]

    def __init__(self, message: str, exit_code: int = 1, report: Mapping[str, Any] | None = None):
        super().__init__(message)
        self.exit_code = exit_code
        self.report = {} if report is None else report

    def __reduce__(self) -> Any:
        return type(self), (str(self), self.exit_code, dict(self.report))


class Malformed(Error):
    """The bytes break a rule of their format: damaged, cut short, or not a checkpoint."""


class Unsupported(Error):
    """The file is in order, but its layout is not read."""


class Refused(Error):
    """The file is not known to be data, or ambiguous, or holds nothing for safetensors."""

    @property
    def globals(self) -> list[RefusedGlobal]:
        """The classes and functions that are not on the allowlist, if that is the reason."""
        return [RefusedGlobal.of(each) for each in self.report.get("refused_globals", [])]

    @property
    def is_attack(self) -> bool:
        """Whether a name is known to run code: no option accepts such a file."""
        return any(each.danger for each in self.globals)


class LimitExceeded(Refused):
    """The file asks for more work than a limit allows; the message names the option."""


class Different(Error):
    """A comparison found a difference."""

    @property
    def differences(self) -> list[Mapping[str, Any]]:
        """For each tensor: ``name``, ``difference``, and what was ``expected`` and ``found``."""
        return list(self.report.get("differences", []))


class Failed(Error):
    """A file is missing or already there, could not be read or written, or the program broke."""


class WrongUsage(Error):
    """An option is unknown, or has a value that makes no sense."""


class CacheTooSmall(Error):
    """A converted file is larger than the whole cache may be."""


_KINDS: Mapping[str, type[Error]] = {
    "malformed": Malformed,
    "unsupported": Unsupported,
    "refused": Refused,
    "limit": LimitExceeded,
    "different": Different,
    "io": Failed,
}


def error_of(failure: Mapping[str, Any], report: Mapping[str, Any]) -> Error:
    """The exception for a JSON object with ``error``, ``kind`` and ``exit_code``."""
    kind = _KINDS.get(str(failure.get("kind")), Failed)
    return kind(str(failure.get("error")), int(failure.get("exit_code", 1)), report)
