"""The examples of docs/python.md and of the README give what is written there."""

import doctest
import os
import re
import shutil
import unittest

import pt2st
from samples import CHECKPOINTS, HOSTILE, ROOT, InFolder
from test_torch import MISSING

DOCUMENT = ROOT / "docs" / "python.md"


class DocumentsTest(InFolder):
    def test_examples(self):
        for folder, names in (
            (CHECKPOINTS, ("zip_training.pt", "zip_basic.pt", "legacy_basic.pt")),
            (HOSTILE, ("zip_os_system.pt",)),
        ):
            for name in names:
                shutil.copyfile(folder / name, self.folder / name)
        before = os.getcwd()
        os.chdir(self.folder)
        os.environ["PT2ST_CACHE"] = str(self.folder / "cache")
        try:
            text = (ROOT / "README.md").read_text("utf-8") + DOCUMENT.read_text("utf-8")
            if MISSING:
                # Without them there is a path and no dict: the second block goes without its first.
                text = text.replace(">>> sorted(tensors)[:3]\n['blocks.0.bias', 'blocks.0.weight', 'blocks.1.bias']\n", "")
            text = text.replace("```", "\n")
            test = doctest.DocTestParser().get_doctest(text, {}, DOCUMENT.name, str(DOCUMENT), 0)
            self.assertGreater(len(test.examples), 10)
            result = doctest.DocTestRunner().run(test)
        finally:
            del os.environ["PT2ST_CACHE"]
            os.chdir(before)
        self.assertEqual(result.failed, 0)

    def test_names_every_exception_with_its_exit_code(self):
        rows = re.findall(r"^\| `(\w+)`.*\| *(\d*) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
        errors = {
            name
            for name in pt2st.__all__
            if isinstance(getattr(pt2st, name), type)
            and issubclass(getattr(pt2st, name), pt2st.Error)
        }
        self.assertEqual({name for name, _ in rows}, errors - {"Error"})


if __name__ == "__main__":
    unittest.main()
