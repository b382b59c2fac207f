"""``python -m virtual_lab.testing``: serve the scripted model until the process is ended."""

from __future__ import annotations

import argparse
import sys
import threading

from virtual_lab.testing.server import ModelServer


def main() -> None:
    """Serve, and write the address to the standard output."""
    parser = argparse.ArgumentParser(prog="python -m virtual_lab.testing", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency", type=float, default=0.5, help="seconds that an answer takes")
    parser.add_argument("--concurrent", type=int, help="answers that are made at a time")
    options = parser.parse_args()
    with ModelServer(
        latency_s=options.latency, concurrent=options.concurrent, port=options.port
    ) as server:
        sys.stdout.write(f"{server.base_url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
