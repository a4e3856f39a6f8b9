"""The frozen program's first module."""

import sys

from enumerator.cli import main

sys.exit(main())
