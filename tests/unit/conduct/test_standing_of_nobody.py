"""What a criterion is found to be of whom nothing is recorded is worked out once for all."""

from equipoise.conduct import eligibility
from equipoise.conduct.standing import NOBODY, _remembered, standing
from equipoise.logic.truth import Truth
from tests.support import DAY, a_trial, person, pressure


def test_criteria_that_read_nothing_are_judged_once_and_others_by_what_is_recorded():
    _remembered.cache_clear()
    made = a_trial()
    first, second = made.enter(), made.enter()
    found = [standing(made.study, made.subject(who), DAY) for who in (first, second)]
    assert found[0] == found[1] and set(found[0]) == {Truth.UNKNOWN}
    assert _remembered(NOBODY, DAY) and not _remembered(second, DAY)
    made.do(person(), second)
    made.do(pressure(), second)
    for who in (first, second):
        subject = made.subject(who)
        lines = eligibility.checklist(made.study, subject, DAY, registering=DAY)
        assert standing(made.study, subject, DAY) == [line.satisfied for line in lines]
