"""load beside the real torch, safetensors and transformers, where these are installed."""

import importlib.util
import json
import unittest

import pt2st
from samples import CHECKPOINTS, HOSTILE, InFolder

MISSING = [name for name in ("torch", "safetensors") if importlib.util.find_spec(name) is None]
HAS_TRANSFORMERS = importlib.util.find_spec("transformers") is not None


@unittest.skipIf(MISSING, f"not installed here: {', '.join(MISSING)}")
class TorchTest(InFolder):
    def setUp(self):
        super().setUp()
        self.cache = self.folder / "cache"

    def assert_same(self, found, expected):
        import torch

        self.assertEqual(set(found), set(expected))
        for name, tensor in expected.items():
            with self.subTest(tensor=name):
                self.assertEqual(found[name].dtype, tensor.dtype)
                self.assertEqual(found[name].shape, tensor.shape)
                same = found[name].reshape(-1).view(torch.uint8)
                self.assertTrue(torch.equal(same, tensor.contiguous().reshape(-1).view(torch.uint8)))

    def test_gives_what_torch_gives(self):
        import torch

        for name in ("zip_basic.pt", "legacy_basic.pt", "zip_strided.pt", "zip_shared.pt"):
            with self.subTest(name=name):
                expected = torch.load(CHECKPOINTS / name, weights_only=True)
                for _ in range(2):
                    self.assert_same(pt2st.load(CHECKPOINTS / name, cache=self.cache), expected)

    def test_gives_the_model_of_a_training_checkpoint(self):
        import torch

        expected = torch.load(CHECKPOINTS / "zip_training.pt", weights_only=True)["state_dict"]
        self.assert_same(pt2st.load(CHECKPOINTS / "zip_training.pt", cache=self.cache), expected)

    def test_takes_the_arguments_of_torch(self):
        import torch

        file = CHECKPOINTS / "zip_basic.pt"
        for device in (None, "cpu", torch.device("cpu")):
            found = pt2st.load(file, device, weights_only=False, mmap=True, cache=self.cache)
            self.assertEqual(found["mask"].device.type, "cpu")

    def test_goes_into_a_module(self):
        import torch

        module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3))
        torch.save(module.state_dict(), self.folder / "m.pt")
        again = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3))
        again.load_state_dict(pt2st.load(self.folder / "m.pt", cache=self.cache))
        self.assert_same(again.state_dict(), module.state_dict())

    def test_what_is_loaded_stays_when_the_cache_goes(self):
        from pt2st._cache import Cache

        found = pt2st.load(CHECKPOINTS / "zip_basic.pt", cache=self.cache)
        before = {name: tensor.clone() for name, tensor in found.items()}
        self.assertEqual(Cache(self.cache, 0).shrink(), 0)
        self.assert_same(found, before)

    def test_changes_to_what_is_loaded_stay_in_this_process(self):
        file = CHECKPOINTS / "zip_basic.pt"
        found = pt2st.load(file, cache=self.cache)
        before = found["embed.weight"].clone()
        found["embed.weight"].zero_()
        self.assertTrue((pt2st.load(file, cache=self.cache)["embed.weight"] == before).all())

    def test_runs_nothing(self):
        with self.assertRaises(pt2st.Refused):
            pt2st.load(HOSTILE / "zip_os_system.pt", cache=self.cache)

    def test_safetensors_reads_what_convert_writes(self):
        from safetensors import safe_open

        done = pt2st.convert(CHECKPOINTS / "zip_training.pt", self.folder / "a.safetensors")
        with safe_open(done.output, "pt") as file:
            self.assertEqual(set(file.keys()), {tensor.name for tensor in done.tensors})
            self.assertEqual(file.metadata(), done.metadata)

    @unittest.skipUnless(HAS_TRANSFORMERS, "transformers is not installed here")
    def test_transformers_loads_a_converted_model(self):
        import torch
        from transformers import BertConfig, BertModel

        config = BertConfig(
            vocab_size=30,
            hidden_size=8,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
        )
        model = BertModel(config)
        torch.save(model.state_dict(), self.folder / "pytorch_model.bin")
        (self.folder / "config.json").write_text(json.dumps(config.to_dict()))
        pt2st.convert(self.folder / "pytorch_model.bin", max_shard_size="5KB")
        (self.folder / "pytorch_model.bin").unlink()
        again = BertModel.from_pretrained(self.folder)
        self.assert_same(again.state_dict(), model.state_dict())


if __name__ == "__main__":
    unittest.main()
