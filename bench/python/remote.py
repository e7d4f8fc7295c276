"""Makes the models that bench/remote reads: remote.py FOLDER, below which org/zip, org/legacy, org/many and org/small stand."""
import json
import pathlib
import sys

import torch

root = pathlib.Path(sys.argv[1]) / 'org'
noise = torch.randn(1 << 22, generator=torch.Generator().manual_seed(1))


def tensor(*shape):
    count = torch.Size(shape).numel()
    return noise.repeat(count // noise.numel() + 1)[:count].clone().reshape(shape)


def gpt2_medium():
    """The shapes of GPT-2 medium without its last norm: 290 tensors, 1.4 GB."""
    tensors = {'wte.weight': tensor(50257, 1024), 'wpe.weight': tensor(1024, 1024)}
    for layer in range(24):
        for name, rows, columns in (('attn.c_attn', 1024, 3072), ('attn.c_proj', 1024, 1024), ('mlp.c_fc', 1024, 4096), ('mlp.c_proj', 4096, 1024)):
            tensors[f'h.{layer}.{name}.weight'] = tensor(rows, columns)
            tensors[f'h.{layer}.{name}.bias'] = tensor(columns)
        for name in ('ln_1', 'ln_2'):
            tensors[f'h.{layer}.{name}.weight'] = tensor(1024)
            tensors[f'h.{layer}.{name}.bias'] = tensor(1024)
    return tensors


for name in ('zip', 'legacy', 'many', 'small'):
    (root / name).mkdir(parents=True, exist_ok=True)
model = gpt2_medium()
torch.save(model, root / 'zip/pytorch_model.bin')
torch.save(model, root / 'legacy/pytorch_model.bin', _use_new_zipfile_serialization=False)
torch.save({f'layer.{i}.weight': tensor(8) for i in range(50_000)}, root / 'many/pytorch_model.bin')
for i in range(200):
    folder = root / f'small/part{i // 20}'
    folder.mkdir(exist_ok=True)
    if i % 2:
        torch.save({'a': tensor(40, 40), 'b': tensor(7)}, folder / f'{i}.pt')
    else:
        (folder / f'{i}.json').write_text(json.dumps({'number': i, 'list': list(range(50))}))
