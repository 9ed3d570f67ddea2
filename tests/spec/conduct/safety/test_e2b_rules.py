"""A report by the elements of E2B(R3): all of them, with what the record knows of doses."""

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.safety import RecordEvent, ReportEvent
from equipoise.conduct.safety.e2b_elements import ELEMENTS
from equipoise.conduct.treatment import GiveDose
from equipoise.study.check import consistency
from equipoise.study.places import Places
from tests.spec.conduct.safety.test_report_rules import MAY, SAFETY, SOURCE, Case
from tests.support import DAY, a_study, days
from tests.treated import before, in_arm, two_schedules

BEGAN = DAY + days(10)
PAST = {
    "id": "past",
    "title": "Before",
    "unplanned": True,
    "source": SOURCE,
    "items": [
        {
            "id": "had",
            "label": "Conditions",
            "kind": "list",
            "columns": [
                {"id": "what", "label": "What", "kind": "text"},
                {"id": "since", "label": "Since", "kind": "partial-date"},
                {"id": "goes_on", "label": "Goes on", "kind": "yes-no"},
            ],
        },
        {
            "id": "uses",
            "label": "Medicines",
            "kind": "list",
            "columns": [
                {"id": "medicine", "label": "Medicine", "kind": "text"},
                {"id": "why", "label": "Why", "kind": "text"},
            ],
        },
    ],
}
DESCRIBED = {
    "history": {"rows": "had", "name": "what", "since": "since", "goes_on": "goes_on"},
    "medicines": {"rows": "uses", "name": "medicine", "reason": "why"},
    "tests_before": 7,
}
GRADED = {"item": "platelets", "terms": ["Platelet count decreased"]}
REPORTED = SAFETY | {
    "interventions": [
        {"id": "velotaxin", "label": "The infusion", "drugs": ["velotaxin"]},
        {"id": "cut", "label": "An operation"},
    ],
    "reporting": SAFETY["reporting"] | {"participant": DESCRIBED},
    "surgery": None,
    "grading": {"values": [GRADED], "source": SOURCE},
}


def _told(found, element):
    """What a report has of one element, by repetition."""
    return {row["repetition"]: row["value"] for row in found if row["element"] == element}


def test_a_report_tells_every_dose_history_medicine_and_value_that_the_record_has():
    plain = a_study("two-schedules")
    roles = [role.model_dump() for role in plain.roles]
    roles = [{**role, "may": tuple(dict.fromkeys((*role["may"], *MAY)))} for role in roles]
    forms = [*(form.model_dump() for form in plain.forms), PAST]
    made = two_schedules(roles=roles, forms=forms, safety=REPORTED)
    who = in_arm(made, "infusion")
    said = {
        "had": [{"what": "Gout", "since": "2019-05", "goes_on": "yes"}],
        "uses": [{"medicine": "Allopurinol", "why": "gout"}, {"medicine": "Paracetamol"}],
    }
    made.do(SaveForm(form="past", visit="", values=said), who, on=DAY)
    for number, (day, amount) in enumerate(((0, "120"), (7, "90"), (14, "90")), start=1):
        given = GiveDose(regimen="weekly", cycle=number, doses={"weekly-velotaxin": amount})
        made.do(given, who, by="doctor-01", on=DAY + days(day))
    for number, (day, platelets) in enumerate(((2, "180"), (9, "60"), (12, "80")), start=2):
        made.do(before(number, platelets=platelets), who, on=DAY + days(day))
    event = RecordEvent(
        term="Bleeding",
        grade="3",
        serious="yes",
        criteria=["hospital"],
        related="yes",
        interventions=["velotaxin", "cut"],
        begin=BEGAN.isoformat(),
        end=(BEGAN + days(2)).isoformat(),
        outcome="recovered",
    )
    how = {"by": "doctor-01", "on": BEGAN + days(2)}
    seq = made.do(event, who, **how).seq
    report = ReportEvent(
        event=seq,
        narrative="Bled",
        action="reduced",
        qualification="physician",
        medicines="Something herbal",
    )
    made.do(report, who, **how)
    table = frame(tables()["safety_reports"], [made.subject(who)], made.study, DAY)
    found = table.rows(named=True)
    assert _told(found, "D.7.1.r.5") == {"1": "Gout"} and _told(found, "D.7.1.r.2") == {
        "1": "2019-05"
    }
    assert _told(found, "D.7.1.r.3") == {"1": "true"}
    assert _told(found, "G.k.1") == {"1": "1", "2": "1", "3": "2", "4": "2", "5": "2"}
    assert list(_told(found, "G.k.2.2").values())[1:] == [
        "An operation",
        "Allopurinol",
        "Paracetamol",
        "Something herbal",
    ]
    assert _told(found, "G.k.7.r.1") == {"3.1": "gout"}
    # What was given after the report is not of it; what was given after the event is.
    assert _told(found, "G.k.4.r.1a") == {"1.1": "120", "1.2": "90"}
    assert _told(found, "G.k.4.r.5") == {"1.1": str(DAY), "1.2": str(DAY + days(7))}
    told = {name: _told(found, name) for name in ("G.k.5a", "G.k.9.i.3.1a", "G.k.9.i.3.2a")}
    assert told == {
        "G.k.5a": {"1": "210"},
        "G.k.9.i.3.1a": {"1.1": "10"},
        "G.k.9.i.3.2a": {"1.1": "3"},
    }
    # From seven days before the event on.
    assert _told(found, "F.r.3.2") == {"1": "60", "2": "80"}
    assert _told(found, "F.r.1") == {"1": str(DAY + days(9)), "2": str(DAY + days(12))}
    assert _told(found, "E.i.6a") == {"1": "3"} and _told(found, "E.i.6b") == {"1": "d"}


def test_every_element_of_the_guideline_is_there_in_its_order_and_empty_where_nothing_is_known():
    case = Case()
    case.record()
    case.do(case.report())
    found = frame(tables()["safety_reports"], [case.subject], case.made.study, DAY)
    rows = found.rows(named=True)
    assert list(dict.fromkeys(row["element"] for row in rows)) == list(ELEMENTS)
    assert len(ELEMENTS) == 214 and len(set(ELEMENTS)) == 214
    assert {row["value"] for row in rows if row["element"].startswith(("D.10.", "C.4."))} == {None}


def test_lists_columns_and_drugs_that_a_report_is_to_tell_of_are_known_to_the_study():
    described = {"history": {"rows": "moons", "name": "x"}, "birth": "hair"}
    wrong = SAFETY | {
        "interventions": [
            {"id": "tea", "label": "Tea", "drugs": ["leaf"]},
            SAFETY["interventions"][1],
        ],
        "reporting": SAFETY["reporting"] | {"participant": described},
    }
    found = [one.message for one in consistency(a_study(safety=wrong), Places(), set(MAY))]
    for part in ("'moons'", "'hair'", "'leaf'"):
        assert any(part in text for text in found), (part, found)
