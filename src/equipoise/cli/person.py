"""`equipoise person ID`: a sign-in for someone, with a role at a site; or a new password.

With `--erase` their name is forgotten instead; with `--reset-factor` their second factor is.
"""

from typing import TYPE_CHECKING

from equipoise.cli.parsing import Parser

if TYPE_CHECKING:
    from argparse import Namespace


def run(words: list[str]) -> int:
    """1 when the trial refuses the role."""
    parser = Parser(prog="equipoise person", description=__doc__)
    parser.add_argument("person", help="the id that the ledger knows them by, never a name")
    parser.add_argument("--name", default="", help="kept sealed, apart from the ledger")
    parser.add_argument("--email", default="", help="kept sealed, like the name")
    parser.add_argument("--role", help="give them this role of the study file")
    parser.add_argument("--site", default="", help="at this site")
    parser.add_argument("--by", default="", help="the id of who gives it, of the trial office")
    parser.add_argument("--erase", action="store_true", help="forget their name, for a reason")
    parser.add_argument("--reset-factor", action="store_true", help="they lost their second factor")
    parser.add_argument("--because", default="", help="the reason, without any name")
    args = parser.parse_args(words)
    if args.erase or args.reset_factor:
        if not args.by:
            parser.error("say with --by who of the trial office does it")
        return _for_another(args)
    if args.role and not args.by:
        parser.error("say with --by who of the trial office gives the role")

    from equipoise.cli.start import installed, new_password, proved

    installed()
    from django.db import transaction

    from equipoise.conduct.administration import GiveRole
    from equipoise.conduct.how import PLAINLY
    from equipoise.conduct.step_up import is_asked
    from equipoise.web import adopted, passwords, people, write_service
    from equipoise.web.access import access_log
    from equipoise.web.models import Account

    # All or nothing: the password is known to be good before the role is given.
    account = Account.objects.filter(person_id=args.person).first()
    made = account is None
    account = account or people.new_account(args.person, args.name, args.email)
    asks = args.role and is_asked([adopted.study()], GiveRole)
    how = proved(args.by, GiveRole, f"{args.person} {args.role}") if asks else PLAINLY
    password = new_password(account)
    with transaction.atomic():
        if args.role:
            giving = GiveRole(person=args.person, role=args.role, site=args.site)
            write_service.perform(giving, args.by, how=how)
        passwords.give(account, password)
        access_log.note_at_command_line(
            "person-changed",
            whose=args.person,
            made=made,
            password=not made,
            role=args.role or "",
            site=args.site if args.role else "",
        )
    print(f"{args.person} can sign in")
    return 0


def _for_another(args: "Namespace") -> int:
    """Erase the name, or reset the second factor, after whoever does it gave their password."""
    from equipoise.cli.start import django, proved

    django()
    from equipoise.conduct.persons import ErasePerson, ResetSecondFactor
    from equipoise.web import write_service

    act = ErasePerson if args.erase else ResetSecondFactor
    how = proved(args.by, act, args.person)
    write_service.perform(act(person=args.person, because=args.because), args.by, how=how)
    print(f"{act.words.name}: {args.person}")
    return 0
