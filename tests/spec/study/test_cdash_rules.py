"""What an item is called in CDASH, so that data leave by a renaming."""

import pytest

from equipoise.conduct.chapters import ACTS
from equipoise.study.cdash import wrong_name
from equipoise.study.check import consistency
from equipoise.study.places import Places
from tests.support import a_study, carried_study

NAMES = """
    BRTHYY        |
    SEX           |
    MHTERM        |
    HGB_LBORRES   |
    RASVAR_GFORRES|
    hgb_lborres   | no name of CDASH
    HAEMOGLOB_LBORRES | no name of CDASH
    XX_XXORRES    | no domain 'XX'
    LBORRSE       | did you mean LBORRES?
    LB            | no name of CDASH
"""


@pytest.mark.parametrize("row", NAMES.strip().splitlines())
def test_a_name_is_a_domain_and_what_it_holds_with_the_test_before_it(row):
    name, because = (cell.strip() for cell in row.split("|"))
    assert because in wrong_name(name) and bool(because) is bool(wrong_name(name))


def test_a_study_with_a_name_that_cdash_cannot_have_is_refused_where_it_stands():
    forms = [form.model_dump() for form in a_study().forms]
    forms[0]["items"][0]["cdash"] = "HB_LBORRSE"
    found = consistency(a_study(forms=forms), Places(), ACTS)
    assert [(p.path, p.message) for p in found] == [
        ("cdash", "'HB_LBORRSE': no field of LB holds 'ORRSE'; did you mean LBORRES?")
    ]


def test_every_question_of_the_pump_trial_has_its_name_in_cdash():
    for item in carried_study("pump-it").items.values():
        asked = item.columns or (item,)
        assert all(one.cdash for one in asked), item.id
