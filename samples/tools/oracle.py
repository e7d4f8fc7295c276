"""Reference answers, computed by PyTorch itself: what a correct conversion of a checkpoint holds.

expected(obj) follows the rules of a conversion on a live torch object; describe_safetensors reads a result back
with the reference safetensors library. Both give {name: {dtype, shape, sha256}}.
"""
import hashlib, json, struct, sys
import numpy as np
import torch

ROOT_KEYS = ["state_dict", "model_state_dict", "model_state", "model", "module", "params_ema", "params",
             "net", "network", "ema", "weights", "generator"]
DT = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
      torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8",
      torch.bool: "BOOL", torch.uint16: "U16", torch.uint32: "U32", torch.uint64: "U64",
      torch.complex64: "C64", torch.float8_e4m3fn: "F8_E4M3", torch.float8_e5m2: "F8_E5M2",
      torch.float8_e4m3fnuz: "F8_E4M3FNUZ", torch.float8_e5m2fnuz: "F8_E5M2FNUZ"}
if hasattr(torch, "float8_e8m0fnu"):
    DT[torch.float8_e8m0fnu] = "F8_E8M0"


class Unsupported(Exception):
    pass


def is_tensor(x):
    return isinstance(x, torch.Tensor) or (isinstance(x, np.ndarray) and x.dtype.kind in "fiubc")


def holds_tensor(x, seen=None):
    seen = seen or set()
    if id(x) in seen:
        return False
    seen.add(id(x))
    if is_tensor(x) or isinstance(x, torch.nn.Module):
        return True
    if isinstance(x, dict):
        return any(holds_tensor(v, seen) for v in x.values())
    if isinstance(x, (list, tuple)):
        return any(holds_tensor(v, seen) for v in x)
    return False


def is_training(x):
    """The state of an optimizer, or nothing but such."""
    if isinstance(x, dict) and "state" in x and "param_groups" in x:
        return True
    items = list(x.values()) if isinstance(x, dict) else list(x) if isinstance(x, (list, tuple)) else []
    held = [v for v in items if holds_tensor(v)]
    return bool(held) and all(is_training(v) for v in held)


def is_part(x):
    return isinstance(x, (dict, torch.nn.Module)) and holds_tensor(x)


def count(x):
    if isinstance(x, torch.nn.Module):
        return len(x.state_dict())
    items = x.values() if isinstance(x, dict) else x if isinstance(x, (list, tuple)) else []
    return sum(1 if is_tensor(v) else count(v) for v in items)


def known(x, direct=0):
    for k in ROOT_KEYS:
        if k in x and is_part(x[k]) and not is_training(x[k]) and count(x[k]) > direct:
            return k
    return None


def root(x):
    if isinstance(x, torch.nn.Module):
        return dict(x.state_dict())
    if not isinstance(x, dict):
        return x
    direct = sum(is_tensor(v) for v in x.values())
    k = known(x, direct)
    if k is not None:
        return root(x[k])
    if is_training(x):
        return x
    if not direct and len(x) > 1:
        parts = [v for v in x.values() if is_part(v) and not is_training(v)]
        if len(parts) == 1 and (isinstance(parts[0], torch.nn.Module) or any(is_tensor(v) for v in parts[0].values()) or known(parts[0])):
            return root(parts[0])
    return {k: v for k, v in x.items() if not (holds_tensor(v) and is_training(v))}


def tensor_bytes(t):
    if isinstance(t, np.ndarray):
        t = torch.from_numpy(np.asarray(t, order="C").astype(t.dtype.newbyteorder("="), copy=False))
    t = t.detach()
    if t.is_quantized or t.layout is not torch.strided or t.device.type == "meta" or t.is_nested:
        raise Unsupported(str(t.layout))
    if t.dtype not in DT:
        raise Unsupported(str(t.dtype))
    t = t.resolve_conj().resolve_neg().clone(memory_format=torch.contiguous_format)
    raw = t.reshape(-1).view(torch.uint8).numpy().tobytes() if t.numel() else b""
    return DT[t.dtype], list(t.shape), raw


def flatten(x, prefix, out):
    name = prefix[:-1]
    if is_tensor(x):
        if name == "":
            name = "tensor"
        if name in out:
            raise Unsupported("collision " + name)
        dt, shape, raw = tensor_bytes(x)
        out[name] = {"dtype": dt, "shape": shape, "sha256": hashlib.sha256(raw).hexdigest()}
    elif isinstance(x, torch.nn.Module):
        flatten(dict(x.state_dict()), prefix, out)
    elif isinstance(x, dict):
        for k, v in x.items():
            if holds_tensor(v):
                flatten(v, prefix + str(k) + ".", out)
    elif isinstance(x, (list, tuple)):
        for i, v in enumerate(x):
            if holds_tensor(v):
                flatten(v, prefix + str(i) + ".", out)
    return out


def expected(obj, everything=False):
    return flatten(obj if everything else root(obj), "", {})


def live(x, prefix, out):
    """The same walk as flatten, keeping the tensors."""
    if is_tensor(x):
        t = torch.from_numpy(np.asarray(x, order="C").astype(x.dtype.newbyteorder("="), copy=False)) if isinstance(x, np.ndarray) else x
        out[prefix[:-1] or "tensor"] = t.detach().resolve_conj().resolve_neg().clone(memory_format=torch.contiguous_format)
    elif isinstance(x, torch.nn.Module):
        live(dict(x.state_dict()), prefix, out)
    elif isinstance(x, (dict, list, tuple)):
        for k, v in x.items() if isinstance(x, dict) else enumerate(x):
            if holds_tensor(v):
                live(v, prefix + str(k) + ".", out)
    return out


def parts(t, options):
    """What stands for a tensor with these options of the command line: {suffix of its name: tensor}."""
    def real(x):
        return torch.view_as_real(x.resolve_conj().resolve_neg()) if options.get("complex") == "real" and x.dtype in (torch.complex32, torch.complex128) else x
    if not isinstance(t, torch.Tensor):
        return {"": t}
    t = t.detach()
    if t.is_quantized and options.get("quantized") == "dequantize":
        return {"": t.dequantize()}
    if t.is_quantized and options.get("quantized") == "components":
        if t.qscheme() == torch.per_tensor_affine:
            return {".int_repr": t.int_repr(), ".scale": torch.tensor(t.q_scale(), dtype=torch.float64), ".zero_point": torch.tensor(t.q_zero_point())}
        return {".int_repr": t.int_repr(), ".scale": t.q_per_channel_scales(), ".zero_point": t.q_per_channel_zero_points()}
    if t.is_nested and options.get("nested") == "components":
        if t.layout == torch.jagged:
            out = {".values": real(t.values()), ".offsets": t.offsets()}
            return out if t.lengths() is None else {**out, ".lengths": t.lengths()}
        return {".buffer": real(t.values()), ".sizes": t._nested_tensor_size(), ".strides": t._nested_tensor_strides(), ".storage_offsets": t._nested_tensor_storage_offsets()}
    if not t.is_nested and t.layout != torch.strided and options.get("sparse") == "dense":
        return {"": real(t.to_dense())}
    if not t.is_nested and t.layout != torch.strided and options.get("sparse") == "components":
        if t.layout == torch.sparse_coo:
            return {".indices": t._indices(), ".values": real(t._values())}
        if t.layout in (torch.sparse_csr, torch.sparse_bsr):
            return {".crow_indices": t.crow_indices(), ".col_indices": t.col_indices(), ".values": real(t.values())}
        return {".ccol_indices": t.ccol_indices(), ".row_indices": t.row_indices(), ".values": real(t.values())}
    return {"": real(t)}


def converted(obj, options):
    """The tensors of a flat state dict when they are written with options, such as {"sparse": "dense"}."""
    return expected({name + suffix: part for name, t in obj.items() for suffix, part in parts(t, options).items()})


def reference_sha256(obj):
    """The whole file that the reference writer makes of it, with the metadata {"format": "pt"}."""
    import safetensors.torch
    try:
        return hashlib.sha256(safetensors.torch.save(live(root(obj), "", {}), {"format": "pt"})).hexdigest()
    except Exception:
        return None


def describe_safetensors(path):
    """Reads a .safetensors file by its specification, checking what the reference reader checks."""
    import safetensors
    with safetensors.safe_open(path, framework="np") as f:   # the reference's own validation
        f.keys()
    with open(path, "rb") as f:
        n, = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(n))
        header.pop("__metadata__", None)
        out = {}
        for name, i in header.items():
            a, b = i["data_offsets"]
            f.seek(8 + n + a)
            out[name] = {"dtype": i["dtype"], "shape": i["shape"], "sha256": hashlib.sha256(f.read(b - a)).hexdigest()}
    return out


if __name__ == "__main__":
    # oracle.py compare OUT.safetensors EXPECTED.json KEY
    got = describe_safetensors(sys.argv[1])
    want = json.load(open(sys.argv[2]))[sys.argv[3]]["tensors"]
    bad = [n for n in sorted(set(got) | set(want)) if got.get(n) != want.get(n)]
    print("%d of %d tensors right; wrong: %s" % (len(want) - len([b for b in bad if b in want]), len(want), bad[:5]))
    sys.exit(bool(bad))
