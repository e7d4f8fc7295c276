"""``python -m pt2st``: the program, whose exit code is that of this process."""

import sys

from ._program import become

become(sys.argv[1:])
