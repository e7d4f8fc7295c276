"""The cache of load, with several processes and little room."""

import json
import os
import shutil
import subprocess
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import pt2st
from pt2st import _cache, _load
from pt2st._cache import Cache, size_of
from samples import CHECKPOINTS, HOSTILE, InFolder


class CacheTest(InFolder):
    def setUp(self):
        super().setUp()
        self.cache = self.folder / "cache"
        self.source = self.folder / "model.pt"
        shutil.copyfile(CHECKPOINTS / "zip_basic.pt", self.source)
        self.made = 0

        def counted(*arguments, **options):
            self.made += 1
            return pt2st.convert(*arguments, **options)

        patch = mock.patch.object(_load, "convert", counted)
        patch.start()
        self.addCleanup(patch.stop)

    def cached(self, source=None, **options):
        return pt2st.cached(self.source if source is None else source, cache=self.cache, **options)

    def entries(self):
        return {path.name for path in (self.cache / "v1" / "files").iterdir()}

    def leftovers(self):
        return list((self.cache / "v1" / "making").iterdir())

    def test_converts_once(self):
        first = self.cached()
        self.assertEqual(first.read_bytes(), self.cached().read_bytes())
        self.assertEqual(self.made, 1)
        self.assertEqual(self.leftovers(), [])
        expected = pt2st.convert(self.source, self.folder / "b.safetensors").output
        self.assertEqual(first.read_bytes(), expected.read_bytes())

    def test_the_same_content_under_another_name_is_the_same(self):
        other = self.folder / "other.ckpt"
        shutil.copyfile(self.source, other)
        self.assertEqual(self.cached(), self.cached(other))
        self.assertEqual(self.made, 1)

    def test_another_content_under_the_same_name_is_another(self):
        first = self.cached()
        shutil.copyfile(CHECKPOINTS / "zip_training.pt", self.source)
        self.assertNotEqual(first, self.cached())

    def test_a_change_at_once_that_keeps_size_and_time_is_seen(self):
        first = self.cached()
        before = self.source.stat()
        content = bytearray(self.source.read_bytes())
        position = content.index(b"embed.weight")
        content[position] = ord("E")
        self.source.write_bytes(content)
        os.utime(self.source, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.assertNotEqual(Cache(self.cache).digest(self.source)[0], first.parent.name)
        self.assertNotEqual(first, self.cached(no_crc=True))

    def test_an_old_file_is_read_for_its_digest_once(self):
        cache = Cache(self.cache)
        with mock.patch.object(_cache, "_RACY_NS", -(10**12)):
            first, _ = cache.digest(self.source)
        with mock.patch.object(_cache.hashlib, "sha256", wraps=_cache.hashlib.sha256) as digest:
            self.assertEqual(cache.digest(self.source)[0], first)
            self.assertEqual(digest.call_count, 1)  # of what the file looks like
        time.sleep(0.01)
        self.source.touch()
        self.assertEqual(cache.digest(self.source)[0], first)

    def test_options_and_version_count(self):
        paths = {
            self.cached(),
            self.cached(cast="bf16"),
            self.cached(exclude=["mask"]),
            self.cached(exclude=iter(["mask", "steps"])),
            self.cached(metadata={"a": "b"}),
        }
        self.assertEqual(len(paths), 5)
        self.assertEqual(self.cached(cast=None, strict=False), self.cached())
        with mock.patch.object(_load, "__version__", "9"):
            self.assertNotIn(self.cached(), paths)

    def test_the_content_of_a_policy_counts(self):
        policy = self.folder / "policy.txt"
        policy.write_text("zoo.A it is data\n")
        first = self.cached(policy=policy)
        policy.write_text("zoo.B it is data\n")
        self.assertNotEqual(first, self.cached(policy=policy))

    def test_what_makes_no_sense_is_said(self):
        for option in ("max_shard_size", "overwrite", "sidecar", "dry_run", "out", "attest"):
            with self.subTest(option=option), self.assertRaises(TypeError):
                self.cached(**{option: "1"})
        with self.assertRaises(IsADirectoryError):
            self.cached(self.folder)
        with open(self.source, "rb") as file, self.assertRaisesRegex(TypeError, "open file"):
            self.cached(file)
        with self.assertRaises(FileNotFoundError):
            self.cached(self.folder / "none.pt")
        for address in ("hf://org/model", "https://host/model.pt", "s3://bucket/model.pt"):
            with self.subTest(address=address), self.assertRaisesRegex(ValueError, "is an address"):
                self.cached(address)

    def test_more_than_one_device_is_refused_before_anything_is_converted(self):
        for other in (lambda storage, location: storage, {"cuda:0": "cpu"}):
            with self.assertRaisesRegex(TypeError, "name one device"):
                pt2st.load(self.source, other)
        self.assertEqual(self.made, 0)

    def test_what_is_refused_leaves_nothing(self):
        with self.assertRaises(pt2st.Refused):
            self.cached(HOSTILE / "zip_os_system.pt")
        self.assertEqual((self.entries(), self.leftovers()), (set(), []))

    def test_a_damaged_entry_is_made_again(self):
        for damage in (
            lambda file: file.write_bytes(file.read_bytes()[:-1]),
            lambda file: file.unlink(),
            lambda file: (file.parent / "entry.json").write_text("{"),
            lambda file: (file.parent / "entry.json").unlink(),
        ):
            file = self.cached()
            whole = file.read_bytes()
            damage(file)
            self.assertEqual(self.cached().read_bytes(), whole)
        self.assertEqual(self.made, 5)

    def test_a_file_that_changes_meanwhile_is_not_kept(self):
        def changing(source, target, **options):
            done = pt2st.convert(source, target, **options)
            shutil.copyfile(CHECKPOINTS / "zip_training.pt", source)
            return done

        with mock.patch.object(_load, "convert", changing):
            with self.assertRaisesRegex(pt2st.Failed, "changed while it was read"):
                self.cached()
        self.assertEqual(self.entries(), set())

    def test_what_was_not_used_for_longest_goes_first(self):
        names = ["zip_basic.pt", "zip_training.pt", "zip_shared.pt"]
        first, second, third = (self.cached(CHECKPOINTS / name) for name in names)
        now = time.time()
        for age, file in ((30, second), (20, first), (10, third)):
            os.utime(file.parent / "entry.json", (now - age, now - age))
        size = Cache(self.cache).size()
        self.cached(CHECKPOINTS / "zip_bare_tensor.pt", max_size=size)
        self.assertEqual([f.exists() for f in (first, second, third)], [True, False, True])
        self.assertLessEqual(Cache(self.cache).size(), size)

    def test_a_file_larger_than_the_cache_is_said(self):
        with self.assertRaisesRegex(pt2st.CacheTooSmall, "PT2ST_CACHE_MAX_SIZE"):
            self.cached(max_size=100)
        self.assertEqual((self.entries(), self.leftovers()), (set(), []))

    def test_what_is_being_used_stays(self):
        file = self.cached()
        cache = Cache(self.cache, 0)
        with cache.entry(file.parent.name, mock.Mock(side_effect=AssertionError)):
            self.assertGreater(cache.shrink(), 0)
            self.assertTrue(file.exists())
        self.assertEqual(cache.shrink(), 0)
        self.assertFalse(file.exists())
        self.assertEqual(list((self.cache / "v1" / "locks").glob("?" * 64)), [])

    def test_what_a_killed_process_left_goes_after_a_day(self):
        self.cached()
        for name, age in (("old", 2 * 86400), ("new", 3600)):
            left = self.cache / "v1" / "making" / name
            left.mkdir()
            os.utime(left, (time.time() - age,) * 2)
        Cache(self.cache).shrink()
        self.assertEqual([path.name for path in self.leftovers()], ["new"])

    def test_processes_share_it(self):
        code = (
            "import pt2st, sys\n"
            "for name in sys.argv[2:]: print(pt2st.cached(name, cache=sys.argv[1]).read_bytes()[:8])"
        )
        names = [str(CHECKPOINTS / n) for n in ("zip_basic.pt", "zip_training.pt")]
        runs = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(self.cache), *names[:: 1 if n % 2 else -1]],
                stdout=subprocess.PIPE,
            )
            for n in range(4)
        ]
        said = [sorted(run.communicate()[0].splitlines()) for run in runs]
        self.assertEqual([run.returncode for run in runs], [0] * 4)
        self.assertEqual(said, [said[0]] * 4)
        self.assertEqual((len(self.entries()), self.leftovers()), (2, []))

    def test_with_room_for_one_at_a_time_all_get_theirs(self):
        names = ["zip_basic.pt", "zip_training.pt", "zip_shared.pt", "zip_bare_tensor.pt"]
        self.cached(CHECKPOINTS / "zip_training.pt")
        # The report has the seconds that it took, which may have more digits the next time.
        room = Cache(self.cache).size() + 16

        def take(name):
            key = _load._key(Cache(self.cache).digest(CHECKPOINTS / name)[0], {})
            make = lambda target: pt2st.convert(CHECKPOINTS / name, target).report
            with Cache(self.cache, room).entry(key, make) as file:
                return len(file.read_bytes()) > 8

        with ThreadPoolExecutor(4) as threads:
            self.assertTrue(all(threads.map(take, names * 3)))

    def test_a_killed_process_locks_nobody_out(self):
        code = (
            "import os, sys\nfrom pt2st._cache import Cache\n"
            "def make(target): target.write_bytes(b'half'); os._exit(9)\n"
            "with Cache(sys.argv[1]).entry(sys.argv[2], make): pass"
        )
        file = self.cached()
        shutil.rmtree(file.parent)
        ended = subprocess.run([sys.executable, "-c", code, str(self.cache), file.parent.name])
        self.assertEqual(ended.returncode, 9)
        self.assertEqual(self.cached().read_bytes()[8:9], b"{")

    def test_where_it_is(self):
        with mock.patch.dict(os.environ, {"PT2ST_CACHE": str(self.cache)}):
            self.assertTrue(pt2st.cached(self.source).is_relative_to(self.cache))
        if sys.platform.startswith("linux"):
            with mock.patch.dict(os.environ, {"XDG_CACHE_HOME": "/x", "PT2ST_CACHE": ""}):
                self.assertEqual(Cache().folder, Path("/x/pt2st"))
        with mock.patch.dict(os.environ, {"PT2ST_CACHE_MAX_SIZE": "3GiB"}):
            self.assertEqual(Cache(self.cache).max_size, 3 << 30)

    def test_sizes(self):
        for text, bytes_ in (("0", 0), ("20GB", 20 * 10**9), ("1KiB", 1024), ("5 M", 5 * 10**6), (7, 7)):
            self.assertEqual(size_of(text), bytes_)
        for text in ("", "-1", "1.5GB", "GB", "1PB", True, -1):
            with self.subTest(text=text), self.assertRaises(ValueError):
                size_of(text)

    def test_its_command(self):
        self.cached()
        command = [sys.executable, "-m", "pt2st.cache", "--cache", str(self.cache)]
        self.assertIn(": 1 files, ", subprocess.run(command, capture_output=True, text=True).stdout)
        emptied = subprocess.run([*command, "--max-size", "0"], capture_output=True, text=True)
        self.assertIn(": 0 files, 0 of 0 bytes", emptied.stdout)

    def test_without_torch_load_gives_the_path(self):
        with mock.patch.object(_load.importlib.util, "find_spec", return_value=None):
            self.assertEqual(pt2st.load(self.source, cache=self.cache), self.cached())

    def test_the_report_is_kept(self):
        facts = json.loads((self.cached().parent / "entry.json").read_text())
        self.assertEqual(facts["report"]["tensor_count"], 5)


if __name__ == "__main__":
    unittest.main()
