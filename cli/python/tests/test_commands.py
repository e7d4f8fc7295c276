"""The commands as functions."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

import pt2st
from pt2st import _program
from samples import CHECKPOINTS, HOSTILE, InFolder


class ConvertTest(InFolder):
    def test_says_what_it_wrote(self):
        done = pt2st.convert(CHECKPOINTS / "zip_training.pt", self.folder / "a.safetensors")
        self.assertEqual(done.output, self.folder / "a.safetensors")
        self.assertEqual(done.files, (done.output,))
        self.assertEqual((done.root, done.root_rule), ("state_dict", "known_key"))
        self.assertEqual(done.tensor_count, len(done.tensors))
        self.assertEqual(done.output.stat().st_size, done.file_bytes)
        self.assertIn(pt2st.TensorInfo("conv.weight", "F32", (4, 3, 3, 3), 432), done.tensors)
        self.assertEqual(done.report["layout"], done.layout)

    def test_takes_options(self):
        done = pt2st.convert(
            CHECKPOINTS / "zip_basic.pt",
            self.folder / "a.safetensors",
            exclude=["mask", "layer.*"],
            metadata={"origin": "a=b"},
            cast="bf16",
            max_shard_size=100,
            verify=True,
            overwrite=False,
            sidecar=self.folder / "side.json",
        )
        self.assertEqual({tensor.name for tensor in done.tensors}, {"embed.weight", "steps"})
        self.assertEqual(done.metadata["origin"], "a=b")
        self.assertEqual(len(done.files), 2)
        self.assertTrue(done.index.is_file())
        self.assertTrue((self.folder / "side.json").is_file())

    def test_writes_nothing_in_a_dry_run(self):
        done = pt2st.convert(CHECKPOINTS / "zip_basic.pt", self.folder / "a", dry_run=True)
        self.assertTrue(done.dry_run)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_without_a_target_writes_beside(self):
        source = self.folder / "model.pt"
        source.write_bytes((CHECKPOINTS / "zip_basic.pt").read_bytes())
        self.assertEqual(pt2st.convert(source).output, self.folder / "model.safetensors")

    def test_does_not_know_an_option(self):
        with self.assertRaisesRegex(pt2st.WrongUsage, "^Unknown option: '--no-such") as caught:
            pt2st.convert(CHECKPOINTS / "zip_basic.pt", self.folder / "a", no_such=1)
        self.assertEqual(caught.exception.exit_code, 2)

    def test_keeps_its_own_options(self):
        with self.assertRaisesRegex(TypeError, "json"):
            pt2st.convert(CHECKPOINTS / "zip_basic.pt", self.folder / "a", json=False)


class ErrorsTest(InFolder):
    def refused(self, error, source, **options):
        with self.assertRaises(error) as caught:
            pt2st.convert(source, self.folder / "out.safetensors", **options)
        self.assertIs(type(caught.exception), error)
        self.assertEqual(list(self.folder.iterdir()), [])
        self.assertEqual(caught.exception.report["error"], str(caught.exception))
        self.assertEqual(caught.exception.report["exit_code"], caught.exception.exit_code)
        return caught.exception

    def test_malformed(self):
        self.refused(pt2st.Malformed, CHECKPOINTS / "bad_truncated.pt")

    def test_unsupported(self):
        self.refused(pt2st.Unsupported, CHECKPOINTS / "joblib_arrays.joblib")

    def test_missing(self):
        error = self.refused(pt2st.Failed, self.folder / "none.pt")
        self.assertIn("there is no such file", str(error))

    def test_limit(self):
        error = self.refused(
            pt2st.LimitExceeded, CHECKPOINTS / "zip_basic.pt", max_opcodes=3
        )
        self.assertIsInstance(error, pt2st.Refused)
        self.assertIn("--max-opcodes", str(error))

    def test_refused_names_what_it_calls(self):
        error = self.refused(pt2st.Refused, CHECKPOINTS / "zip_lightning_called.ckpt")
        self.assertEqual(error.globals[0].name, "zoo.models.detector.Kind")
        self.assertEqual(error.globals[0].use, "called")
        self.assertFalse(error.is_attack)

    def test_attack_is_told(self):
        error = self.refused(pt2st.Refused, HOSTILE / "zip_os_system.pt")
        self.assertTrue(error.is_attack)
        self.assertEqual(error.globals[0].call, "os.system('echo pwned')")

    def test_can_be_sent_to_another_process(self):
        error = self.refused(pt2st.Refused, HOSTILE / "zip_os_system.pt")
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((str(again), again.globals), (str(error), error.globals))

    def test_difference(self):
        with self.assertRaises(pt2st.Different) as caught:
            pt2st.verify(CHECKPOINTS / "zip_basic.pt", CHECKPOINTS / "zip_training.pt")
        self.assertEqual(caught.exception.exit_code, 4)
        self.assertRegex(str(caught.exception), r"^[^:]*zip_training\.pt differs from ")
        self.assertIn("mask", {each["name"] for each in caught.exception.differences})

    def test_others_fail_with_the_same(self):
        for function in (pt2st.inspect, pt2st.checksum):
            with self.subTest(function=function), self.assertRaises(pt2st.Malformed):
                function(CHECKPOINTS / "bad_truncated.pt")


class OthersTest(InFolder):
    def test_verify(self):
        done = pt2st.verify(CHECKPOINTS / "zip_basic.pt", CHECKPOINTS / "legacy_basic.pt")
        self.assertEqual((done.tensor_count, done.data_bytes), (5, 507))

    def test_inspect(self):
        found = pt2st.inspect(CHECKPOINTS / "zip_basic.pt", tree=True)
        self.assertEqual(found.layout, "PyTorch ZIP")
        self.assertEqual(found.facts["byteorder"], "little")
        self.assertIn("embed.weight", {tensor.name for tensor in found.tensors})
        self.assertIn("collections.OrderedDict", {each["name"] for each in found.globals})
        self.assertIn("modules", found.report)

    def test_checksum(self):
        self.assertEqual(
            pt2st.checksum(CHECKPOINTS / "zip_basic.pt"),
            "da54d13eacf2ed7e7e4bdfde56edf09c54e12c9af1d50bf0874d236391d04c15",
        )

    def test_scan(self):
        reports = pt2st.scan([HOSTILE / "zip_os_system.pt", CHECKPOINTS / "zip_basic.pt", "none"])
        self.assertEqual(
            [(report.verdict, report.ok) for report in reports],
            [("dangerous", False), ("safe", True), ("unreadable", False)],
        )
        finding = reports[0].findings[0]
        self.assertEqual((finding.rule, finding.of_global.name), ("dangerous-global", "os.system"))
        self.assertEqual(finding.of_global.calls[0].arguments, "('echo pwned')")

    def test_scan_of_a_folder_gives_every_file(self):
        reports = pt2st.scan(HOSTILE, include=["*.pkl"])
        self.assertGreater(len(reports), 5)
        self.assertTrue(all(report.file.endswith(".pkl") for report in reports))

    def test_scan_of_nothing(self):
        self.assertEqual(pt2st.scan([]), [])
        with self.assertRaisesRegex(pt2st.Failed, "nothing was scanned"):
            pt2st.scan(CHECKPOINTS, include=["*.none"])


class NamesTest(InFolder):
    def test_any_name_is_a_file(self):
        for name in ("-.pt", "--json", "a b.pt", "вес.pt", "'; echo x", "*", "new\nline", "@a"):
            with self.subTest(name=name):
                (self.folder / name).write_bytes((CHECKPOINTS / "zip_basic.pt").read_bytes())
                before = os.getcwd()
                os.chdir(self.folder)
                try:
                    done = pt2st.convert(name, name + ".safetensors")
                finally:
                    os.chdir(before)
                self.assertTrue((self.folder / (name + ".safetensors")).is_file())
                self.assertEqual(done.tensor_count, 5)

    def test_bytes_are_a_name(self):
        self.assertEqual(len(pt2st.scan(os.fsencode(CHECKPOINTS / "zip_basic.pt"))), 1)

    def test_in_a_locale_of_other_letters(self):
        (self.folder / "вес.pt").write_bytes((CHECKPOINTS / "zip_basic.pt").read_bytes())
        for locale in ("C", "en_US.ISO-8859-1", "C.UTF-8"):
            with self.subTest(locale=locale):
                code = "import pt2st, sys; print(pt2st.checksum(b'\\xd0\\xb2\\xd0\\xb5\\xd1\\x81.pt')[:4])"
                environment = {k: v for k, v in os.environ.items() if not k.startswith("LC_")}
                environment.update(LC_ALL=locale, PYTHONUTF8="0")
                said = subprocess.run(
                    [sys.executable, "-c", code],
                    cwd=self.folder,
                    env=environment,
                    capture_output=True,
                    text=True,
                )
                self.assertEqual((said.stdout.strip(), said.stderr), ("da54", ""))

    @unittest.skipIf(os.name == "nt", "names have letters there, and no bytes")
    def test_a_name_that_is_no_text_is_said(self):
        with self.assertRaisesRegex(ValueError, "not UTF-8"):
            pt2st.scan(b"a\xff.pt")
        with self.assertRaisesRegex(ValueError, "empty"):
            pt2st.scan("")
        with self.assertRaisesRegex(ValueError, "zero byte"):
            pt2st.scan("a\0b")


@unittest.skipIf(os.name == "nt", "signals are others there")
class InterruptTest(InFolder):
    def test_leaves_nothing_behind(self):
        """A conversion that is interrupted ends before the exception goes on."""
        code = (
            "import pt2st, signal, sys\n"
            "from pt2st import _program\n"
            # A shell starts what runs in the background deaf to SIGINT, and a build may run there.
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "_program.command = lambda words: ['/bin/sh', '-c', "
            "'trap \"echo ended >ended; exit 143\" TERM; echo >begun; while :; do sleep 0.05; done']\n"
            "try: pt2st.convert('a', 'b')\n"
            "except KeyboardInterrupt: sys.exit(7)\n"
        )
        process = subprocess.Popen([sys.executable, "-c", code], cwd=self.folder)
        deadline = time.monotonic() + 30
        while not (self.folder / "begun").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), 7)
        self.assertTrue((self.folder / "ended").exists())

    def test_a_signal_to_the_program_is_an_error(self):
        command = _program.command
        self.addCleanup(setattr, _program, "command", command)
        for how, code in (("kill -TERM $$", -15), ("exit 143", 143)):
            _program.command = lambda words, how=how: ["/bin/sh", "-c", how]
            with self.subTest(how=how), self.assertRaisesRegex(pt2st.Failed, "signal") as caught:
                pt2st.convert("a", "b")
            self.assertEqual(caught.exception.exit_code, code)

    def test_what_breaks_without_json_is_an_error(self):
        command = _program.command
        self.addCleanup(setattr, _program, "command", command)
        _program.command = lambda words: ["/bin/sh", "-c", "echo no memory >&2; exit 1"]
        with self.assertRaisesRegex(pt2st.Failed, "^no memory$"):
            pt2st.convert("a", "b")


class ThreadsTest(InFolder):
    def test_several_at_once(self):
        digests = []
        names = ["zip_basic.pt", "zip_training.pt", "legacy_basic.pt", "zip_shared.pt"]
        threads = [
            threading.Thread(target=lambda n=n: digests.append(pt2st.checksum(CHECKPOINTS / n)))
            for n in names
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(digests), len(names))


class ModuleTest(unittest.TestCase):
    def test_is_the_program(self):
        for arguments, code in ((["--version"], 0), (["convert", "none.pt", "b"], 1), (["-x"], 2)):
            with self.subTest(arguments=arguments):
                ended = subprocess.run(
                    [sys.executable, "-m", "pt2st", *arguments], capture_output=True, text=True
                )
                self.assertEqual(ended.returncode, code)
        version = subprocess.run(
            [sys.executable, "-m", "pt2st", "--version"], capture_output=True, text=True
        )
        self.assertRegex(version.stdout, r"^pt2st [0-9.]+")

    def test_has_types(self):
        self.assertTrue((Path(pt2st.__file__).parent / "py.typed").is_file())

    def test_all_that_is_public_is_documented(self):
        for name in pt2st.__all__:
            if not name.startswith("__"):
                with self.subTest(name=name):
                    self.assertTrue(getattr(pt2st, name).__doc__)


if __name__ == "__main__":
    unittest.main()
