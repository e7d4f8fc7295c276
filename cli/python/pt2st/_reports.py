"""What the program says, as objects. Each has the whole JSON object as ``report``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping, Optional


@dataclass(frozen=True)
class TensorInfo:
    """A tensor as a header describes it."""

    name: str
    #: As safetensors names it, such as ``"BF16"``; of what it cannot hold, PyTorch's name.
    dtype: str
    shape: tuple[int, ...]
    bytes: int

    @classmethod
    def of(cls, json: Mapping[str, Any]) -> TensorInfo:
        return cls(json["name"], json["dtype"], tuple(json["shape"]), json["bytes"])


@dataclass(frozen=True)
class RefusedGlobal:
    """A class or function that was refused."""

    name: str
    #: The name as the file has it, such as one of Python 2.
    written: str
    #: ``"named"``, ``"instantiated"``, ``"changed"`` or ``"called"``.
    use: str
    #: Its call as Python would write it, cut off if it is long; empty if there is none.
    call: str
    #: What it can do, if it is known to run code; otherwise empty.
    danger: str
    entry: str
    offset: int

    @classmethod
    def of(cls, json: Mapping[str, Any]) -> RefusedGlobal:
        return cls(
            json["name"],
            json["written"],
            json["use"],
            json["call"],
            json["danger"],
            json["entry"],
            json["offset"],
        )


@dataclass(frozen=True)
class Conversion:
    """What a conversion wrote, or would write."""

    input: str
    output: Path
    #: The files: the output alone, or its shards.
    files: tuple[Path, ...]
    #: The index of the shards, if there are several.
    index: Optional[Path]
    layout: str
    #: The path of the part that was taken, and the rule by which it was.
    root: str
    root_rule: str
    tensor_count: int
    file_bytes: int
    tensors: tuple[TensorInfo, ...]
    metadata: Mapping[str, str]
    dry_run: bool
    report: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, json: Mapping[str, Any]) -> Conversion:
        index = json["index"]
        return cls(
            input=json["input"],
            output=Path(json["output"]),
            files=tuple(Path(each["file"]) for each in json["files"]),
            index=None if index is None else Path(index),
            layout=json["layout"],
            root=json["root"],
            root_rule=json["root_rule"],
            tensor_count=json["tensor_count"],
            file_bytes=json["file_bytes"],
            tensors=tuple(TensorInfo.of(each) for each in json["tensors"]),
            metadata=json["metadata"],
            dry_run=json["dry_run"],
            report=json,
        )


@dataclass(frozen=True)
class Verification:
    """That two models hold the same tensors, bit for bit."""

    input: str
    output: str
    tensor_count: int
    data_bytes: int
    report: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, json: Mapping[str, Any]) -> Verification:
        return cls(
            json["input"], json["output"], json["tensor_count"], json["data_bytes"], report=json
        )


@dataclass(frozen=True)
class Inspection:
    """What is in a file."""

    file: str
    layout: str
    file_bytes: int
    facts: Mapping[str, str]
    metadata: Mapping[str, str]
    tensors: tuple[TensorInfo, ...]
    #: ``path``, ``automatic``, ``tensors`` and ``bytes`` of each part that could be the root.
    roots: tuple[Mapping[str, Any], ...]
    #: ``name``, ``standing``, ``use``, ``entry`` and ``offset`` of each class and function.
    globals: tuple[Mapping[str, Any], ...]
    report: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def of(cls, json: Mapping[str, Any]) -> Inspection:
        return cls(
            file=json["file"],
            layout=json["layout"],
            file_bytes=json["file_bytes"],
            facts=json["facts"],
            metadata=json["metadata"],
            tensors=tuple(TensorInfo.of(each) for each in json["tensors"]),
            roots=tuple(json["roots"]),
            globals=tuple(json["globals"]),
            report=json,
        )


@dataclass(frozen=True)
class Call:
    """A call that an unpickler would do."""

    opcode: str
    offset: int
    #: As Python would write them, cut off if they are long.
    arguments: str


@dataclass(frozen=True)
class FoundGlobal:
    """A class or function that an unpickler would import."""

    name: str
    written: str
    use: str
    calls: tuple[Call, ...]

    @classmethod
    def of(cls, json: Optional[Mapping[str, Any]]) -> Optional[FoundGlobal]:
        if json is None:
            return None
        calls = tuple(
            Call(each["opcode"], each["offset"], each["arguments"]) for each in json["calls"]
        )
        return cls(json["name"], json["written"], json["use"], calls)


@dataclass(frozen=True)
class Finding:
    """One thing that was found in a file."""

    rule: str
    verdict: str
    message: str
    entry: Optional[str]
    offset: Optional[int]
    #: The class or function, if it is about one. (``global`` is a word of the language.)
    of_global: Optional[FoundGlobal]

    @classmethod
    def of(cls, json: Mapping[str, Any]) -> Finding:
        return cls(
            json["rule"],
            json["verdict"],
            json["message"],
            json["entry"],
            json["offset"],
            FoundGlobal.of(json["global"]),
        )


#: The verdicts with which a scan ends well; whatever is none of these does not.
_GOOD = frozenset({"safe", "no pickle", "accepted", "unrecognized"})


@dataclass(frozen=True)
class Report:
    """What a scan says of one file."""

    file: str
    #: ``"safe"``, ``"no pickle"``, ``"accepted"``, ``"unrecognized"``, ``"unknown"``,
    #: ``"malformed"``, ``"dangerous"`` or ``"unreadable"``.
    verdict: str
    kind: str
    pickles: int
    findings: tuple[Finding, ...]
    report: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether a scan of this file alone would end with exit code 0."""
        return self.verdict in _GOOD

    @classmethod
    def of(cls, json: Mapping[str, Any]) -> Report:
        return cls(
            json["file"],
            json["verdict"],
            json["kind"],
            json["pickles"],
            tuple(Finding.of(each) for each in json["findings"]),
            report=json,
        )
