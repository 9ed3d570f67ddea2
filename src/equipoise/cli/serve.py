"""`equipoise serve`: the trial, on the loopback address; a proxy with TLS stands before it."""

import os
import sys

from equipoise.cli.parsing import Parser, port


def run(words: list[str]) -> int:
    """1 when the installation is not fit to be served; else it serves until it is stopped."""
    parser = Parser(prog="equipoise serve", description=__doc__)
    at = os.environ.get("PORT", "8000")
    parser.add_argument("--port", type=port, default=at, help="else PORT")
    parser.add_argument(
        "--host", default="127.0.0.1", help="where it listens: the loopback address"
    )
    parser.add_argument(
        "--proxy",
        default=os.environ.get("EQUIPOISE_PROXY", ""),
        help="addresses of a proxy on another machine, commas between; else EQUIPOISE_PROXY",
    )
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
    args = parser.parse_args(words)
    os.environ["EQUIPOISE_PROXY"] = args.proxy

    from equipoise.cli.start import django

    django()
    from equipoise.web.hosting import server

    if args.migrate:
        server.make_ready()
        return 0
    if taken := server.port_taken(args.port, args.host):
        print(f"equipoise serve: {taken}", file=sys.stderr)
        return 1
    if reasons := server.obstacles():
        print("equipoise serve: this installation can not be served", file=sys.stderr)
        for reason in reasons:
            print(f"  {reason}", file=sys.stderr)
        return 1
    if warning := server.unguarded(args.host, args.proxy):
        print(f"equipoise serve: {warning}", file=sys.stderr)
    where = f"http://{args.host}:{args.port}/"
    server.serve(
        args.port,
        lambda: print(f"serving on {where}"),
        args.host,
        runner=not args.no_jobs,
    )
    return 0
