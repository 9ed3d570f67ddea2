"""An event is coded by MedDRA: a coder's own act, which holds for a version and for words."""

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.chapters import agenda, unfinished
from equipoise.conduct.safety import CodeEvent
from equipoise.conduct.sight import EVERYTHING, Sight
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.reason import ENGLISH
from tests.spec.conduct.safety.test_report_rules import RELATED, SOURCE, Case, a_text
from tests.support import DAY

MEDDRA = {"version": "27.1", "source": SOURCE}
CODES = {"llt": "90000001", "llt_name": "Burnt tongue", "pt": "90000002", "pt_name": "Tongue burn"}
CODES |= {"soc": "90000003", "soc_name": "Invented disorders"}


def _coding(case, **changed):
    return CodeEvent(**{"event": case.event.number, "version": "27.1", **CODES, **changed})


def _waiting(case, study=None):
    found = agenda(study or case.made.study, case.subject, case.now.date(), case.now)
    return [
        ENGLISH.written(due.what) for due in found if getattr(due.where, "page", "") == "meddra"
    ]


def _case(**safety):
    return Case(may=("ae.code",), meddra=MEDDRA, **safety)


def test_a_coding_holds_for_the_version_and_the_words_that_were_coded():
    case = _case(reporting=None, reference_documents=[])
    case.record()
    assert _waiting(case) == ["Code A burnt tongue by MedDRA 27.1"]
    assert [one.code for one in unfinished(case.made.study, case.subject, DAY)].count("events") == 1
    entry = case.do(_coding(case)).seq
    assert _waiting(case) == [] and case.codes(_coding(case)) == ["ae.coded-so"]
    # Other words of the event: it is coded anew; other facts of it leave the coding as it is.
    case.do(case.correct(grade="2"))
    assert _waiting(case) == []
    case.do(case.correct(term="Something else", grade="2"))
    assert _waiting(case) == ["Code Something else anew, by MedDRA 27.1"]
    again = case.do(_coding(case, llt="90000009", llt_name="Else")).seq
    assert _waiting(case) == []
    newer = a_text(meddra=MEDDRA | {"version": "28.0"})
    assert _waiting(case, newer) == ["Code Something else anew, by MedDRA 28.0"]
    case.do(VoidEntry(entry=again, reason="a slip"))
    case.do(VoidEntry(entry=entry, reason="a slip"))
    assert _waiting(case) == ["Code Something else by MedDRA 27.1"]
    plain = Case(may=("ae.code",))
    plain.record()
    assert plain.codes(_coding(plain)) == ["ae.no-coding"] and _waiting(plain) == []


def test_what_is_no_code_of_meddra_is_refused_with_every_reason():
    case = _case()
    case.record()
    wrong = _coding(case, version="27.0", llt="1234567", pt="1000000x", soc_name=" ")
    assert case.codes(wrong) == [
        "ae.code-version",
        "ae.code-digits",
        "ae.code-digits",
        "ae.code-name",
    ]
    assert case.codes(_coding(case, event=99)) == ["ae.no-event"]


def test_the_annual_report_lists_serious_reactions_by_organ_class_and_hides_what_tells_the_arm():
    case = _case()
    case.record(**RELATED)
    case.do(_coding(case))
    case.record(term="Fell", code="fall")  # serious, and held to be related by nobody
    case.record(term="Again", not_reported="planned", **RELATED)

    def listed(sight=EVERYTHING):
        found = frame(tables()["serious_reactions"], [case.subject], case.made.study, DAY, sight)
        return found.rows(named=True)

    (row,) = listed()
    names = ("soc", "pt", "study", "country", "term", "interventions", "susar", "days_since")
    assert [row[name] for name in names] == [
        "Invented disorders",
        "Tongue burn",
        case.made.study.identity.id,
        "NL",
        "A burnt tongue",
        "tea",
        None,
        None,
    ]
    (closed,) = listed(Sight(everywhere=True))
    assert closed["interventions"] is None and closed["soc"] == "Invented disorders"


def test_reports_and_listings_tell_how_an_event_is_coded():
    case = _case()
    case.record()
    case.do(case.report())
    case.do(_coding(case))
    rows = frame(tables()["safety_reports"], [case.subject], case.made.study, DAY).rows(named=True)
    found = {row["element"]: row["value"] for row in rows}
    assert (found["E.i.2.1a"], found["E.i.2.1b"]) == ("27.1", "90000001")
    (row,) = case.listed()
    assert (row["soc"], row["pt"]) == ("Invented disorders", "Tongue burn")
    (row,) = frame(tables()["adverse_events"], [case.subject], case.made.study, DAY).rows(
        named=True
    )
    assert [row[name] for name in ("meddra", "llt_code", "llt", "soc_code")] == [
        "27.1",
        "90000001",
        "Burnt tongue",
        "90000003",
    ]
