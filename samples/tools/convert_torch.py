"""convert_torch.py IN OUT: what one writes with torch and safetensors; the root is taken as it is."""

import sys

import safetensors.torch
import torch

safetensors.torch.save_file(torch.load(sys.argv[1], weights_only=True, map_location="cpu"), sys.argv[2], {"format": "pt"})
