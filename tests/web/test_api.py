"""The door for programs: the same acts, the same refusals, the same closed doors as the pages."""

import csv
import io
import json

import pytest
from django.core.cache import cache
from django.test import Client

from equipoise.conduct.trial import ACTS
from equipoise.web import adopted, people, tokens, write_service
from equipoise.web.models import Account, SubjectRow, Token
from equipoise.web.rest.api import api
from tests import web_trial
from tests.web.refused_pumps import FILLING, IMPLANT, PUMP_RECORD, SCAN

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("trial_here")]

NURSE, DOCTOR = "nurse-01-1", "investigator-01-1"


def body(answer):
    return json.loads(answer.content)


def post(client, address, **asked):
    return client.post(address, json.dumps(asked), content_type="application/json")


def act(client, kind, subject_id="", happened=None, **fields):
    asked = {"subject_id": subject_id, "fields": fields}
    return post(
        client, f"/api/acts/{kind}", **asked, **({"happened": happened} if happened else {})
    )


def somebody(site, **wanted):
    return SubjectRow.objects.filter(site=site, **wanted).first().subject_id


# Acts


def test_every_kind_of_act_is_listed_with_the_schema_of_its_fields(ask):
    listed = {kind["kind"]: kind for kind in body(ask(NURSE).get("/api/acts"))}
    assert set(listed) == set(ACTS)
    assert listed["consent.give"]["fields"]["required"] == ["version"]
    assert listed["consent.give"]["allowed"] and not listed["role.give"]["allowed"]


def test_a_participant_is_entered_and_consents(ask):
    entered = post(ask(NURSE), "/api/subjects", site="01", happened="2025-06-30")
    assert entered.status_code == 200 and body(entered)["status"] == "in screening"
    subject_id = body(entered)["subject_id"]
    told = act(ask(NURSE), "consent.give", subject_id, "2025-07-01", version="1.0")
    assert told.status_code == 200
    entry = list(write_service.LEDGER.entries(subject_id))[-1]
    answer = body(told)
    assert (answer["seq"], answer["digest"]) == (entry.seq, entry.digest) and entry.by == NURSE
    assert answer["happened"] == "2025-07-01" and answer["recorded_at"] == entry.at


def test_an_act_is_refused_with_every_reason_and_nothing_is_recorded(ask):
    subject_id = somebody("01", status="screen failure")
    before = write_service.LEDGER.heads()
    told = act(ask(NURSE), "screening.fail", subject_id, "2030-01-01", criteria=["X99"])
    codes = {refusal["code"] for refusal in body(told)["refusals"]}
    assert told.status_code == 409
    assert codes >= {"time.future", "screening.no-criterion", "screening.failed-before"}
    assert write_service.LEDGER.heads() == before


def test_a_role_that_may_not_is_refused_like_everything_else(ask):
    told = act(ask(NURSE), "event.death", somebody("01", status="on study"), cause="disease")
    assert "role.may-not" in {refusal["code"] for refusal in body(told)["refusals"]}
    assert told.status_code == 409


@pytest.mark.parametrize(
    ("kind", "asked", "where"),
    [
        ("consent.give", {"fields": {"vrsion": "1.0"}}, "fields.vrsion"),
        ("consent.give", {"fields": {"version": 1}}, "fields.version"),
        ("consent.give", {"fields": {}}, "fields.version"),
        ("consent.give", {"fields": []}, "fields"),
        ("consent.give", {"feilds": {}}, "feilds"),
        ("consent.give", {"fields": {"version": "1.0"}, "happened": 20000}, "happened"),
        ("consent.give", {"fields": {"version": "1.0"}, "happened": "2025-02-30"}, "happened"),
        ("consent.give", {"fields": {"version": "1.0"}, "happened": "1-2-2025"}, "happened"),
        ("consent.give", {"subject_id": "", "fields": {"version": "1.0"}}, "subject_id"),
        ("site.open", {"fields": {"site": "01"}}, "subject_id"),
        ("screening.enter", {"fields": {"site": "01"}}, "kind"),
        ("consent.gvie", {"fields": {}}, "kind"),
        ("ledger.checkpoint", {"fields": {}}, "kind"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_where(ask, kind, asked, where):
    told = post(ask(NURSE), f"/api/acts/{kind}", **{"subject_id": somebody("01"), **asked})
    assert told.status_code == 422
    assert where in {problem["where"] for problem in body(told)["problems"]}, body(told)


def test_everything_that_is_wrong_with_a_request_is_told_at_once(ask):
    asked = {"happened": "1-2-2025", "fields": {"vrsion": "1.0", "version": 1}, "feilds": {}}
    told = post(ask(NURSE), "/api/acts/consent.give", **asked)
    assert {(problem["code"], problem["where"]) for problem in body(told)["problems"]} == {
        ("act.malformed", "happened"),
        ("act.no-field", "feilds"),
        ("act.no-field", "fields.vrsion"),
        ("act.malformed", "fields.version"),
        ("request.no-participant", "subject_id"),
    }
    values = {"hb": 9, "platelets": 300, "extrahepatic": [{"size": 6}]}
    fields = {"form": "laboratory", "number": "1", "values": values}
    told = act(ask(NURSE), "forms.save", somebody("01"), **fields)
    assert {problem["where"] for problem in body(told)["problems"]} == {
        "fields.number",
        "fields.values.hb",
        "fields.values.platelets",
        "fields.values.extrahepatic.1.size",
    }


def test_a_refusal_has_its_values_and_its_sentence_in_the_language_that_is_asked(ask):
    fields = {"form": "laboratory", "visit": "screening", "values": {"inr": "16", "hb": "0.5"}}
    asked = {"subject_id": somebody("01"), "fields": fields}
    for language, because in (
        ("en", "INR 16 is above 15: mend it, or give the reason why it is right"),
        ("nl", "INR 16 ligt boven 15: verbeter het, of geef de reden waarom het klopt"),
    ):
        told = ask(NURSE).post(
            "/api/acts/forms.save",
            json.dumps(asked),
            content_type="application/json",
            headers={"Accept-Language": language},
        )
        refusals = {refusal["where"]: refusal for refusal in body(told)["refusals"]}
        assert told.status_code == 409 and set(refusals) >= {"inr", "hb"}
        assert refusals["inr"] == {
            "code": "item.implausible",
            "where": "inr",
            "values": {
                "item": {"en": "INR", "nl": "INR"},
                "value": {"number": "16", "unit": "1"},
                "limit": {"number": "15", "unit": "1"},
            },
            "because": because,
        }
        assert told.headers["Content-Language"] == language


@pytest.mark.parametrize("text", ["", "{", "[[" * 5000, "null", '"\\ud800"', "NaN", "\xff"])
def test_what_is_not_json_is_told_so(ask, text):
    address = "/api/acts/consent.give"
    told = ask(NURSE).post(address, text.encode("latin-1"), content_type="application/json")
    assert told.status_code == 422, told.content


@pytest.mark.parametrize(
    "text",
    [
        '{"site": "02", "site": "01"}',
        '{"site": "01", "happened": "2025-06-30", "happened": "2025-06-29"}',
    ],
)
def test_a_name_that_stands_twice_is_refused_for_one_of_them_would_be_lost(ask, text):
    told = ask(NURSE).post("/api/subjects", text, content_type="application/json")
    assert told.status_code == 422
    assert [problem["code"] for problem in body(told)["problems"]] == ["request.twice"]
    inner = '{"subject_id": "x", "fields": {"values": {"hb": "9", "hb": "8"}}}'
    told = ask(NURSE).post("/api/acts/forms.save", inner, content_type="application/json")
    assert [problem["values"] for problem in body(told)["problems"]] == [{"field": "hb"}]


@pytest.mark.parametrize(
    "address",
    [
        "/api/subjects?afer=PIT-01-0003",
        "/api/deviations?sites=01",
        "/api/agenda?sites=01",
        "/api/frames/subjects?asof=2025-03-01T00:00:00Z",
        "/api/acts?kind=forms.save",
    ],
)
def test_what_an_address_asks_and_nothing_answers_is_refused(ask, address):
    told = ask("office-1").get(address)
    assert told.status_code == 422, told.content
    assert [problem["code"] for problem in body(told)["problems"]] == ["request.no-field"]


@pytest.mark.parametrize(
    ("replaces", "where"),
    [
        ([], "replaces"),
        ({"entry": "2", "reason": "x"}, "replaces.entry"),
        ({"entry": 2}, "replaces.reason"),
        ({"entry": 2, "reason": "x", "because": "y"}, "replaces.because"),
    ],
)
def test_what_is_wrong_with_a_replacement_is_told_where(ask, replaces, where):
    asked = {"subject_id": somebody("01"), "fields": {}, "replaces": replaces}
    told = post(ask(NURSE), "/api/acts/contact.alive", **asked)
    assert told.status_code == 422
    assert [problem["where"] for problem in body(told)["problems"]] == [where]


@pytest.mark.parametrize("subject_id", ["PIT-01-9999", "x" * 5000, "study", "allocation", "\x00"])
def test_an_act_on_nobody_is_not_found(ask, subject_id):
    told = act(ask("office-1"), "contact.alive", subject_id)
    assert told.status_code == 404


def test_the_trial_is_not_opened_on_the_hash_of_another_seed(ask):
    study = adopted.study()
    told = act(
        ask("office-1"),
        "study.open",
        version=study.version,
        digest=study.digest,
        seed_commitment="a" * 64,
    )
    assert {r["code"] for r in body(told)["refusals"]} == {"study.other-seed"}


# Another hospital's eyes


def test_another_sites_participant_is_not_there_on_any_address(ask):
    theirs, nobodys = somebody("02"), "PIT-02-9999"
    nurse, seen = ask(NURSE), []
    for subject_id in (theirs, nobodys):
        answers = [
            nurse.get(f"/api/subjects/{subject_id}"),
            nurse.get(f"/api/subjects/{subject_id}/entries"),
            nurse.get(f"/api/subjects/{subject_id}/agenda"),
            *(act(nurse, kind, subject_id, **FIELDS.get(kind, {})) for kind in CONCERNING),
        ]
        assert {answer.status_code for answer in answers} == {404}
        seen.append([answer.content for answer in answers])
    assert seen[0] == seen[1]


EVENT = {
    "term": "Broken wrist",
    "grade": "2",
    "serious": "no",
    "related": "no",
    "begin": "2026-11",
    "outcome": "unknown",
}
CYCLE = {"regimen": "folfox", "cycle": 1}
FIELDS = {
    "treatment.plan": CYCLE | {"day": "2026-06-01", "doses": {}},
    "treatment.check": {"plan": 1, "digest": ""},
    "treatment.release": {"plan": 1, "lots": {}, "expiries": {}},
    "treatment.give": CYCLE | {"doses": {}},
    "treatment.count": CYCLE | {"product": "capecitabine-150", "what": "dispensed", "number": 56},
    "treatment.delay": CYCLE | {"until": "2026-06-01", "why": "wish"},
    "treatment.omit": CYCLE | {"why": "wish"},
    "ae.record": EVENT,
    "ae.correct": EVENT | {"event": 1, "reason": "it is over"},
    "ae.decline": {"term": "Anemia", "grade": "2", "begin": "2026-11-01", "reason": "why"},
    "ae.code": {"event": 1, "version": "27.1", "llt": "10000001", "pt": "10000001"}
    | {"soc": "10000001", "llt_name": "x", "pt_name": "x", "soc_name": "x"},
    "pump.implant": IMPLANT,
    "pump.correct": PUMP_RECORD | {"reason": "the card says 1.2"},
    "pump.refill": FILLING | {"withdrawn": "11.8"},
    "pump.scan": SCAN,
    "pump.release": {"scan": 1},
    "pump.explant": {"time": "00:00", "because": "infected"},
    "sae.report": {"event": 1, "narrative": "fell", "action": "unknown"}
    | {"qualification": "physician"},
    "sae.assess": {"event": 1, "document": "brochure-1", "expected": "no", "related": "no"},
    "sae.submitted": {"event": 1, "receiver": "moon", "number": "1", "complete": "yes"},
    "query.ask": {"form": "demography", "item": "height", "text": "Is this right?"},
    **dict.fromkeys(("query.answer", "query.reopen"), {"query": "1", "text": "why"}),
    "query.close": {"query": "1"},
    "query.assign": {"query": "1", "to": "nurse"},
    "verification.items": {"form": "demography", "items": ["height"], "digests": [""]},
    "verification.take-back": {"form": "demography", "items": ["height"], "reason": "why"},
    **dict.fromkeys(("review.form", "signature.form"), {"form": "demography", "digest": ""}),
    "signature.participant": {"digest": ""},
    "lock.form": {"form": "demography", "grade": "freeze", "reason": "why"},
    "lock.participant": {"grade": "freeze", "reason": "why"},
    "lock.open-form": {"form": "demography", "reason": "why"},
    "lock.open-participant": {"reason": "why"},
    "consent.give": {"version": "1.0"},
    "screening.again": {"earlier": "PIT-01-0001"},
    "consent.withdraw": {"scope": "everything"},
    "forms.save": {"form": "laboratory", "values": {}},
    "visit.not-done": {"visit": "screening", "why": "unwell"},
    "panel.ask": {"scan_on": "2025-06-01"},
    "panel.vote": {"category": "resectable"},
    "panel.conclude": {"category": "resectable"},
    "randomisation.randomise": {"strata": {}},
    "event.death": {"cause": "disease"},
    "event.progression": {"place": "liver"},
    "event.resection": {"residual": "R0"},
    "entry.void": {"entry": 1, "reason": "the wrong participant"},
    "entry.redact": {"entry": 1, "fields": ["/reason"], "reason": "names somebody"},
    "randomisation.in-error": {"reason": "the wrong participant"},
}
CONCERNING = [kind for kind, a in ACTS.items() if a.stream != "study" and kind != "screening.enter"]


def test_lists_and_frames_hold_ones_own_site_only(ask):
    nurse = ask(NURSE)
    assert {line["site"] for line in body(nurse.get("/api/subjects?limit=500"))["subjects"]} == {
        "01"
    }
    assert {row["site"] for row in body(nurse.get("/api/frames/subjects"))["rows"]} == {"01"}
    values = body(nurse.get("/api/frames/values"))["rows"]
    assert values and all(row["subject_id"].startswith("PIT-01-") for row in values)


def test_the_description_that_anyone_may_read_is_worked_out_once():
    assert api.get_openapi_schema() is api.get_openapi_schema()


def test_every_address_of_the_api_needs_a_key(client):
    assert client.get("/api/openapi.json").status_code == 200
    for address, methods in body(client.get("/api/openapi.json"))["paths"].items():
        for method in methods:
            answer = getattr(client, method)(address.replace("{", "").replace("}", ""))
            assert answer.status_code == 401, address
            assert "WWW-Authenticate" in answer


def test_every_table_is_listed_with_its_columns_and_can_be_read(ask):
    nurse = ask(NURSE)
    listed = body(nurse.get("/api/frames", headers={"Accept-Language": "nl"}))
    assert {"subjects", "values", "follow_up"} <= {table["name"] for table in listed}
    for table in listed:
        frame = nurse.get(f"/api/frames/{table['name']}?format=csv").content.decode()
        names = [column["name"] for column in table["columns"]]
        assert frame.splitlines()[0].split(",") == names
        assert all(column["label"] for column in table["columns"])
    assert listed[0]["columns"][0]["label"] == "Deelnemer"
    (problem,) = body(nurse.get("/api/frames/nothing"))["problems"]
    assert problem["code"] == "request.no-table" and "follow_up" in problem["because"]


def test_a_role_that_sees_no_participants_gets_none(ask):
    for person in ("statistician-1", "panel-chair-1", "panel-surgeon-1"):
        client = ask(person)
        assert body(client.get("/api/subjects"))["subjects"] == []
        assert client.get("/api/frames/values").status_code == 403
        assert client.get(f"/api/subjects/{somebody('01')}").status_code == 404


def test_the_arm_is_closed_in_frames_to_all_but_the_monitoring_board(ask):
    def arms(person):
        answer = ask(person).get("/api/frames/subjects?format=csv")
        return {row["arm"] for row in csv.DictReader(io.StringIO(answer.content.decode()))}

    assert body(ask("monitoring-board-1").get("/api/frames/subjects")).keys() == {"because"}
    web_trial.open_results("monitoring-board-1", "office-1")
    assert arms("monitoring-board-1") == {"", *(arm.id for arm in adopted.study().arms)}
    for person in ("office-1", "monitor-1", NURSE, DOCTOR):
        assert arms(person) == {""}


# Reading


def test_a_participant_is_read_as_folded_and_as_recorded(ask):
    subject_id = somebody("01", status="on study")
    told = body(ask(NURSE).get(f"/api/subjects/{subject_id}"))
    assert told["status"] == "on study" and told["subject"]["randomisation"]["allocation"]["arm"]
    entries = body(ask(NURSE).get(f"/api/subjects/{subject_id}/entries"))
    own = [entry["seq"] for entry in entries if entry["stream"] == subject_id]
    assert own == list(range(1, len(own) + 1))
    assert [e["fields"]["arm"] for e in entries if e["stream"] == "allocation"] == [
        told["subject"]["randomisation"]["allocation"]["arm"]
    ]


def test_a_frame_answers_as_of_any_moment(ask):
    office = ask("office-1")
    then = body(office.get("/api/frames/subjects", {"as_of": "2025-03-01T00:00:00Z"}))["rows"]
    now = body(office.get("/api/frames/subjects"))["rows"]
    assert 0 < len(then) < len(now) == SubjectRow.objects.count()
    assert all(row["entered_on"] < "2025-03-01" for row in then)
    for wrong in ("2025-03-01", "yesterday", "2025-03-01T00:00:00"):
        assert office.get("/api/frames/subjects", {"as_of": wrong}).status_code == 422


def test_a_long_list_comes_in_pages(ask):
    office, seen, after = ask("office-1"), [], ""
    while True:
        page = body(office.get("/api/subjects", {"limit": 5, "after": after}))
        seen += [line["subject_id"] for line in page["subjects"]]
        if not page["more"]:
            break
        after = seen[-1]
    assert seen == sorted(SubjectRow.objects.values_list("subject_id", flat=True))


def test_an_error_of_ours_is_noted_and_not_told(ask, monkeypatch, caplog):
    def broken(*_: object) -> None:
        raise RuntimeError("a secret detail of ours")

    monkeypatch.setattr("equipoise.web.rest.subjects.opened", broken)
    told = ask(NURSE).get(f"/api/subjects/{somebody('01')}")
    assert told.status_code == 500 and b"secret detail" not in told.content
    assert "a secret detail of ours" in caplog.text


# Keys


def test_a_key_is_kept_by_its_digest_only():
    key = tokens.make_token(Account.objects.get(person_id=NURSE), "a test")
    kept = Token.objects.get()
    assert key not in {kept.digest, kept.label} and tokens.account_of(key).person_id == NURSE


def test_a_key_is_worth_nothing_after_its_end_or_its_owners_or_when_taken_back(monkeypatch):
    account = Account.objects.get(person_id=NURSE)
    key = tokens.make_token(account, "a test", days=1)
    assert tokens.account_of(key)
    people.erase(NURSE)
    assert tokens.account_of(key) is None
    Account.objects.filter(person_id=NURSE).update(is_active=True)
    assert tokens.account_of(key)
    later = write_service.now().replace(year=2026)
    monkeypatch.setattr(write_service, "now", lambda: later)
    assert tokens.account_of(key) is None
    assert tokens.end_tokens(account) == 0


def test_whoever_lost_the_role_may_nothing_with_the_key(ask):
    nurse, subject_id = ask(NURSE), somebody("01")
    assert (
        act(ask("office-1"), "role.end", person=NURSE, role="nurse", site="01").status_code == 200
    )
    assert nurse.get(f"/api/subjects/{subject_id}").status_code == 401
    assert nurse.get("/api/subjects").status_code == 401


def test_after_many_wrong_keys_an_address_is_told_to_wait():
    cache.clear()
    wrong = Client(headers={"Authorization": "Bearer eqp_wrong"})
    answers = [wrong.get("/api/acts").status_code for _ in range(tokens.FAILURES + 2)]
    assert answers == [401] * tokens.FAILURES + [429, 429]
    assert "Retry-After" in wrong.get("/api/acts")


def test_a_session_in_the_browser_is_no_key(client):
    client.force_login(
        Account.objects.get(person_id=NURSE), "allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get("/api/acts").status_code == 401


def test_the_description_stands_on_its_own(client):
    page = client.get("/api/docs")
    assert page.status_code == 200 and b"/api/acts/{kind}" in page.content
    assert (
        b"http" not in page.content.replace(b"http-equiv", b"") and b"<script" not in page.content
    )
