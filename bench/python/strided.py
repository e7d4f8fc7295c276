"""Times PyTorch's contiguous() on one thread: python strided.py CHECKPOINT OUT NAME WARM_UP ROUNDS.

The checkpoint is read into memory first, which is not timed. Prints rows of a table in Markdown.
"""

import os
import statistics
import sys
import time

import torch

source, target, name, warm_up, rounds = sys.argv[1:]
warm_up, rounds = int(warm_up), int(rounds)
torch.set_num_threads(1)
# Not mapped, so that the tensors are in plain memory, which is the best case for PyTorch.
tensors = list(torch.load(source, weights_only=True).values())
space = torch.empty(max(t.numel() for t in tensors), dtype=tensors[0].dtype)


def row(what, work):
    """Times and prints."""
    times = []
    for _ in range(warm_up + rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
        if os.path.exists(target):
            os.remove(target)
        os.sync()
    times = times[warm_up:]
    print(
        f"| PyTorch, {what} | {name} | {statistics.median(times):.2f} | ({min(times):.2f} to {max(times):.2f}) |",
        flush=True,
    )


def contiguous():
    """What safetensors asks of its caller, alone."""
    for tensor in tensors:
        # A plain contiguous() gives a contiguous tensor itself.
        tensor.clone(memory_format=torch.contiguous_format)


def into_place():
    """The same without fresh memory each time."""
    for tensor in tensors:
        space[: tensor.numel()].view(tensor.shape).copy_(tensor)


def contiguous_and_write():
    """And the bytes into a file."""
    with open(target, "wb", buffering=0) as file:
        for tensor in tensors:
            file.write(memoryview(tensor.contiguous().numpy()).cast("B"))


def into_place_and_write():
    """And the bytes into a file, without fresh memory."""
    with open(target, "wb", buffering=0) as file:
        for tensor in tensors:
            place = space[: tensor.numel()].view(tensor.shape)
            place.copy_(tensor)
            file.write(memoryview(place.numpy()).cast("B"))


row("memory to memory: contiguous()", contiguous)
row("memory to memory: copy_ into one buffer", into_place)
row("memory to file: contiguous(), write", contiguous_and_write)
row("memory to file: copy_ into one buffer, write", into_place_and_write)
