"""Where the samples are, and a folder for each test."""

import os
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ.get("PT2ST_ROOT") or Path(__file__).resolve().parents[3])
SAMPLES = ROOT / "samples"
CHECKPOINTS = SAMPLES / "checkpoints"
HOSTILE = SAMPLES / "hostile"


class InFolder(unittest.TestCase):
    """A test with an empty folder, ``self.folder``."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="with blanks and ü ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
