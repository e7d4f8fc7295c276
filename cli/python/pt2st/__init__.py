"""Converts PyTorch checkpoints to safetensors without running anything in them.

A checkpoint is a pickle, and to load one can run any code. The functions here read it as data: they
start the program ``pt2st`` that this package brings, and give back what it says.

>>> import pt2st
>>> tensors = pt2st.load("model.pt")                    # in place of torch.load
>>> pt2st.convert("model.pt", "model.safetensors").tensor_count
5
>>> [report.verdict for report in pt2st.scan("models")]
['safe', 'dangerous']
"""

from ._commands import checksum, convert, inspect, scan, verify
from ._errors import (
    CacheTooSmall,
    Different,
    Error,
    Failed,
    LimitExceeded,
    Malformed,
    Refused,
    Unsupported,
    WrongUsage,
)
from ._load import cached, load
from ._reports import (
    Call,
    Conversion,
    Finding,
    FoundGlobal,
    Inspection,
    RefusedGlobal,
    Report,
    TensorInfo,
    Verification,
)
from ._version import __version__

__all__ = [
    "CacheTooSmall",
    "Call",
    "Conversion",
    "Different",
    "Error",
    "Failed",
    "Finding",
    "FoundGlobal",
    "Inspection",
    "LimitExceeded",
    "Malformed",
    "Refused",
    "RefusedGlobal",
    "Report",
    "TensorInfo",
    "Unsupported",
    "Verification",
    "WrongUsage",
    "__version__",
    "cached",
    "checksum",
    "convert",
    "inspect",
    "load",
    "scan",
    "verify",
]
