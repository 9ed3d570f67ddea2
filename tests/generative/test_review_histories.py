"""Whatever people do, and in whichever order: what was verified or signed is what stands there."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct import folding, trial
from equipoise.conduct.act import Refused
from equipoise.conduct.digests import digest_of_form, digest_of_subject, digests_of_form
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.locks import LockForm, LockParticipant, UnlockForm, UnlockParticipant
from equipoise.conduct.queries import AnswerQuery, AskQuery, CloseQuery, ReopenQuery, queries
from equipoise.conduct.signatures import ReviewForm, SignForm, SignParticipant, holds
from equipoise.conduct.verification import TakeBack, VerifyItems, verdicts
from equipoise.conduct.voiding import VoidEntry
from equipoise.ledger import MemoryLedger, verify
from tests.sampled import examples
from tests.support import DAY, Trial, a_study, a_trial, days

FORM = {"form": "pressure", "visit": "screening"}
KEY, PLACE = "pressure@screening#1", ("pressure", "screening", 1)
ITEMS = ("systolic", "diastolic", "happened")
OPEN = {"forms": "x", "queries": "x", "verification": "x", "review": "x", "signatures": "x"}
CHAPTERS = ("lock", "verification", "signature", "review", "query")
WHO = "TEA-01-0001"
STEPS = st.tuples(
    st.sampled_from(
        ["save", "save", "date", "verify", "verify", "old verify", "take back", "review", "sign"]
        + ["sign", "sign all", "ask", "answer", "close", "reopen", "void", "void", "void"]
        + ["freeze", "lock", "unlock", "lock all", "unlock all"]
    ),
    st.integers(0, 5),
)


def begun():
    """Somebody of whom everything is known, where everybody may do everything."""
    plain = a_study().model_dump(exclude={"digest"})
    kinds = [kind for kind in trial.ACTS if kind.split(".")[0] in CHAPTERS]
    for role in plain["roles"]:
        role["may"] = (*role["may"], *kinds, "entry.void", "forms.save")
    made = a_trial(a_study(**plain))
    made.eligible()
    return list(made.ledger.everything()), made.study


BEGUN, STUDY = begun()


def act_of(subject, step, looked):
    """What a step does, by what stands there; or by what somebody looked at long ago."""
    what, n = step
    record = subject.forms.records.get(KEY)
    here = digests_of_form(record) if record else {}
    of_form = digest_of_form(record) if record else ""
    looked.append((here, of_form))
    item = ITEMS[n % 3]
    asked = [one.key for one in queries(STUDY, subject)]
    key = asked[n % len(asked)] if asked else "0"
    value = {ITEMS[n % 2]: ["140", "139", "", "85"][n % 4]}
    return {
        "save": SaveForm(**FORM, values=value, reason="misread"),
        "date": SaveForm(**FORM, values={}, reason="misread"),
        "verify": VerifyItems(**FORM, items=[item], digests=[here.get(item, "")]),
        "old verify": VerifyItems(**FORM, items=[item], digests=[looked[0][0].get(item, "")]),
        "take back": TakeBack(**FORM, items=[item], reason="of another"),
        "review": ReviewForm(**FORM, digest=of_form),
        "sign": SignForm(**FORM, digest=looked[0][1] if n == 0 else of_form),
        "sign all": SignParticipant(digest=digest_of_subject(subject)),
        "ask": AskQuery(**FORM, item=ITEMS[n % 2], text="?"),
        "answer": AnswerQuery(query=key, text="so"),
        "close": CloseQuery(query=key, text="so"),
        "reopen": ReopenQuery(query=key, text="so"),
        "void": VoidEntry(entry=max(subject.seq - n, 1), reason="of another"),
        "freeze": LockForm(**FORM, grade="freeze", reason="so"),
        "lock": LockForm(**FORM, grade="lock", reason="so", exceptions=OPEN),
        "unlock": UnlockForm(**FORM, reason="so"),
        "lock all": LockParticipant(grade="lock", reason="so", exceptions=OPEN),
        "unlock all": UnlockParticipant(reason="so"),
    }[what]


def form_of(subject):
    """The day of the form and its answers, as plain values."""
    record = subject.forms.records.get(KEY)
    if record is None:
        return {}
    answers = {name: value for name, value in record.current.items() if value != ""}
    return {"happened": record.on, **answers}


def done(made, step, looked):
    """The entry of a step; None where the trial refuses it."""
    act = act_of(made.subject(WHO), step, looked)
    voided = act.entry if isinstance(act, VoidEntry) else 0
    by = next(iter(made.ledger.entries(WHO, after=voided - 1))).by if voided else ""
    try:
        return made.do(act, WHO, by=by, on=DAY + days(step[1]) if step[0] == "date" else DAY)
    except Refused:
        return None


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_no_order_of_acts_shows_a_signature_or_verification_over_other_data(history):
    """Nor loses a value, nor leaves a query without what it asks, nor changes what is locked."""
    made, looked, stood = Trial(STUDY, MemoryLedger.of(BEGUN)), [], {}
    for step in history:
        before = made.subject(WHO)
        shut, kept = before.locks.forms or before.locks.participant, form_of(before)
        entry = done(made, step, looked)
        if entry is not None:
            stood[entry.seq] = form_of(made.subject(WHO))
            assert not shut or form_of(made.subject(WHO)) == kept, "what is locked was changed"
    keeps_its_promises(made, stood)


def keeps_its_promises(made, stood):
    subject = made.subject(WHO)
    now = form_of(subject)
    for hold in holds(subject):
        if hold.state == "holds" and hold.signed.form:
            assert stood[hold.signed.seq] == now, "a signature over other data"
        if hold.state == "holds" and not hold.signed.form:
            assert stood[hold.signed.seq] == now, "a signature of everything over other data"
    for one in verdicts(STUDY, subject, PLACE):
        if one.state == "verified":
            assert stood[one.last.seq].get(one.item) == now.get(one.item)
    for query in queries(STUDY, subject):
        assert query.item in STUDY.items and query.turns
        assert query.form in STUDY.form_of
    saved = [
        e for e in made.ledger.entries(WHO) if e.kind == "forms.save" and "systolic" in e.payload
    ]
    gone = {one.entry for one in subject.voiding.voided}
    left = [e for e in saved if e.seq not in gone]
    if left:
        last = msgspec.json.decode(left[-1].payload)["values"]["systolic"]
        assert now.get("systolic", "") == last, "a value was lost"
    assert verify(made.ledger.everything(), made.ledger.heads()) == []
    assert folding.FreshFolds(made.ledger).subject(WHO) == subject
