"""What a verb says when it can not do what was asked: a sentence, never a traceback.

Only what is nobody's error in the program has a sentence here; anything else is shown as it came,
so that it can be reported.
"""

import errno
import sys

__all__ = ["sentences", "tell"]


def sentences(error: BaseException) -> list[str]:
    """What to tell; [] when it is an error of the program's own."""
    kinds = {kind.__module__ + "." + kind.__name__ for kind in type(error).__mro__}
    if isinstance(error, OSError):
        return [_of_the_system(error)]
    if isinstance(error, EOFError):
        return ["the input ended before everything was answered"]
    if kinds & {"equipoise.conduct.act.Refused"}:
        from equipoise.cli.reader import reader  # the study is read by then

        refusals, here = getattr(error, "refusals", ()), reader()
        return [f"refused: {refusal.wording(here)} ({refusal.code})" for refusal in refusals]
    if kinds & _OWN:
        return str(error).splitlines()
    if "django.db.utils.Error" in kinds:
        return _of_the_database(str(error).strip())
    return []


_OWN = {
    "equipoise.study.load.Invalid",
    "equipoise.exchange.registry.finder.NoIndex",
    "equipoise.exchange.registry.records.Busy",
    "equipoise.web.home.SecretLost",
    "equipoise.web.home.SeedKept",
    "equipoise.web.hosting.in_use.InUse",
    "equipoise.web.own_files.OwnFile",
    "equipoise.web.hosting.upgrade.Newer",
    "equipoise.web.backup.manifest.BadCopy",
    "equipoise.web.store.NotEmpty",
    "equipoise.web.sqlite_queue.driver.UnsafeSqlite",
    "equipoise.web.sqlite_queue.standing.LogGone",
    "equipoise.conduct.trial.NotUnderstood",
    "equipoise.conduct.act.WrongSeed",
    "equipoise.ledger.line.Unreadable",
    "equipoise.ledger.store.BrokenChain",
    "django.core.exceptions.ImproperlyConfigured",
}
_WORDS = {
    errno.ENOENT: "there is no such file or folder",
    errno.EEXIST: "it is there already",
    errno.EISDIR: "this is a folder, and a file is asked for",
    errno.ENOTDIR: "this is a file, and a folder is asked for",
    errno.EACCES: "you may not read or write this",
    errno.EPERM: "you may not do this here",
    errno.EROFS: "this disk can only be read",
    errno.ENOSPC: "the disk is full",
    errno.ENAMETOOLONG: "this name is too long for a file",
}
_TABLES = ("no such table", "does not exist", "no such column")


def _of_the_system(error: OSError) -> str:
    where = " and ".join(str(name) for name in (error.filename, error.filename2) if name)
    text = _WORDS.get(error.errno or 0) or error.strerror or str(error)
    return f"{where}: {text}" if where else text


def _of_the_database(text: str) -> list[str]:
    lines = text.splitlines() or ["no reason given"]
    if any(words in text for words in _TABLES):
        return ["this installation has no tables yet, or old ones: `equipoise serve --migrate`"]
    return ["the database can not be used; it says:", *(f"  {line}" for line in lines)]


def tell(verb: str, lines: list[str]) -> None:
    """Print the sentences as the verb's."""
    for line in lines:
        print(f"equipoise {verb}: {line}", file=sys.stderr)
