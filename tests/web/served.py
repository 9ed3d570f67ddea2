"""A real server for the tests that kill it: born again and again from a process that has everything
loaded, so that each birth takes a moment only.

In a process of its own it makes the home's database ready, opens the trial, prints the key of the
first doctor, and then, for every line it reads, gives birth to a gunicorn and prints its process
group.
"""

import os
import sys

SITE, DOCTOR = "01", "doctor-01-1"


def main(port: int) -> None:
    """Serve on this port of the loopback address until the input ends."""
    from equipoise.cli.start import django

    django()
    from django.db import connections

    from equipoise.web import adopted, bootstrap, people, tokens
    from equipoise.web.hosting import outdated, server, statics
    from equipoise.web.jobs import stay

    server.make_ready()
    bootstrap.open_trial(adopted.study(), "office-1", [SITE], [(DOCTOR, "doctor", SITE)])
    account = people.make_account(DOCTOR, "Daan Duindoorn", "", None)
    print(tokens.make_token(account, "the test's", 1), flush=True)
    connections.close_all()
    statics.gather()
    import equipoise.web.wsgi  # noqa: F401  (read once, before the births)

    stay.REST = 0.1  # whoever does the jobs is born again at once
    stay.PAUSE = outdated.LOOKS = 0.5  # and nobody rests for long between two looks

    for _ in sys.stdin:
        child = os.fork()
        if not child:
            os.setsid()
            workers, runner = int(os.environ["WORKERS"]), os.environ["JOBS"] == "yes"
            server.serve(port, loglevel="critical", workers=workers, runner=runner)
        print(child, flush=True)
        os.waitpid(child, 0)
