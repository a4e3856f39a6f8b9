"""``python -m enumerator``."""

import sys

from enumerator.cli import main

sys.exit(main())
