"""The entry points for scripts: `equipoise VERB`, one module a verb.

Only the verb that is asked for is read, and it reads what it needs when it runs, so that help and
mistakes answer at once.
"""

import importlib
import os
import sys
from typing import TextIO

from equipoise.cli.errors import sentences, tell

__all__ = ["VERBS", "main"]

VERBS = {
    "check": "prove that a study file is sound, and run its worked cases",
    "assumptions": "list every value of a study file by its provenance",
    "schema": "print the JSON Schema of a study file, for editors",
    "rehearse": "let invented people live through the whole trial",
    "design": "what the sample size can show; the randomisation and the accrual to expect",
    "registry": "trials of the public registry: take in, find; our study beside its record",
    "verify": "prove that a ledger is whole; with --reveal, draw every allocation again",
    "export": "write the ledger to a file that others can verify",
    "backup": "copy the whole installation into one file, and prove the copy",
    "restore": "make a home of such a copy, once all of it is proved",
    "show-head": "show by a witness's head that such a home lacks nothing",
    "heads": "sign for all that is recorded, and print the newest head of the tree",
    "proof": "the proof that one entry was recorded, as a text that anyone can check",
    "witness": "keep heads, and a copy of your own data, out of the office's reach; sign them",
    "demo": "serve a rehearsed trial with a sign-in for every role",
    "serve": "serve the trial",
    "jobs": "do what is due: mails, copies by night; for cron, where serve keeps nobody for it",
    "doctor": "whether this installation is sound, check by check",
    "meddra": "load your own licensed copy of MedDRA, in which coders search",
    "rebuild": "make everything that is derived from the ledger again",
    "open": "open a real trial, with the first of its office",
    "amend": "tell what a new study text changes, and for whom; with --adopt, adopt it",
    "diff": "what one study text says otherwise than another, and for whom",
    "study-text": "bring an earlier text of the study into the ledger",
    "person": "make a sign-in for someone and give a role, or set a new password",
    "token": "make a key with which a program acts for a person",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; the exit code is 0 when all is well, 1 when not, 2 for a mistaken call."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or words[0] in ("-h", "--help", "help"):
        return _help(sys.stdout)
    if words[0] not in VERBS:
        print(f"equipoise: there is no verb {words[0]!r}", file=sys.stderr)
        _help(sys.stderr)
        return 2
    verb = importlib.import_module(f"equipoise.cli.{words[0].replace('-', '_')}")
    try:
        code = int(verb.run(words[1:]))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read on, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(f"\nequipoise {words[0]}: interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        if not (lines := sentences(error)):
            raise
        tell(words[0], lines)
        return 1
    return code


def _help(stream: TextIO) -> int:
    print("usage: equipoise VERB …   (equipoise VERB --help says more)\n", file=stream)
    for name, what in VERBS.items():
        print(f"  {name:<12} {what}", file=stream)
    return 0
