"""`equipoise serve`: the trial, on the loopback address; a proxy with TLS stands before it."""

import argparse
import os
import sys


def run(words: list[str]) -> int:
    """1 when the installation is not fit to be served; else it serves until it is stopped."""
    parser = argparse.ArgumentParser(prog="equipoise serve", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument(
        "--migrate",
        action="store_true",
        help="make the tables, or bring them up to date, and stop; on PostgreSQL as their owner",
    )
    asked = parser.parse_args(words)

    from equipoise.cli.start import django

    django()
    from equipoise.web import server

    if asked.migrate:
        server.make_ready()
        return 0
    if reasons := server.obstacles():
        print("equipoise serve: this installation can not be served", file=sys.stderr)
        for reason in reasons:
            print(f"  {reason}", file=sys.stderr)
        return 1
    server.serve(asked.port, lambda: print(f"serving on http://{server.HOST}:{asked.port}/"))
    return 0
