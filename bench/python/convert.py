"""Converts a checkpoint as PyTorch and safetensors do: python convert.py [--mmap] IN OUT."""

import sys

import torch
from safetensors.torch import save_file

mapped = sys.argv[1] == "--mmap"
source, target = sys.argv[1 + mapped :]
save_file(torch.load(source, mmap=mapped, weights_only=True), target, metadata={"format": "pt"})
