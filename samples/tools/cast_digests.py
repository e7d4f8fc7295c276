"""What PyTorch's to(dtype) makes of many numbers, as SHA-256: the answers of CasterTest.

    python cast_digests.py > ../../converter-core/src/test/resources/dev/pt2st/convert/numeric/cast.csv

A line has: from, shift, low, to, how many finite numbers became infinite, SHA-256 of the little-endian result.

A series holds the bit patterns (i << shift) | low for all i that fit the type: every number of the small types, and
for the large ones those half way between two numbers of a smaller type (a tie) and the least bit beside them. Needs a
processor with AVX2: without it, and in the last elements of a tensor, PyTorch makes other NaNs.
"""
import hashlib
import numpy as np
import torch

SERIES = [("float8_e5m2", 0, 0), ("float8_e4m3fn", 0, 0), ("float8_e8m0fnu", 0, 0), ("float8_e4m3fnuz", 0, 0),
          ("float8_e5m2fnuz", 0, 0), ("float16", 0, 0), ("bfloat16", 0, 0),
          ("float32", 13, 0x1000), ("float32", 13, 0x1001), ("float32", 16, 0x7fff), ("float32", 16, 0x8000),
          ("float32", 16, 0x8001), ("float64", 42, 1 << 41), ("float64", 42, (1 << 41) + 1), ("float64", 45, 1 << 44),
          ("float64", 45, (1 << 44) + 1), ("float64", 45, (1 << 45) - 1), ("float64", 45, 0x10000000),
          ("float64", 45, 0x10000001), ("float64", 45, 0x30000000)]
WIDTH = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}

for name, shift, low in SERIES:
    dtype = getattr(torch, name)
    size = dtype.itemsize
    patterns = (np.arange(1 << 8 * size - shift, dtype=WIDTH[size]) << WIDTH[size](shift)) | WIDTH[size](low)
    numbers = torch.from_numpy(patterns.view(np.uint8)).view(dtype)
    for to in (torch.float16, torch.bfloat16, torch.float32):
        if to == dtype:
            continue
        cast = numbers.to(to)
        overflows = int((torch.isfinite(numbers.double()) & torch.isinf(cast.float())).sum())
        digest = hashlib.sha256(cast.view(torch.uint8).numpy().tobytes()).hexdigest()
        print(f"{dtype}, {shift}, {low}, {to}, {overflows}, {digest}")
