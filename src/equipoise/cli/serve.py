"""`equipoise serve`: the trial, on the loopback address; a proxy with TLS stands before it."""

import os
import sys

from equipoise.cli.parsing import Parser, port


def run(words: list[str]) -> int:
    """1 when the installation is not fit to be served; else it serves until it is stopped."""
    parser = Parser(prog="equipoise serve", description=__doc__)
    at = os.environ.get("PORT", "8000")
    parser.add_argument("--port", type=port, default=at, help="on the loopback address; else PORT")
    parser.add_argument(
        "--migrate",
        action="store_true",
        help="make the tables, or bring them up to date, and stop; on PostgreSQL as their owner",
    )
    parser.add_argument(
        "--no-jobs",
        action="store_true",
        help="keep nobody for the jobs: cron runs `equipoise jobs`",
    )
    asked = parser.parse_args(words)

    from equipoise.cli.start import django

    django()
    from equipoise.web import server

    if asked.migrate:
        server.make_ready()
        return 0
    if taken := server.port_taken(asked.port):
        print(f"equipoise serve: {taken}", file=sys.stderr)
        return 1
    if reasons := server.obstacles():
        print("equipoise serve: this installation can not be served", file=sys.stderr)
        for reason in reasons:
            print(f"  {reason}", file=sys.stderr)
        return 1
    told = f"serving on http://{server.HOST}:{asked.port}/"
    server.serve(asked.port, lambda: print(told), runner=not asked.no_jobs)
    return 0
