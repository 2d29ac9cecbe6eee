"""`python -m upstream --port 8090`: serves until it is stopped."""

import argparse
import signal
import threading
from types import FrameType

from upstream.server import Upstream


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m upstream", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8090, help="port; 0 selects a free one (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="each seed gives other data (default: %(default)s)")
    options = parser.parse_args()

    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    with Upstream(host=options.host, port=options.port, seed=options.seed) as upstream:
        for variable, url in upstream.base_urls().items():
            print(f"{variable}={url}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
