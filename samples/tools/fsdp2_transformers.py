"""A model of transformers, trained under FSDP2 and saved by PyTorch's distributed checkpoint, as a user has it.

    fsdp2_transformers.py train DIR     trains for two steps on two processes and saves DIR/step-2, DIR/model/config.json
                                        and the logits of the trained model
    pt2st convert DIR/step-2 DIR/model/model.safetensors
    fsdp2_transformers.py check DIR     loads DIR/model by from_pretrained, whose logits must be those of the trained model

Needs Python with torch and transformers. The weights are random, and nothing is fetched.
"""
import os, pathlib, sys, tempfile
os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", GLOO_SOCKET_IFNAME="lo")
import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
import torch.multiprocessing as mp
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict, get_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

PROCESSES = 2
TOKENS = torch.arange(24).reshape(2, 12)


def config():
    # Sizes that two processes do not share evenly.
    return LlamaConfig(vocab_size=101, hidden_size=24, intermediate_size=46, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64)


def logits(model):
    with torch.no_grad():
        return model.eval()(TOKENS).logits


def train(rank, folder, store):
    torch.set_num_threads(1)
    os.chdir(folder)
    dist.init_process_group("gloo", rank=rank, world_size=PROCESSES, store=dist.FileStore(store, PROCESSES))
    torch.manual_seed(3)
    model = LlamaForCausalLM(config())
    before = {name: t.clone() for name, t in model.state_dict().items()}
    mesh = init_device_mesh("cpu", (PROCESSES,), mesh_dim_names=("dp",))
    for layer in model.model.layers:
        fully_shard(layer, mesh=mesh)
    fully_shard(model, mesh=mesh)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05)
    for step in range(2):
        batch = (TOKENS * (step + 3) + rank) % 101
        model(batch, labels=batch).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    weights, states = get_state_dict(model, optimizer)
    dcp.save({"model": weights, "optim": states, "step": 2}, checkpoint_id="step-2")
    # What is compared with comes by another way: gathered by the processes, and through no file.
    whole = get_model_state_dict(model, options=StateDictOptions(full_state_dict=True, cpu_offload=True))
    if rank == 0:
        assert any(not torch.equal(whole[name], t) for name, t in before.items()), "nothing was learned"
        trained = LlamaForCausalLM(config())
        trained.load_state_dict(whole, strict=True)
        torch.save(logits(trained), "logits.pt")
        trained.config.save_pretrained("model")
    dist.barrier()
    dist.destroy_process_group()


def check(folder):
    model, report = AutoModelForCausalLM.from_pretrained(folder / "model", output_loading_info=True)
    missing = {key: found for key, found in report.items() if found}
    assert not missing, missing
    expected = torch.load(folder / "logits.pt", weights_only=True)
    assert torch.equal(logits(model), expected), "the logits differ"
    print("equal logits:", tuple(expected.shape))


if __name__ == "__main__":
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if command == "train":
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            mp.spawn(train, (str(folder), os.path.join(scratch, "store")), nprocs=PROCESSES)
    else:
        check(folder)
