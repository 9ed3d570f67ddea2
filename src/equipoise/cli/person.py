"""`equipoise person ID`: a sign-in for someone, with a role at a site; or a new password."""

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """1 when the trial refuses the role."""
    parser = Parser(prog="equipoise person", description=__doc__)
    parser.add_argument("person", help="the id that the ledger knows them by, never a name")
    parser.add_argument("--name", default="", help="kept sealed, apart from the ledger")
    parser.add_argument("--email", default="", help="kept sealed, like the name")
    parser.add_argument("--role", help="give them this role of the study file")
    parser.add_argument("--site", default="", help="at this site")
    parser.add_argument("--by", default="", help="the id of who gives it, of the trial office")
    asked = parser.parse_args(words)
    if asked.role and not asked.by:
        parser.error("say with --by who of the trial office gives the role")

    from equipoise.cli.start import django, new_password

    django()
    from django.db import transaction

    from equipoise.conduct.office import GiveRole
    from equipoise.web import door, passwords, people
    from equipoise.web.access import noted
    from equipoise.web.models import Account

    # All or nothing: the password is known to be good before the role is given.
    account = Account.objects.filter(person_id=asked.person).first()
    made = account is None
    account = account or people.new_account(asked.person, asked.name, asked.email)
    password = new_password(account)
    with transaction.atomic():
        if asked.role:
            giving = GiveRole(person=asked.person, role=asked.role, site=asked.site)
            door.perform(giving, asked.by)
        passwords.give(account, password)
        noted.note_at_command_line(
            "person-changed",
            whose=asked.person,
            made=made,
            password=not made,
            role=asked.role or "",
            site=asked.site if asked.role else "",
        )
    print(f"{asked.person} can sign in")
    return 0
