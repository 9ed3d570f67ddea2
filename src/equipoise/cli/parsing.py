"""What every verb's parser has: an example and the defaults in its help, and numbers that fit."""

import argparse
from datetime import date

__all__ = ["EXAMPLES", "Parser", "day", "port"]

EXAMPLES = {
    "check": "studies/first-steps",
    "assumptions": "studies/first-steps --tag assumed",
    "schema": "form",
    "rehearse": "studies/first-steps --participants 20 --out build/tea",
    "design": "studies/pump-it --set hazard_ratio=0.7",
    "design randomisation": "studies/first-steps --trials 200 --svg build/methods.svg",
    "design sweep": "studies/pump-it --vary hazard_ratio=0.7,1 --error 0.01",
    "design forecast": "installation studies/pump-it",
    "meddra": "MedDRA_27_1_English/MedAscii --version 27.1",
    "registry": "import --sample",
    "registry import": "NCT06857773.json studies.zip",
    "registry find": "darmkanker pomp --near Utrecht --status RECRUITING",
    "registry rebuild": "",
    "registry show": "NCT06857773",
    "registry export": "studies/pump-it --out record.json",
    "registry diff": "studies/pump-it",
    "registry draft": "NCT06857773 --out studies/new",
    "verify": "build/tea/ledger.jsonl",
    "export": "ledger.jsonl",
    "backup": "/mnt/copies/trial.tar --to age1… --to age1…",
    "restore": "/mnt/copies/trial.tar --secrets trial.tar.secrets.age --identity key.txt",
    "show-head": 'head.note --by office-1 --because "switched off before the witness looked"',
    "heads": "",
    "proof": "PIT-01-0001 3",
    "witness": "pull /var/witness",
    "demo": "--port 8001",
    "serve": "--port 8001",
    "jobs": "",
    "doctor": "--url https://trial.example.org",
    "rebuild": "",
    "open": 'office-1 --name "The first of the trial office" --site 01',
    "person": 'nurse-1 --name "A nurse" --role nurse --site 01 --by office-1',
    "amend": 'studies/pump-it --because "the sponsor asked for it" --by office-1',
    "diff": "studies/pump-it-of-last-year studies/pump-it",
    "study-text": "studies/pump-it-of-last-year",
    "token": 'nurse-1 --label "laboratory feed" --days 30',
}


class _Help(argparse.RawDescriptionHelpFormatter):
    """Shows a default where there is one that says something."""

    def _get_help_string(self, action: argparse.Action) -> str:
        text = action.help or ""
        if action.default in (None, "", False, argparse.SUPPRESS) or action.default == []:
            return text
        return f"{text} (default: %(default)s)"


class Parser(argparse.ArgumentParser):
    """The parser of one verb."""

    def __init__(self, prog: str, description: str | None) -> None:
        example = EXAMPLES.get(prog.removeprefix("equipoise "))
        epilog = None if example is None else f"example: {prog} {example}".rstrip()
        super().__init__(prog, description=description, epilog=epilog, formatter_class=_Help)


def day(words: str) -> date:
    """A day of the calendar, as the ledger writes it.

    :raises argparse.ArgumentTypeError: when it is none
    """
    try:
        return date.fromisoformat(words)
    except ValueError:
        text = f"{words!r} is no day: write one like 2026-11-23"
        raise argparse.ArgumentTypeError(text) from None


def port(words: str) -> int:
    """A port that a server may listen on.

    :raises argparse.ArgumentTypeError: when it is none
    """
    if not (words.isascii() and words.isdecimal() and 1 <= int(words[:6]) <= 65535):
        raise argparse.ArgumentTypeError(f"{words!r} is no port: give a number from 1 to 65535")
    return int(words)
