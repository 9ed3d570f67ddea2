"""Which SQLite the embedded database runs on.

SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two connections write and checkpoint
at the same moment. A ledger cannot live with that, so either the `pysqlite3` wheel takes the place
of Python's own `sqlite3`, or Python's own is new enough, or nothing starts.
"""

import sys
from types import ModuleType

SAFE = (3, 51, 3)


class UnsafeSqlite(Exception):
    """The only SQLite here can corrupt a database that several processes write."""


def install() -> None:
    """Make `import sqlite3` mean a safe SQLite, from now on.

    Call it before Django loads its SQLite backend: in settings, or by using this package as ENGINE.
    Raises UnsafeSqlite when there is none, or when Django has already loaded the unsafe one.
    """
    loaded = sys.modules.get("sqlite3")
    if loaded is not None and _version(loaded) >= SAFE:
        return
    safe = _safe_module()
    if "django.db.backends.sqlite3.base" in sys.modules:
        raise UnsafeSqlite(
            "Django has already loaded Python's own SQLite; "
            "call equipoise.web.sqlite_queue.driver.install() earlier, at the top of the settings"
        )
    sys.modules["sqlite3"] = safe
    sys.modules["sqlite3.dbapi2"] = sys.modules[f"{safe.__name__}.dbapi2"]


def library() -> ModuleType:
    """The one SQLite of this process, for files that nobody else uses."""
    install()
    return sys.modules["sqlite3"]


def _safe_module() -> ModuleType:
    found = []
    for name in ("pysqlite3", "sqlite3"):
        try:
            module = __import__(f"{name}.dbapi2").dbapi2 and sys.modules[name]
        except ImportError:
            continue
        if _version(module) >= SAFE:
            return module
        found.append(f"{name} {module.sqlite_version}")
    raise UnsafeSqlite(
        f"SQLite {'.'.join(map(str, SAFE))} or newer is needed, because older ones can corrupt a "
        f"database that several processes write; found {', '.join(found) or 'none'}. "
        "Install the pysqlite3 wheel, or a Python built with a newer SQLite, "
        "or use PostgreSQL by setting DATABASE_URL."
    )


def _version(module: ModuleType) -> tuple[int, ...]:
    return tuple(module.sqlite_version_info)
