"""`equipoise token PERSON`: a key with which a program acts for a person, shown once."""

import sys

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """1 when nobody holds a role under this id."""
    parser = Parser(prog="equipoise token", description=__doc__)
    parser.add_argument("person", help="the id under which they hold a role, such as nurse-01-1")
    parser.add_argument("--label", default="made at the command line", help="what it is for")
    parser.add_argument("--days", type=int, default=365, help="how long it is good")
    parser.add_argument("--end", action="store_true", help="make all their keys worthless instead")
    args = parser.parse_args(words)
    if args.days < 1:
        parser.error("a key is good for at least one day")

    from equipoise.cli.start import installed

    installed()
    from django.db import transaction

    from equipoise.web import people, tokens, write_service
    from equipoise.web.access import access_log
    from equipoise.web.models import Account

    if args.person not in write_service.folds().trial_state().people:
        print(f"nobody holds a role under the id {args.person!r}", file=sys.stderr)
        return 1
    account = Account.objects.filter(person_id=args.person).first()
    if args.end:
        with transaction.atomic():
            ended = tokens.end_tokens(account) if account else 0
            access_log.note_at_command_line("key-ended", whose=args.person, keys=ended)
        print(f"{ended} keys of {args.person} are worthless now")
        return 0
    with transaction.atomic():
        # A program needs no password: its account is made with none that could be used.
        account = account or people.make_account(args.person, "", "", None)
        key = tokens.make_token(account, args.label, args.days)
        access_log.note_at_command_line("key-made", whose=args.person, days=args.days)
    print(f"good for {args.days} days, as Authorization: Bearer …", file=sys.stderr)
    print(key)
    return 0
