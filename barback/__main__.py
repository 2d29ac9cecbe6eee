"""`python -m barback` is the command `barback`."""

import signal
import sys

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # While modules are loaded Ctrl-C just ends us: a traceback would tell nobody anything. `main` takes over.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from barback.cli import main

sys.exit(main())
