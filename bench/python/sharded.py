"""Merges a folder of PyTorch's distributed checkpoint as PyTorch and safetensors do: python sharded.py FOLDER OUT BETWEEN."""

import sys

import torch
from safetensors.torch import save_file
from torch.distributed.checkpoint.format_utils import dcp_to_torch_save

folder, target, between = sys.argv[1:]
dcp_to_torch_save(folder, between)
save_file(torch.load(between, mmap=True, weights_only=True), target, metadata={"format": "pt"})
