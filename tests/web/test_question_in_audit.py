"""The entries of one question, found in a database by an index."""

import pytest

from equipoise.conduct.digests import digests_of_form
from equipoise.conduct.laboratory import SetLimits
from equipoise.conduct.verification import VerifyItems
from equipoise.web import write_service
from equipoise.web.store import Filters
from tests import web_trial

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_question_is_found_wherever_it_is_named_with_its_form_or_apart():
    """By an index of the form that an entry names: in what was saved, verified, and of limits."""
    web_trial.open_house()
    subject = web_trial.filled()
    digests = digests_of_form(web_trial.again(subject).forms.records["laboratory@screening#1"])
    place = {"form": "laboratory", "visit": "screening", "items": ["ast"]}
    verify = VerifyItems(**place, digests=[digests["ast"]])
    write_service.perform(verify, "monitor", None, subject.subject_id)
    limits = SetLimits(site="01", item="ast", unit="U/L", uln="30")
    write_service.perform(limits, "doctor-01")
    found = write_service.LEDGER.recent(
        9, None, Filters(item="ast", asked_in="laboratory", apart=(SetLimits.kind,))
    )
    kinds = [entry.kind for _, entry in found]
    assert kinds == ["laboratory.limits", "verification.items", "forms.save"]
    assert [n for n, _ in found] == sorted((n for n, _ in found), reverse=True)
    by_form = write_service.LEDGER.recent(9, None, Filters(form="laboratory"))
    assert [entry.kind for _, entry in by_form] == ["verification.items", "forms.save"]
    text = web_trial.signed_in("monitor").get("/audit/?item=ast").content.decode()
    assert text.count('<td data-label="Recorded"') == 3
