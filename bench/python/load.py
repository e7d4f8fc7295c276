"""Times one way to load a checkpoint: load.py WAY FILE CACHE, in seconds, without the imports.

Prints the time of the call, and of the call with one look at each page of the tensors.
"""

import sys
import time

import torch


def loader(way, cache):
    if way == "torch.load, mmap":
        return lambda file: torch.load(file, weights_only=True, mmap=True)
    if way == "torch.load":
        return lambda file: torch.load(file, weights_only=True)
    import pt2st
    import safetensors.torch  # noqa: F401  imported by the call otherwise

    return lambda file: pt2st.load(file, cache=cache)


def main():
    way, file, cache = sys.argv[1:]
    load = loader(way, cache)
    began = time.perf_counter()
    tensors = load(file)
    called = time.perf_counter() - began
    for tensor in tensors.values():
        tensor.reshape(-1).view(torch.uint8)[::4096].sum()
    print(f"{called:.4f} {time.perf_counter() - began:.4f}")


if __name__ == "__main__":
    main()
