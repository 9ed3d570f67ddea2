"""The web server, started in this very process: gunicorn, two workers of four threads.

It answers on the loopback address unless it is told otherwise; TLS and the outside world are the
business of the proxy before it.
"""

import errno
import logging
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from equipoise.conduct.folding import NotUnderstood
from equipoise.web import adopted, copies, home, read_model, write_service
from equipoise.web.hosting import outdated, statics
from equipoise.web.hosting.slow_lines import WholeRequests
from equipoise.web.hosting.upgrade import Newer, is_behind, make_ready, newer
from equipoise.web.jobs.reindexed import plan_index
from equipoise.web.jobs.runner import plan
from equipoise.web.jobs.stay import Beside
from equipoise.web.secrets_kept import faults_of_secrets
from equipoise.web.store import DatabaseLedger
from equipoise.web.triggers import weaknesses
from equipoise.web.unable import note_master

__all__ = ["Unfit", "make_ready", "obstacles", "port_taken", "serve", "unguarded"]

_log = logging.getLogger(__name__)
HOST = "127.0.0.1"
OPTIONS = {
    "worker_class": WholeRequests,
    "workers": 2,
    "threads": 4,
    "preload_app": True,
    "graceful_timeout": 30,
    "timeout": 60,
    "keepalive": 5,
    "loglevel": "warning",
    "control_socket_disable": True,
}


class Unfit(Exception):
    """The installation must not be served as it stands, for all of these reasons."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


class _WithRunner(Arbiter):
    """Gunicorn's master, which keeps whoever does the jobs beside its workers."""

    def __init__(self, app: BaseApplication) -> None:
        self.beside = Beside()
        super().__init__(app)

    def manage_workers(self) -> None:
        super().manage_workers()
        self.beside.keep(self.LISTENERS)

    def stop(self, graceful: bool = True) -> None:
        self.beside.tell()
        super().stop(graceful)
        self.beside.await_end(self.cfg.graceful_timeout if graceful else 1)


class _Server(BaseApplication):
    """Gunicorn with the options above; nothing is read from its own configuration files."""

    def __init__(self, options: dict[str, Any], runner: bool) -> None:
        self.options, self.runner = options, runner
        super().__init__()

    def run(self) -> None:
        (_WithRunner if self.runner else Arbiter)(self).run()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        from equipoise.web.wsgi import application

        return application


def obstacles(*, demonstration: bool = False) -> list[str]:
    """Every reason why this installation must not be served as it stands."""
    if names := newer():
        return [str(Newer(names))]
    if is_behind():
        return ["the database's tables are not up to date: run `equipoise serve --migrate` once"]
    found = [] if demonstration else weaknesses()
    found += faults_of_secrets()
    if home.is_demonstration() and not demonstration:
        found.append(
            f"{home.folder()} holds a demonstration, whose passwords are public: "
            "name another home in EQUIPOISE_HOME, or run `equipoise demo`"
        )
    found = found or list(_not_folded())
    if not found and copies.notice():
        _log.error("%s", copies.EARLIER)
    return found


def _not_folded() -> Iterator[str]:
    """Why the ledger cannot be served by this version, with this study.

    A ledger of before gets its study text first, and rows of another version are made again.
    """
    ledger = DatabaseLedger()
    try:
        if missing := adopted.make_known(write_service.now()):
            yield from missing
            return
        study = adopted.study()
        read_model.DatabaseFolds(study, ledger).trial_state()
        read_model.make_current(study, ledger, write_service.today())
    except NotUnderstood as error:
        yield f"the ledger says what this version cannot read: {error}"


def unguarded(host: str, proxies: str) -> str:
    """What is to be known of a server that others reach without a proxy; empty when none can."""
    try:
        inside = ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    if inside or proxies:
        return ""
    return (
        f"{host} is reached from elsewhere, and no proxy is named: what is sent can be read on its "
        "way, passwords too. Let a proxy with TLS stand before it, and name its address with "
        "--proxy (docs/how-to/behind-nginx.md)"
    )


def port_taken(port: int, host: str = HOST) -> str:
    """Why no server can listen there, with what would do; empty when one can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                why = "something else listens there already"
            else:
                why = (error.strerror or str(error)).lower()
            return f"port {port} of {host} can not be used: {why}; choose another with --port"
    return ""


def serve(
    port: int,
    ready: Callable[[], None] = lambda: None,
    host: str = HOST,
    *,
    runner: bool = True,
    **options: Any,
) -> None:
    """Serve until told to stop; does not return.

    :param ready: called once the server listens
    :param runner: whether whoever does the jobs is kept beside it
    :param options: gunicorn's own settings, in place of ours
    """
    statics.gather()
    plan_index(write_service.now())
    plan()  # what nobody does can be told only once it stands there to be done
    # A connection must not be shared by the workers that are about to be born.
    connections.close_all()
    chosen = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "forwarded_allow_ips": ",".join(settings.PROXIES),
        "when_ready": lambda server: ready(),
        "post_fork": lambda server, worker: _born(),
    }
    _Server({**OPTIONS, **chosen, **options}, runner).run()


def _born() -> None:
    """What a worker does first."""
    note_master()
    outdated.watch()
