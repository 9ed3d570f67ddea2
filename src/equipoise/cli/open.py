"""`equipoise open PERSON`: open the trial; this person is the first of its office.

Records the study text by its digest, the hash of the sealed seed, and that the sites take part.
"""

import sys
from pathlib import Path

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """1 when the trial is open already, or is refused for another reason."""
    parser = Parser(prog="equipoise open", description=__doc__)
    parser.add_argument("person", help="the id that the ledger will know them by, never a name")
    parser.add_argument("--name", required=True, help="kept sealed, apart from the ledger")
    parser.add_argument("--email", default="", help="kept sealed, like the name")
    parser.add_argument("--site", action="append", dest="sites", help="open this site only; repeat")
    parser.add_argument("--confirmed", type=Path, help="the file with what the sponsor confirmed")
    args = parser.parse_args(words)

    from equipoise.cli.confirming import confirmations
    from equipoise.cli.reader import reader
    from equipoise.cli.start import django, new_password

    django()
    from django.db import transaction

    from equipoise.conduct.act import Refused
    from equipoise.web import adopted, bootstrap, home, passwords, people, write_service

    if write_service.folds().trial_state().opened_on:
        print("the trial is open already", file=sys.stderr)
        return 1
    try:
        adopted.fit(adopted.proposal())
    except Refused as refused:
        print("\n".join(one.wording(reader()) for one in refused.refusals), file=sys.stderr)
        print("nothing was opened; `equipoise check` tells the same", file=sys.stderr)
        return 1
    confirmed = confirmations(args.confirmed, adopted.study()) if args.confirmed else []
    account = people.new_account(args.person, args.name, args.email)
    password = new_password(account)
    with transaction.atomic():
        bootstrap.open_trial(adopted.study(), args.person, args.sites, confirmed=confirmed)
        passwords.give(account, password)
    print(f"{adopted.study().identity.acronym} is open; back up {home.folder() / 'secrets'} now")
    return 0
