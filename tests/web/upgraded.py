"""What a home of before is put through once this version serves it: read, verified, amended, used.

Run as a program it does so with the home in EQUIPOISE_HOME, and prints what it found.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

DRAWN = "TEA-01-0001"
VERIFIER = Path(__file__).parents[2] / "tools" / "verify_ledger.py"


def walk(folder: Path, out: Path, seed: Path) -> dict[str, Any]:
    """Ask its pages, verify and draw again, amend, and save a form; what each answered."""
    from django.test import Client

    from equipoise.cli import main
    from equipoise.conduct.forms import SaveForm
    from equipoise.ledger import verify, write_export
    from equipoise.web import adopted, people, write_service
    from equipoise.web.models import Account
    from equipoise.web.store import DatabaseLedger
    from equipoise.web.views.next_act import form_page

    def asked(person: str, *pages: str) -> list[int]:
        account = Account.objects.filter(person_id=person).first()
        account = account or people.make_account(person, person, "", None)
        client = Client(raise_request_exception=False)
        client.force_login(account, "allauth.account.auth_backends.AuthenticationBackend")
        return [client.get(page).status_code for page in pages]

    def whole() -> list[int]:
        write_export(DatabaseLedger(), out)
        told = subprocess.run([sys.executable, str(VERIFIER), str(out)], capture_output=True)
        drawn_again = main(["verify", str(out), "--reveal", str(seed)])
        return [len(verify(DatabaseLedger().everything())), told.returncode, drawn_again]

    form = form_page(DRAWN, "laboratory", "weeks.1")
    pages = (f"/participants/{DRAWN}/", "/participants/", form)
    found: dict[str, Any] = {
        "doctor": asked("doctor-01", *pages),
        "office": asked("office-1", "/audit/", f"/participants/{DRAWN}/", "/people/amend/"),
        "whole": whole(),
    }
    study = folder / "study.yaml"
    text = study.read_text(encoding="utf-8").replace('version: "1.0"', 'version: "1.1"')
    study.write_text(text.replace("day: 28", "day: 29"), encoding="utf-8")
    why = ["--because", "a day later", "--by", "office-1"]
    found["amended"] = main(["amend", str(folder), "--adopt", *why])
    values = {"haematocrit": "43"}
    late = {"form.outside-window": {"happened": "came late"}}
    saving = SaveForm(form="laboratory", visit="weeks.2", values=values, confirmed=late)
    entry = write_service.perform(saving, "doctor-01", subject_id=DRAWN)
    found["saved under"] = [adopted.study().version, entry.study == adopted.study().digest]
    found["after"] = asked("doctor-01", *pages) + whole()
    return found


EXPECTED = {
    "doctor": [200, 200, 200],
    "office": [200, 200, 200],
    "whole": [0, 0, 0],
    "amended": 0,
    "saved under": ["1.1", True],
    "after": [200, 200, 200, 0, 0, 0],
}


def main() -> None:
    """Upgrade the home, as the first start does, and put it through all that."""
    import os

    from equipoise.cli.start import django

    django()
    from django.conf import settings

    from equipoise.web.hosting import server

    settings.ALLOWED_HOSTS = ["testserver"]
    server.make_ready()
    kept = Path(os.environ["EQUIPOISE_HOME"])
    found = {"obstacles": server.obstacles()}
    found |= walk(
        Path(os.environ["EQUIPOISE_STUDY"]), kept / "out.jsonl", kept / "secrets" / "seed"
    )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
