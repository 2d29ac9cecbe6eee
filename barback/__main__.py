"""`python -m barback` is the command `barback`."""

import sys

from barback.cli import main

sys.exit(main())
