"""Twenty people who are not signed in and look around; in a process beside the bench.

`python -m bench.trial.strangers PORT PAUSE` asks page after page, each of them so many seconds
after the one before, until it is stopped. Whoever is told to come back in a moment does so.
"""

import http.client
import itertools
import sys
import threading
import time

MANY = 20
ASKED = (  # every address that anyone may read, or one like it
    "/",
    "/check/",
    "/for-doctors/",
    "/?in=nl",
    "/trials/?q=darmkanker&near=Utrecht&km=500",
    "/trials/NCT06857773/",
    "/trials/places/",
    "/trials/NCT06857773/where/",
    "/trials/compare/?of=NCT06857773&of=NCT03849365",
    "/trials/list.csv?q=cancer",
    "/api/v2/studies?query.cond=cancer&format=csv",
    "/api/v2/studies/NCT06857773",
    "/api/docs",
    "/accounts/login/",
)
INVENTED = {"Cookie": "sessionid=invented"}
"""A session that nobody gave: every fourth comes past the line of those who bring none."""
COME_BACK = (429, 503)


def main(port: int, pause: float) -> None:
    """Let them look around; a line is written once all of them have had a page."""
    begun = threading.Barrier(MANY + 1)
    for n in range(MANY):
        threading.Thread(target=_look, args=(port, pause, n, begun), daemon=True).start()
    begun.wait()
    print("all are there", flush=True)
    sys.stdin.read()


def _look(port: int, pause: float, n: int, begun: threading.Barrier) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    time.sleep(pause * n / MANY)
    for turn in itertools.count(n):
        line.request("GET", ASKED[turn % len(ASKED)], headers=INVENTED if n % 4 == 0 else {})
        answer = line.getresponse()
        answer.read()
        if answer.status not in (200, 404) and answer.status not in COME_BACK:
            raise RuntimeError(f"{ASKED[turn % len(ASKED)]}: {answer.status}")
        if turn == n:
            line.close()  # the server ends a line that is silent for long, as this one may be
            begun.wait()
        time.sleep(pause)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
