"""Every kind of job there is. A new one is a line here, and a function that does it."""

from datetime import time, timedelta

from django.utils.translation import gettext_noop

from equipoise.web.jobs import by_night, heads, reindexed, sweeps
from equipoise.web.jobs.kind import Kind
from equipoise.web.mail import sending, server
from equipoise.web.redaction import wiped
from equipoise.web.witness import sequencer

__all__ = ["KINDS"]

_SOON = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15))
_TONIGHT = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120))

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="mail.send",
            what=gettext_noop("Mail"),
            do=sending.send,
            lease=timedelta(minutes=5),
            ready=server.is_named,
        ),
        Kind(
            name=sequencer.DRAWN,
            what=gettext_noop("A signed head after each draw"),
            do=heads.keep_up,
            lease=timedelta(minutes=5),
            retries=_SOON,
        ),
        Kind(
            name=heads.HOURLY,
            what=gettext_noop("A signed head every hour"),
            do=heads.keep_up,
            lease=timedelta(minutes=5),
            retries=_SOON,
            hourly=True,
            ready=by_night.is_open,
        ),
        Kind(
            name="outlooks.nightly",
            what=gettext_noop("What comes next, worked out for the new day"),
            do=by_night.look_ahead,
            lease=timedelta(hours=1),
            retries=_TONIGHT,
            at=time(0),
            ready=by_night.is_open,
        ),
        Kind(
            name="outlooks.moment",
            what=gettext_noop("What has come to press by the hour, told at once"),
            do=by_night.tell_now,
            lease=timedelta(minutes=5),
            retries=_SOON,
            when=by_night.next_moment,
            ready=by_night.is_open,
        ),
        Kind(
            name="mail.morning",
            what=gettext_noop("Mails about what presses, every morning"),
            do=by_night.tell,
            lease=timedelta(hours=1),
            retries=_TONIGHT,
            at=time(7, 45),
            ready=by_night.tells,
        ),
        Kind(
            name="heads.nightly",
            what=gettext_noop("A signed head every night"),
            do=by_night.sign_head,
            lease=timedelta(hours=1),
            retries=_TONIGHT,
            at=time(3, 15),
            ready=by_night.is_open,
        ),
        Kind(
            name="backup.nightly",
            what=gettext_noop("Copy of the installation"),
            do=by_night.back_up,
            lease=timedelta(hours=4),
            retries=_TONIGHT,
            at=time(3, 30),
            ready=by_night.keeps_copies,
        ),
        Kind(
            name=wiped.WIPE,
            what=gettext_noop("The database made anew, without what was redacted"),
            do=wiped.wipe,
            lease=timedelta(hours=1),
            retries=_TONIGHT,
        ),
        Kind(
            name=reindexed.INDEX,
            what=gettext_noop("The finder's index, made anew after an upgrade"),
            do=reindexed.make_index,
            lease=timedelta(minutes=5),
            retries=_TONIGHT,
        ),
        Kind(
            name=sweeps.RUN,
            what=gettext_noop("Sweep of the design"),
            do=sweeps.simulate,
            lease=sweeps.LEASE,
            retries=_SOON,
        ),
    )
}
