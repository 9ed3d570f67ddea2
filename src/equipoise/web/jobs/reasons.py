"""Why a job was not done: kept with it as a code and values, and said in the reader's language."""

import msgspec

from equipoise.ledger.canonical import canonical
from equipoise.study.reason import Reader, Reason, Refusal

__all__ = [
    "BROKEN",
    "LOST",
    "MISNAMED",
    "NOT_DONE",
    "NO_ADDRESS",
    "NO_COPY",
    "NO_SWEEP",
    "REFUSED",
    "REFUSED_SENDER",
    "SHUT",
    "SWEPT_ELSEWHERE",
    "TOO_OLD",
    "UNNEEDED",
    "UNREACHED",
    "UNSAFE",
    "kept",
    "wording",
]

BROKEN = Reason("job.broken", "", "an error of the program: {error}; the server's log says where")
LOST = Reason("job.lost", "", "whoever was at it ended in the middle, {times} times")
UNNEEDED = Reason("job.unneeded", "", "not needed any more")
MISNAMED = Reason(
    "mail.misnamed",
    "",
    "not sent: the address of the mail server cannot be read; tell whoever keeps it",
)
NO_ADDRESS = Reason("mail.no-address", "", "not sent: no e-mail address is known of {person}")
NOT_DONE = Reason("mail.not-now", "", "the mail server asks to try later (code {code})")
REFUSED = Reason(
    "mail.refused",
    "",
    "the mail server refused it for this address (code {code}): correct it, then try again",
)
REFUSED_SENDER = Reason(
    "mail.refused-sender",
    "",
    "the mail server takes no mail from this installation (code {code}): tell whoever keeps it",
)
UNREACHED = Reason("mail.unreached", "", "the mail server does not answer, or broke off")
UNSAFE = Reason(
    "mail.unsafe", "", "not sent: the mail server offers no encryption; tell whoever keeps it"
)
SHUT = Reason("mail.shut", "", "not sent: this account has been shut")
TOO_OLD = Reason("mail.too-old", "", "not sent: it waited for more than {days} days")
NO_SWEEP = Reason("sweep.impossible", "", "it cannot be simulated: {because}")
SWEPT_ELSEWHERE = Reason("sweep.held", "", "another program simulates it just now")
NO_COPY = Reason("backup.not-made", "", "no copy was made; the server's log says why")

_BY_CODE = {value.code: value for value in vars().copy().values() if isinstance(value, Reason)}


def kept(refusal: Refusal) -> str:
    """The reason as it stands with the job."""
    return canonical({"code": refusal.code, "values": dict(refusal.values)})


def wording(text: str, reader: Reader) -> str:
    """What was kept, as this reader reads it; empty when nothing was."""
    if not text:
        return ""
    kept = msgspec.json.decode(text)
    reason = _BY_CODE.get(kept["code"])
    if reason is None:
        return str(kept["code"])
    return reader.filled(reason, kept["values"])
