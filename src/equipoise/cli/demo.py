"""`equipoise demo`: a rehearsed trial, up to yesterday, with a sign-in for every role.

The first start rehearses and fills the home (`var`); the next ones serve what is there, until the
study file changes.
"""

import os
import sys
import time

from equipoise.cli.parsing import Parser, port

PARTICIPANTS, SEED = 306, 7


def run(words: list[str]) -> int:
    """1 when the home holds a real trial; else it serves."""
    parser = Parser(prog="equipoise demo", description=__doc__)
    at = os.environ.get("PORT", "8000")
    parser.add_argument("--port", type=port, default=at, help="on the loopback address; else PORT")
    args = parser.parse_args(words)
    os.environ["EQUIPOISE_DEMO"] = "1"

    from equipoise.cli.start import django

    django()
    from equipoise.web import home
    from equipoise.web.hosting import server
    from equipoise.web.store import DatabaseLedger

    # Before anything is set aside: what listens there may be serving this very home.
    if taken := server.port_taken(args.port):
        print(f"equipoise demo: {taken}", file=sys.stderr)
        return 1
    server.make_ready()
    if DatabaseLedger().is_empty():
        _rehearse()
    elif not home.is_demonstration():
        print(f"{home.folder()} holds a real trial; name another EQUIPOISE_HOME", file=sys.stderr)
        return 1
    elif not _same_text():
        if not _set_aside():
            return 1
        server.make_ready()
        _rehearse()
    if not _known():
        return 1
    _bring_records()
    server.serve(args.port, lambda: _tell(args.port))
    return 0


def _bring_records() -> None:
    """The finder's own sample, where no records were taken in: it is not to be empty."""
    from equipoise.exchange.registry import sample
    from equipoise.web import home

    sample.where_nothing_is(home.registry())


def _known() -> bool:
    """Whether the text of the trial stands; else the reasons are told."""
    from equipoise.web import adopted, write_service

    reasons = adopted.make_known(write_service.now())
    if reasons:
        print("\n".join(reasons), file=sys.stderr)
    return not reasons


def _same_text() -> bool:
    from equipoise.web import home, read_model
    from equipoise.web.store import DatabaseLedger

    return read_model.trial_state_now(DatabaseLedger()).study_digest == home.proposal().digest


def _set_aside() -> bool:
    """Under a study text that was not adopted nothing could be done: begin again beside it."""
    from django.db import connection, connections

    from equipoise.web import home, read_model

    if connection.vendor != "sqlite":
        print("the study file has changed since the rehearsal: begin with an empty database")
        return False
    connections.close_all()
    for file in home.folder().glob("equipoise.sqlite3*"):
        file.replace(file.with_name(f"before-{file.name}"))
    read_model.forget()
    print(f"the study file has changed; the rehearsal before it lies in {home.folder()}/before-*")
    return True


def _rehearse() -> None:
    from datetime import timedelta

    from equipoise.design.rehearsal.plan import load_plan
    from equipoise.design.rehearsal.run import rehearse
    from equipoise.design.rehearsal.synthetic_trial import sealed_seed
    from equipoise.ledger import MemoryLedger
    from equipoise.web import adopted, bootstrap, home, write_service

    study, ledger, began = adopted.study(), MemoryLedger(), time.perf_counter()
    yesterday = write_service.today() - timedelta(days=1)
    print(f"rehearsing {study.identity.acronym} up to yesterday, once …", flush=True)
    plan = load_plan(home.study_folder(), study)
    done = rehearse(study, plan, ledger, PARTICIPANTS, SEED, until=yesterday)
    count = bootstrap.load_ledger(ledger, sealed_seed(SEED))
    print(
        f"{done.screened} invented people screened, {done.randomised} randomised: {count} entries "
        f"in {time.perf_counter() - began:.0f} s",
        flush=True,
    )
    for line in done.told():
        print(line)


def _tell(port: int) -> None:
    from equipoise.web import adopted
    from equipoise.web.bootstrap import DEMO_PASSWORD, demo_people
    from equipoise.web.hosting import server

    study = adopted.study()
    width = max(len(person.label) for person in demo_people(study))
    lines = [
        f"\n  {study.identity.acronym} is served on http://{server.HOST}:{port}/\n",
        f"  sign in with the password {DEMO_PASSWORD} as",
    ]
    for person in demo_people(study):
        where = f"site {person.site}" if person.site else ""
        lines.append(f"    {person.label:<{width}}  {person.person_id:<22} {where}".rstrip())
    lines.append("\n  Everyone in it is invented. Ctrl-C stops it; `make clean` forgets it.\n")
    # At once, so that nobody who reads along sees half of it.
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
