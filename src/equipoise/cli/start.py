"""Starting Django for the verbs that work on an installation, and asking for a new password."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.conduct.act import Act
    from equipoise.conduct.how import How
    from equipoise.web.models import Account


def django() -> None:
    """Read the settings and make the database ready to be asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "equipoise.web.settings")
    import django as framework

    framework.setup()


class NoInstallation(FileNotFoundError, ValueError):
    """There is no installation where one is asked for."""


def must_be_there() -> None:
    """Look for an installation before Django is started, which would make an empty one.

    Once Django has its settings, it is too late to ask.

    :raises NoInstallation: when there is none
    """
    from django.conf import settings

    home = Path(os.environ.get("EQUIPOISE_HOME", "var")).resolve()
    elsewhere = settings.configured or os.environ.get("DATABASE_URL")
    if not elsewhere and not (home / "equipoise.sqlite3").is_file():
        raise NoInstallation(
            f"there is no installation at {home}; EQUIPOISE_HOME says where one is, and "
            "`equipoise serve --migrate` makes one"
        )


def installed() -> None:
    """Start Django for a verb that works on what is there, and makes nothing in passing."""
    must_be_there()
    django()


def made(folder: Path) -> Path:
    """A folder to write to, made where there is none: so does every verb but one.

    A copy alone is refused (`backup`): a folder that is missing is a disk that is not connected.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def all_or_nothing(folder: Path) -> Iterator[Path]:
    """A passing folder whose files come into `folder` together, once all of them are written."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".passing-") as name:
        yield Path(name)
        for file in sorted(Path(name).iterdir()):
            file.replace(folder / file.name)


def new_password(account: "Account") -> str:
    """A password for someone, typed twice, or one line of the input when it is no terminal."""
    import getpass
    import sys

    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    person_id = account.person_id
    while True:
        if not sys.stdin.isatty():
            password = again = sys.stdin.readline().rstrip("\n")
        else:
            password = getpass.getpass(f"new password for {person_id}: ")
            again = getpass.getpass("once more: ")
        try:
            if password != again:
                raise ValidationError("the two are not the same")
            validate_password(password, account)
        except ValidationError as error:
            print("; ".join(error.messages), file=sys.stderr)
            if not sys.stdin.isatty():
                raise SystemExit(1) from error
        else:
            return password


def proved(person_id: str, act: "type[Act]", concerns: str) -> "How":
    """How an act is done by someone who gives their password here, as they would on its page."""
    import getpass
    import sys

    from equipoise.conduct.how import How
    from equipoise.conduct.step_up import meaning_of
    from equipoise.web.models import Account
    from equipoise.web.proof import digest_of

    meaning = meaning_of(act)
    print(f"{concerns}\n{meaning}", file=sys.stderr)
    terminal = sys.stdin.isatty()
    prompt = f"password of {person_id}: "
    entered = getpass.getpass(prompt) if terminal else sys.stdin.readline().rstrip("\n")
    account = Account.objects.filter(person_id=person_id, is_active=True).first()
    if account is None or not account.check_password(entered):
        print(f"this is not the password of {person_id}", file=sys.stderr)
        raise SystemExit(1)
    return How(meaning=meaning, shown=digest_of([concerns], meaning))
