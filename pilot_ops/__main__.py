"""``python -m pilot_ops`` is the command line."""

import sys

from pilot_ops.cli import main

if __name__ == "__main__":
    sys.exit(main())
