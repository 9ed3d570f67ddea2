"""`equipoise doctor`: is this installation sound? Each check, and in words what is wrong.

The database and its tables, the ledger's triggers word for word, rights, settings under which a
commit could be lost, secrets against the ledger, clock, disk, and the file's own integrity. With
`--url` the running server is asked too, through the proxy that stands before it.
"""

import json
import sys
import urllib.error
import urllib.request

from equipoise.cli.parsing import Parser

SECONDS = 30


def run(words: list[str]) -> int:
    """0 when nothing is wrong."""
    parser = Parser(prog="equipoise doctor", description=__doc__)
    parser.add_argument(
        "--url", help="where the trial is reached, such as https://trial.example.org"
    )
    args = parser.parse_args(words)

    from equipoise.cli.start import django, must_be_there

    try:
        must_be_there()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    django()
    from equipoise.web.hosting.soundness import thorough

    wrong = 0
    for name, faults in thorough():
        print(f"{'wrong' if faults else 'well ':<5}  {name}")
        for fault in faults:
            print(f"         {fault}")
        wrong += bool(faults)
    if args.url:
        wrong += _through(args.url)
    return 1 if wrong else 0


def _through(url: str) -> int:
    """How many of the checks that the running server answers are not well."""
    if not url.startswith(("http://", "https://")):
        print(f"wrong  {url} is no address that begins with http:// or https://")
        return 1
    try:
        checks = _answer_of(f"{url.rstrip('/')}/health")
    except (OSError, ValueError, KeyError) as error:
        print(f"wrong  {url}: {error}")
        return 1
    for name, well in checks.items():
        print(f"{'well ' if well else 'wrong'}  {name}, asked of {url}")
    return sum(1 for well in checks.values() if not well)


def _answer_of(address: str) -> dict[str, bool]:
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        if error.code != 503:
            raise
        text = error.read()
    checks: dict[str, bool] = json.loads(text)["checks"]
    return checks
