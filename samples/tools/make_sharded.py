"""Makes small folders that several processes have written, and what each must convert to (see oracle.py).

    make_sharded.py OUT_DIR [NAME...]          (needs Python with torch and safetensors)

What PyTorch writes is written by PyTorch, on 2 or 4 processes that talk by gloo over the loopback device. The truth is
kept from before the model was sharded: the optimizers step with a learning rate of 0, so no weight changes, while the
optimizers' states fill. DeepSpeed and fairscale are not needed: their files are written by their rules, with stand-ins
for their classes.
"""
import collections, enum, json, math, os, pathlib, shutil, sys, tempfile, types, warnings
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oracle

warnings.filterwarnings("ignore")
SEED = 11


class Net(nn.Module):
    """Sizes that no number of ranks divides, tied weights, a parameter without dimensions, buffers of two dtypes."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(11, 5)
        self.blocks = nn.ModuleList([nn.Sequential(nn.Linear(5, 7), nn.LayerNorm(7), nn.Linear(7, 5, bias=False)) for _ in range(2)])
        self.norm = nn.BatchNorm1d(5)
        self.head = nn.Linear(5, 3)
        self.register_buffer("seen", torch.arange(4))

    def forward(self, x):
        x = self.embed(x)
        for block in self.blocks:
            x = x + block(x)
        return self.head(self.norm(x))


def model():
    torch.manual_seed(SEED)
    net = Net()
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.randn(p.shape))
    return net


def truth_of(net):
    return {name: t.detach().clone() for name, t in net.state_dict().items()}


def full(x):
    """The same without sharding, on every rank."""
    from torch.distributed.tensor import DTensor
    if isinstance(x, DTensor):
        return x.full_tensor().detach().clone()
    if isinstance(x, torch.Tensor):
        return x.detach().clone()
    if isinstance(x, dict):
        return {k: full(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(full(v) for v in x)
    return x


def step(net):
    """One step that fills the optimizer's state and changes no parameter."""
    net.eval()                                   # BatchNorm's averages are not to change either
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.0)
    net(torch.arange(8) % 11).square().mean().backward()
    optimizer.step()
    return optimizer


def same(a, b):
    return set(a) == set(b) and all(a[k].dtype == b[k].dtype and torch.equal(a[k], b[k]) for k in a)


def fsdp2(net, mesh):
    from torch.distributed.fsdp import fully_shard
    for block in net.blocks:
        fully_shard(block, mesh=mesh)
    fully_shard(net, mesh=mesh)
    return net


def save(state, name, **options):
    """Under a relative path, as the path comes into the metadata."""
    import torch.distributed.checkpoint as dcp
    from torch.distributed.checkpoint import filesystem
    filesystem._generate_uuid = lambda: "00000000-0000-0000-0000-000000000000"
    dcp.save(state, checkpoint_id=name, **options)


def mesh_of(*shape, names):
    from torch.distributed.device_mesh import init_device_mesh
    return init_device_mesh("cpu", shape, mesh_dim_names=names)


def dcp_fsdp2():
    """FSDP2 with AdamW, by get_state_dict, beside values that are no tensors."""
    from torch.distributed.checkpoint.state_dict import get_state_dict
    net = model()
    truth = truth_of(net)
    optimizer = step(fsdp2(net, mesh_of(dist.get_world_size(), names=("dp",))))
    weights, states = get_state_dict(net, optimizer)
    top = {"model": weights, "optim": states, "step": 12, "note": "a value that is no tensor", "rng": torch.arange(6, dtype=torch.uint8)}
    whole = full(top)
    assert same(whole["model"], truth)
    save(top, "dcp_fsdp2")
    return whole


def dcp_hsdp():
    """HSDP: replicated over one dimension of the mesh, sharded over the other; the model alone."""
    net = model()
    truth = truth_of(net)
    fsdp2(net, mesh_of(2, 2, names=("replicate", "shard")))
    weights = net.state_dict()
    assert same(full(weights), truth)
    save({"state_dict": weights}, "dcp_hsdp")
    return {"state_dict": truth}


def dcp_columns():
    """Column shards, both dimensions cut, rows of which a rank has none, dtypes, a transposed part, values with tensors."""
    from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor
    mesh = mesh_of(2, 2, names=("a", "b"))
    torch.manual_seed(SEED)
    whole = {
        "columns": torch.randn(6, 9), "columns_bf16": torch.randn(5, 4).bfloat16(), "both": torch.randn(5, 7),
        "both_same": torch.randn(9, 3), "whole": torch.randn(3, 2), "one_row": torch.randn(1, 4), "deep": torch.randn(2, 5, 3, 2).half(),
        "ints": torch.randint(-9, 9, (7, 3)), "flags": torch.rand(6, 5) > 0.5, "f8": torch.randn(8, 6).to(torch.float8_e4m3fn),
        "complex": torch.randn(4, 5, dtype=torch.complex64), "scalar": torch.tensor(3.25, dtype=torch.float64)}
    placed = {
        "columns": (Replicate(), Shard(1)), "columns_bf16": (Shard(1), Replicate()), "both": (Shard(0), Shard(1)),
        "both_same": (Shard(0), Shard(0)), "whole": (Replicate(), Replicate()), "one_row": (Shard(0), Replicate()),
        "deep": (Shard(2), Shard(1)), "ints": (Shard(1), Shard(0)), "flags": (Replicate(), Shard(1)), "f8": (Shard(1), Shard(0)),
        "complex": (Shard(0), Shard(1))}
    top = {k: v if k not in placed else bits(v, mesh, placed[k]) for k, v in whole.items()}
    part = whole["columns"].t().contiguous().chunk(2)[mesh.get_local_rank("b")].t()
    top["transposed"] = DTensor.from_local(part, mesh, (Replicate(), Shard(1)), shape=whole["columns"].shape, stride=whole["columns"].stride())
    whole["transposed"] = whole["columns"].clone()
    values = {"names": ["a", "b"], "pair": (torch.arange(3), torch.ones(2, 2)), "none": None}
    save({"model": top, "values": values}, "dcp_columns")
    return {"model": whole, "values": values}


def bits(whole, mesh, placements):
    """distribute_tensor for every dtype: it broadcasts, which gloo does not do for all of them."""
    from torch.distributed.tensor import DTensor, Shard
    part = whole
    for dimension, placement in enumerate(placements):
        if isinstance(placement, Shard):
            size = math.ceil(part.shape[placement.dim] / mesh.size(dimension))
            low = min(size * mesh.get_local_rank(dimension), part.shape[placement.dim])
            part = part.narrow(placement.dim, low, min(size, part.shape[placement.dim] - low))
    return DTensor.from_local(part.contiguous(), mesh, placements, shape=whole.shape, stride=whole.stride(), run_check=False)


def dcp_fsdp_tp():
    """FSDP2 over tensor parallelism: both cut the rows of one tensor, in the order that PyTorch calls strided."""
    from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module
    mesh = mesh_of(2, 2, names=("dp", "tp"))
    torch.manual_seed(SEED)
    net = nn.Sequential(nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 6))
    truth = truth_of(net)
    from torch.distributed.fsdp import fully_shard
    parallelize_module(net, mesh["tp"], {"0": ColwiseParallel(), "2": RowwiseParallel()})
    fully_shard(net, mesh=mesh["dp"])
    weights = net.state_dict()
    assert same(full(weights), truth)
    save(weights, "dcp_fsdp_tp")
    return truth


def dcp_unflattened():
    """Without the planner's flattening: what lies deeper than the top is one value."""
    from torch.distributed.checkpoint import DefaultSavePlanner, FileSystemWriter
    net = model()
    truth = truth_of(net)
    fsdp2(net, mesh_of(dist.get_world_size(), names=("dp",)))
    top = dict(net.state_dict(), extra={"epoch": 3, "averages": {"loss": torch.tensor([0.5, 0.25])}})
    save(top, None, storage_writer=FileSystemWriter("dcp_unflattened", single_file_per_rank=False), planner=DefaultSavePlanner(flatten_state_dict=False))
    return dict(truth, extra=top["extra"])


def dtensor_ranks():
    """A file a rank, as verl writes them: DTensors, and plain buffers that every rank has."""
    net = model()
    truth = truth_of(net)
    optimizer = step(fsdp2(net, mesh_of(2, 2, names=("ddp", "fsdp"))))
    folder = pathlib.Path("dtensor_ranks")
    folder.mkdir(exist_ok=True)
    end = "world_size_%d_rank_%d.pt" % (dist.get_world_size(), dist.get_rank())
    torch.save(net.state_dict(), folder / ("model_" + end))
    torch.save(optimizer.state_dict(), folder / ("optim_" + end))
    torch.save({"lr_scheduler": {"last_epoch": 1}, "rng": {"cpu": torch.arange(8, dtype=torch.uint8)}}, folder / ("extra_state_" + end))
    return truth


def shardedtensor_ranks():
    """A file a rank, as accelerate writes them with FSDP1: ShardedTensors."""
    from torch.distributed.fsdp import FullyShardedDataParallel as FSDP, ShardedStateDictConfig, StateDictType
    net = model()
    truth = truth_of(net)
    fsdp = FSDP(net, device_id=torch.device("cpu"), use_orig_params=True)
    FSDP.set_state_dict_type(fsdp, StateDictType.SHARDED_STATE_DICT, ShardedStateDictConfig(offload_to_cpu=False))
    folder = pathlib.Path("shardedtensor_ranks")
    folder.mkdir(exist_ok=True)
    torch.save(fsdp.state_dict(), folder / ("pytorch_model_fsdp_0_rank%d.bin" % dist.get_rank()))
    return truth


def hf_pieces():
    """Safetensors pieces of HuggingFaceStorageWriter."""
    from torch.distributed.checkpoint import HuggingFaceStorageWriter
    net = model()
    truth = truth_of(net)
    fsdp2(net, mesh_of(dist.get_world_size(), names=("dp",)))
    save(net.state_dict(), None, storage_writer=HuggingFaceStorageWriter("hf_pieces", save_distributed=True))
    return truth


def rank_main(rank, world, make, folder, store, answer):
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    torch.set_num_threads(1)
    os.chdir(folder)
    dist.init_process_group("gloo", rank=rank, world_size=world, store=dist.FileStore(store, world))
    whole = globals()[make]()
    dist.barrier()
    if rank == 0:
        torch.save(whole, answer)
    dist.destroy_process_group()


def distributed(make, world):
    """Runs a function on several processes in OUT_DIR: what it gives on the first."""
    with tempfile.TemporaryDirectory() as scratch:
        answer = os.path.join(scratch, "answer")
        mp.spawn(rank_main, (world, make, str(OUT), os.path.join(scratch, "store"), answer), nprocs=world)
        return torch.load(answer, weights_only=False)


# DeepSpeed's files, by engine.py (_save_checkpoint), stage_1_and_2.py and stage3.py (state_dict) of DeepSpeed 0.19.

def stand_in(module, name, made):
    parts = module.split(".")
    for i in range(len(parts)):
        sys.modules.setdefault(".".join(parts[:i + 1]), types.ModuleType(".".join(parts[:i + 1])))
    made.__module__, made.__qualname__, made.__name__ = module, name, name
    setattr(sys.modules[module], name, made)
    return made


Stage = stand_in("deepspeed.runtime.zero.config", "ZeroStageEnum", enum.IntEnum("ZeroStageEnum", {"disabled": 0, "optimizer_states": 1, "gradients": 2, "weights": 3}))
Scaler = stand_in("deepspeed.runtime.fp16.loss_scaler", "LossScaler", type("LossScaler", (), {}))
Address = stand_in("deepspeed.utils.tensor_fragment", "fragment_address", type("fragment_address", (), {}))
VERSION = "0.19.6"


def scaler():
    s = Scaler()
    s.cur_scale, s.dynamic = 1.0, False
    return s


def zero_model(dtype):
    """Masters in two groups, a frozen parameter, two buffers, and a head that is tied to the embedding."""
    torch.manual_seed(SEED)
    groups = [collections.OrderedDict((n, torch.randn(s)) for n, s in group) for group in
              ([("embed.weight", (11, 4)), ("layer.weight", (5, 7))], [("layer.bias", (5,)), ("norm.weight", (4,)), ("gain", ())])]
    frozen = {"frozen.weight": torch.randn(3, 4).to(dtype)}
    buffers = {"norm.running": torch.randn(4).to(dtype), "steps": torch.tensor(7)}
    truth = {n: t.clone() for g in groups for n, t in g.items()}
    truth.update(frozen)
    truth.update(buffers)
    truth["head.weight"] = truth["embed.weight"].clone()
    return groups, frozen, buffers, truth


def flat(tensors):
    return torch.cat([t.reshape(-1) for t in tensors])


def zero_states(world, module, shapes, frozen_shapes, fragments):
    return {"module": module, "buffer_names": ["norm.running", "steps"], "optimizer": None, "param_shapes": shapes,
            "frozen_param_shapes": frozen_shapes, "shared_params": {"head.weight": "embed.weight"}, "frozen_param_fragments": fragments,
            "lr_scheduler": None, "data_sampler": None, "random_ltd": None, "sparse_tensor_module_names": set(), "skipped_steps": 0,
            "global_steps": 10, "global_samples": 80, "dp_world_size": world, "mp_world_size": 1,
            "ds_config": {"train_batch_size": 8}, "ds_version": VERSION}


def zero2(world):
    """Stage 2: each group flat, padded to twice the ranks, cut; the last rank's padding is stripped."""
    dtype = torch.float16
    groups, frozen, buffers, truth = zero_model(dtype)
    shapes = [collections.OrderedDict((n, t.shape) for n, t in g.items()) for g in groups]
    module = collections.OrderedDict((n, t.to(dtype)) for g in groups for n, t in g.items())
    module.update(frozen)
    module.update(buffers)
    module["head.weight"] = module["embed.weight"]
    step = fresh(OUT / "zero2", "global_step10")
    torch.save(zero_states(world, module, shapes, {n: t.shape for n, t in frozen.items()}, dict(frozen)), step / "mp_rank_00_model_states.pt")
    rows = []
    for g in groups:
        row = flat(g.values())
        padded = -(-len(row) // (2 * world)) * 2 * world
        part = padded // world
        rows.append([row[r * part:min((r + 1) * part, len(row))].clone() for r in range(world)])
    for rank in range(world):
        own = [row[rank] for row in rows]
        state = {"loss_scaler": scaler(), "dynamic_loss_scale": False, "overflow": False, "clip_grad": 0.0,
                 "base_optimizer_state": {"state": {i: {"step": 10, "exp_avg": torch.zeros_like(t), "exp_avg_sq": torch.ones_like(t)} for i, t in enumerate(own)},
                                          "param_groups": [{"lr": 1e-3, "params": [i]} for i in range(len(own))]},
                 "single_partition_of_fp32_groups": own, "zero_stage": Stage(2), "group_paddings": [0] * len(own),
                 "partition_count": [world] * len(own), "ds_version": VERSION, "param_slice_mappings": [collections.OrderedDict((n, address(t)) for n, t in g.items()) for g in groups]}
        torch.save({"optimizer_state_dict": state, "ds_config": {}, "ds_version": VERSION}, step / ("zero_pp_rank_%d_mp_rank_00_optim_states.pt" % rank))
    return truth


def address(t):
    a = Address()
    a.numel, a.start = t.numel(), 0
    return a


def zero3(world):
    """Stage 3: each parameter is padded and cut for itself; the padding is not zero. Model states hold placeholders."""
    dtype = torch.bfloat16
    groups, frozen, buffers, truth = zero_model(dtype)
    groups = [collections.OrderedDict(item for g in groups for item in g.items())]
    names = list(groups[0])
    groups = [collections.OrderedDict((n, truth[n]) for n in names[:3]), collections.OrderedDict((n, truth[n]) for n in names[3:])]
    cut = lambda t: [p.clone() for p in torch.cat([t.reshape(-1), torch.full((-t.numel() % world,), float("nan"), dtype=t.dtype)]).chunk(world)]
    shapes = [collections.OrderedDict((n, t.shape) for n, t in g.items()) for g in groups]
    step = fresh(OUT / "zero3", "global_step10")
    module = collections.OrderedDict((n, torch.empty(0, dtype=dtype)) for n in [*names, *frozen, "head.weight"])
    module.update(buffers)
    for rank in range(world):
        fragments = {n: cut(t)[rank] for n, t in frozen.items()}
        torch.save(zero_states(world, module, shapes, {n: t.shape for n, t in frozen.items()}, fragments), step / ("zero_pp_rank_%d_mp_rank_00_model_states.pt" % rank))
        own = [torch.cat([cut(t)[rank] for t in g.values()]) for g in groups]
        state = {"zero_stage": 3, "loss_scaler": scaler(), "dynamic_loss_scale": False, "overflow": False, "partition_count": world,
                 "optimizer_state_dict": {"state": {i: {"step": 10, "exp_avg": torch.zeros_like(t)} for i, t in enumerate(own)}, "param_groups": [{"lr": 1e-3, "params": [0, 1]}]},
                 "fp32_flat_groups": own}
        torch.save({"optimizer_state_dict": state, "ds_config": {}, "ds_version": VERSION}, step / ("bf16_zero_pp_rank_%d_mp_rank_00_optim_states.pt" % rank))
    return truth


def zero_universal(world):
    """What ds_to_universal.py makes of stage 3: a folder for each parameter, the parameter flat."""
    groups, frozen, buffers, truth = zero_model(torch.bfloat16)
    step = fresh(OUT / "zero_universal", "global_step10_universal", latest="latest_universal")
    shapes = [collections.OrderedDict((n, t.shape) for n, t in g.items()) for g in groups]
    module = collections.OrderedDict(buffers)
    torch.save(zero_states(world, module, shapes, {n: t.shape for n, t in frozen.items()}, dict(frozen)), step / "mp_rank_00_model_states.pt")
    for g in groups:
        for n, t in g.items():
            (step / "zero" / n).mkdir(parents=True)
            for file, value in (("fp32", t.reshape(-1).clone()), ("exp_avg", torch.zeros(t.numel())), ("exp_avg_sq", torch.ones(t.numel()))):
                torch.save({"param": value}, step / "zero" / n / (file + ".pt"))
            torch.save(torch.tensor(10.0), step / "zero" / n / "step.pt")
    return truth


# fairscale's files, by local_metadata_dict and _get_shard of fully_sharded_data_parallel.py, as metaseq's trainer saves them.

def cut_flat(t, world, rank):
    """A rank's part of a flat parameter, and how much of it is padding."""
    chunks = list(t.chunk(world))
    own = chunks[rank] if rank < len(chunks) else t[:0]
    padding = chunks[0].numel() - own.numel()
    return torch.cat([own, torch.full((padding,), float("nan"), dtype=t.dtype)]), padding


def fairscale_model(world):
    torch.manual_seed(SEED)
    wrappers = [("", {"flat_param_0": [("decoder.embed_tokens.weight", (11, 4)), ("decoder.norm.weight", (4,))]}),
                ("decoder.layers.0", {"flat_param_0": [("fc1.weight", (7, 4)), ("fc1.bias", (7,))], "scale": [("scale", (1,))]}),
                ("decoder.layers.1", {"flat_param_0": [("fc1.weight", (7, 4)), ("fc1.bias", (7,))]})]
    buffers = {"decoder.version": torch.tensor([3.0])}
    truth, files = {}, [({}, []) for _ in range(world)]
    for path, parameters in wrappers:
        entries = [{} for _ in range(world)]
        for backing, named in parameters.items():
            values = [torch.randn(s).half() for _, s in named]
            for (name, _), value in zip(named, values):
                truth[".".join([path, name]) if path else name] = value
            for rank in range(world):
                part, padding = cut_flat(flat(values), world, rank)
                files[rank][0][".".join([path, backing]) if path else backing] = part
                entries[rank][backing] = ([n for n, _ in named], [v.shape for v in values], [v.numel() for v in values], padding)
        for rank in range(world):
            files[rank][1].append((path, entries[rank]))
    truth.update(buffers)
    return files, buffers, truth


def fairscale(world):
    """fairscale 0.4: what each flat parameter is made of stands under the wrapper's `params`."""
    files, buffers, truth = fairscale_model(world)
    truth["decoder.output.weight"] = truth["decoder.embed_tokens.weight"].clone()
    folder = OUT / "fairscale"
    folder.mkdir()
    for rank, (weights, wrappers) in enumerate(files):
        metadata = [{"fsdp_path": path,
                     "params": {k: {"names": n, "shapes": s, "numels": c, "padding": p} for k, (n, s, c, p) in entries.items()},
                     "no_broadcast_optim_state": False,
                     "shared_param_info": [("decoder.embed_tokens.weight", "decoder.output.weight")] if not path else []}
                    for path, entries in wrappers]
        shard(folder, rank, weights, buffers, metadata, "shard_metadata")
    return {"model": truth}


def fairscale_old(world):
    """fairscale 0.3: lists under the wrapper, which is flat or not."""
    files, buffers, truth = fairscale_model(world)
    folder = OUT / "fairscale_old"
    folder.mkdir()
    for rank, (weights, wrappers) in enumerate(files):
        del weights["decoder.layers.0.scale"]
        truth.pop("decoder.layers.0.scale", None)
        metadata = []
        for path, entries in wrappers:
            names, shapes, numels, padding = entries["flat_param_0"]
            metadata.append({"fsdp_path": path, "is_flat": True, "num_padded": [padding], "param_names": names,
                             "param_shapes": shapes, "param_numels": numels, "no_broadcast_optim_state": False})
        torch.manual_seed(SEED + 1)
        loose = [torch.randn(3, 3), torch.randn(2)]
        parts = [cut_flat(t.reshape(-1), world, rank) for t in loose]
        weights.update({"head.weight": parts[0][0], "head.bias": parts[1][0]})
        truth.update({"head.weight": loose[0], "head.bias": loose[1]})
        metadata.append({"fsdp_path": "head", "is_flat": False, "num_padded": [p for _, p in parts], "param_names": ["weight", "bias"],
                         "param_shapes": [t.shape for t in loose], "param_numels": [t.numel() for t in loose], "no_broadcast_optim_state": False})
        shard(folder, rank, weights, buffers, metadata, "fsdp_metadata")
    return {"model": truth}


def shard(folder, rank, weights, buffers, metadata, key):
    state = {"args": None, "cfg": {"model": {"arch": "transformer_lm"}}, "model": collections.OrderedDict({**weights, **buffers}), "criterion": None,
             "optimizer_history": [{"num_updates": 10}], "task_state": {}, "extra_state": {"epoch": 1},
             "last_optimizer_state": {"state": {0: {"step": 10, "exp_avg": torch.zeros(12 + rank)}}, "param_groups": [{"lr": 1e-3, "params": [0]}]},
             # A buffer that is not persistent has a name here, and no file has its values.
             key: {"param_metadata": metadata, "buffer_names": [*buffers, "decoder.mask"]}}
    torch.save(state, folder / ("checkpoint_last-shard%d.pt" % rank))


def fresh(parent, step, latest="latest"):
    (parent / step).mkdir(parents=True)
    (parent / latest).write_text(step)
    return parent / step


def put(name, kind, whole, world):
    answer = {"expect": "convert", "kind": kind, "input": name, "world": world,
              "tensors": oracle.expected(whole), "reference_sha256": oracle.reference_sha256(whole)}
    everything = oracle.expected(whole, everything=True)
    if everything != answer["tensors"]:
        answer["tensors_everything"] = everything
    manifest[name] = answer


DISTRIBUTED = [(dcp_fsdp2, "dcp", 2), (dcp_hsdp, "dcp", 4), (dcp_columns, "dcp", 4), (dcp_fsdp_tp, "dcp", 4), (dcp_unflattened, "dcp", 2),
               (dtensor_ranks, "ranks", 4), (shardedtensor_ranks, "ranks", 2), (hf_pieces, "pieces", 2)]
BY_RULES = [(zero2, "zero", 2), (zero3, "zero", 3), (zero_universal, "zero", 2), (fairscale, "fairscale", 3), (fairscale_old, "fairscale", 2)]

if __name__ == "__main__":
    OUT = pathlib.Path(sys.argv[1]).absolute()
    OUT.mkdir(parents=True, exist_ok=True)
    answers = OUT / "manifest.json"
    wanted = sys.argv[2:]
    manifest = json.loads(answers.read_text()) if wanted and answers.exists() else {}
    for makers, run in ((DISTRIBUTED, lambda make, world: distributed(make.__name__, world)), (BY_RULES, lambda make, world: make(world))):
        for make, kind, world in makers:
            if not wanted or make.__name__ in wanted:
                shutil.rmtree(OUT / make.__name__, ignore_errors=True)
                put(make.__name__, kind, run(make, world), world)
    answers.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    print(len(manifest), "folders,", sum(f.stat().st_size for f in OUT.rglob("*") if f.is_file()), "bytes")
