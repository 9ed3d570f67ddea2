"""Fills an empty home for a measurement: so many participants, a token, a signed-in session.

Runs in a process of its own, because a process reads its settings once:
`python -m bench.trial.prepare COUNT` prints what the measurement needs as JSON.
"""

import json
import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from equipoise.conduct import folding, trial
from equipoise.conduct.act import Act, Stamp
from equipoise.conduct.administration import GiveRole, OpenSite, OpenTrial
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.random_source import RandomSource, commitment
from equipoise.conduct.screening import EnterScreening
from equipoise.ledger import Ledger, MemoryLedger
from equipoise.study.load import load
from equipoise.study.model import Study

FOLDER = Path(os.environ.get("EQUIPOISE_STUDY", "studies/pump-it"))
SEED = b"a seed for benches, which is no secret"
NURSE, OFFICE = "nurse-01-1", "office-1"
VALUES = {"birth_date": "1961", "sex": "female", "height": "170", "weight": "70.5"}


def main(count: int) -> None:
    """Prepare the home that the environment names."""
    from equipoise.cli.start import django

    django()
    from django.db import connection

    from equipoise.web import bootstrap
    from equipoise.web.hosting import server

    server.make_ready()
    study, ledger = load(FOLDER), MemoryLedger()
    first = participants(study, ledger, count)
    bootstrap.load_ledger(ledger, SEED)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_row (id integer PRIMARY KEY, said text NOT NULL)")
    if entries := int(os.environ.get("BENCH_ENTRIES", "0")):
        _plant(entries)
    sessions = {"session": _session(NURSE), "office": _session(OFFICE)}
    print(json.dumps({"subject": first, "token": _token(), **sessions}))


def participants(study: Study, ledger: Ledger, count: int) -> str:
    """So many participants of one hospital, screened and consented; the number of the first."""
    folds, at = folding.FreshFolds(ledger), datetime(2025, 1, 6, 8, tzinfo=UTC)
    site = study.sites[0].id

    def do(act: Act, by: str, subject_id: str = "") -> None:
        nonlocal at
        at += timedelta(seconds=20)
        stamp = Stamp(by=by, at=at)
        random_source = RandomSource(SEED)
        trial.perform(
            study,
            ledger,
            act,
            stamp,
            subject_id=subject_id,
            random_source=random_source,
            folds=folds,
        )

    do(
        OpenTrial(version=study.version, digest=study.digest, seed_commitment=commitment(SEED)),
        OFFICE,
    )
    do(GiveRole(person=OFFICE, role="trial-office"), OFFICE)
    for opened in study.sites:
        do(OpenSite(site=opened.id), OFFICE)
    do(GiveRole(person=NURSE, role="nurse", site=site), OFFICE)
    version = max(
        (v for v in study.consent.versions if v.from_on <= date(2025, 1, 6)),
        key=lambda v: v.from_on,
    ).version
    names = [f"{study.identity.prefix}-{site}-{n:05d}" for n in range(1, count + 1)]
    for name in names:
        do(EnterScreening(site=site), NURSE, name)
        do(GiveConsent(version=version), NURSE, name)
        do(SaveForm(form="demography", visit="screening", values=dict(VALUES)), NURSE, name)
    return names[0]


def _token() -> str:
    from equipoise.web.models import Account
    from equipoise.web.tokens import make_token

    return make_token(Account.objects.get(person_id=NURSE), "bench")


def _plant(count: int) -> None:
    """Let the ledger grow to so many entries, of participants of whom nothing else is kept.

    They are copies of one form that was saved; no page folds them or asks for their digests.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_PLANT, [count, SaveForm.kind])


_PLANT = """
    WITH RECURSIVE many(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM many WHERE n + 1 < %s)
    INSERT INTO ledger_entry (stream, seq, kind, payload, "by", at, happened, study, subject,
        "after", previous, digest)
    SELECT printf('planted-%%08d', n / 100), n %% 100 + 1, kind, payload, "by", at, happened, study,
        '', 0, printf('%%064x', CASE WHEN n %% 100 = 0 THEN 0 ELSE n - 1 END), printf('%%064x', n)
    FROM many, (SELECT * FROM ledger_entry WHERE kind = %s LIMIT 1) AS one
"""


def _session(person: str) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from equipoise.web.models import Account

    account = Account.objects.get(person_id=person)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    main(int(sys.argv[1]))
