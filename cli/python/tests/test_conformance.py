"""The kit that holds other tools to the samples: what it judges, and the page that it writes."""

import os
import pathlib
import sys
import tempfile
import unittest

from samples import CHECKPOINTS, ROOT

sys.path.insert(0, str(ROOT / "samples" / "tools"))

import conform  # noqa: E402
import conformance  # noqa: E402


class Judging(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.output = pathlib.Path(folder.name) / "out.safetensors"

    def judge(self, expect, code, **more):
        return conform.judge_conversion({"expect": expect, **more}, code, self.output)

    def test_a_refusal_has_no_output(self):
        self.assertEqual(self.judge("refuse", 3), "right")
        self.assertEqual(self.judge("refuse", 0), "taken though it must be refused")
        self.output.write_bytes(b"x")
        self.assertEqual(self.judge("refuse", 3), "taken though it must be refused")

    def test_a_conversion_has_the_tensors(self):
        self.assertEqual(self.judge("convert", 0, tensors={}), "not converted")
        self.output.write_bytes(b"x" * 20)
        self.assertEqual(self.judge("convert", 0, tensors={}), "no safetensors file")
        header = b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}   '
        self.output.write_bytes(len(header).to_bytes(8, "little") + header + b"\x05")
        found = {"a": {"dtype": "U8", "shape": [1], "sha256": "0" * 64}}
        self.assertEqual(self.judge("convert", 0, tensors=found), "other tensors")
        dtype, shape, sha256 = conform.tensors(self.output)["a"]
        found = {"a": {"dtype": dtype, "shape": shape, "sha256": sha256}}
        self.assertEqual(self.judge("convert", 0, tensors=found), "same tensors, another file")

    def test_a_header_may_be_anything(self):
        entry = b'{"a":{"dtype":"U8","shape":[1],"data_offsets":%s}}'
        for header in (b"[]", b"5", b'{"a":1}', b"\xff", entry % b"5", entry % b'["x",1]', entry % b"[1]", b"[" * 100_000):
            with self.subTest(header=header[:60]):
                self.output.write_bytes(len(header).to_bytes(8, "little") + header)
                self.assertEqual(self.judge("convert", 0, tensors={}), "no safetensors file")

    def test_a_tool_may_crash_or_hang(self):
        self.assertEqual(self.judge("any", None), "no end")
        self.assertEqual(self.judge("convert", -11), "crash")


class CommandLine(unittest.TestCase):
    def test_what_cannot_be_run_is_said_before_anything_is(self):
        for words, said in (
            ("convert tool result.json -- nowhere-a-tool {in} {out}", "there is no program nowhere-a-tool"),
            ("convert tool result.json -- echo {in}", "the command has no {out}"),
            ("scan tool result.json --unsafe 3 -- echo", "the command has no {in}"),
            ("scan tool result.json --unsave 3 -- echo {in}", "--unsafe 1,3"),
            ("scan tool result.json --unsafe -- echo {in}", "--unsafe 1,3"),
        ):
            with self.subTest(words=words), self.assertRaises(SystemExit) as ended:
                conform.main(words.split())
            self.assertIn(said, str(ended.exception.code))


    def test_a_command_may_name_files_from_where_it_is_given(self):
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(ROOT)
        self.assertEqual(
            conform.absolute(["python3", "samples/tools/convert_torch.py", "no/such/file", "--option=a/b", "{in}"]),
            ["python3", str(ROOT / "samples/tools/convert_torch.py"), "no/such/file", "--option=a/b", "{in}"],
        )


class Rows(unittest.TestCase):
    def test_a_converter_gets_no_attack(self):
        seen = []
        original, conform.run = conform.run, lambda command, folder: seen.append(pathlib.Path(command[0])) or 1
        self.addCleanup(setattr, conform, "run", original)
        results = conform.convert(["{in}"])
        self.assertEqual({path.parent for path in seen}, {pathlib.Path(CHECKPOINTS)})
        self.assertEqual(len(results), len(seen))

    def test_no_scanner_is_an_unpickler(self):
        for name, kind, unsafe, command, _ in conformance.TOOLS:
            if kind == "scan":
                self.assertTrue(unsafe)
                self.assertFalse(any("python" in word or "torch" in word for word in command), name)

    def test_the_page_has_a_row_for_each_group_and_its_command(self):
        results = {"hostile/a": "right", "hostile/b": "missed", "checkpoints/c": "right"}
        row = {"kind": "scan", "name": "tool", "version": "1", "again": "run again", "results": results}
        text = conformance.page("before\n" + conformance.BEGIN + "old\n" + conformance.END + "after\n", [row], ["other"])
        self.assertTrue(text.startswith("before\n") and text.endswith("after\n"))
        self.assertNotIn("old", text)
        for line in (
            "| tool (1) | `hostile` | 2 | 1 | 1 missed |",
            "| tool (1) | `checkpoints` | 1 | 1 |  |",
            "| tool | missed | `hostile/b` |",
            "    run again",
            "so without a row: other.",
        ):
            self.assertIn(line, text)
        last = conformance.page(conformance.BEGIN + conformance.END, [row], [])
        self.assertTrue(last.endswith(conformance.END))
        self.assertEqual(conformance.page(last, [row], []), last)
        with self.assertRaises(ValueError):
            conformance.page("no place", [row], [])

    def test_a_tool_that_is_not_here_has_no_version(self):
        self.assertIsNone(conformance.version(["/nowhere/tool"]))
        self.assertIsNone(conformance.version([sys.executable, "-c", "raise SystemExit(1)"]))
        self.assertEqual(conformance.version([sys.executable, "-c", "print('tool 1')"]), "tool 1")


if __name__ == "__main__":
    unittest.main()
