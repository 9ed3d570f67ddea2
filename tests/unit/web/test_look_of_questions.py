"""How a question of an act is asked, by its kind and how much there is to choose from."""

from equipoise.conduct.words import Ask
from equipoise.web.views.act_forms import look_of


def test_more_than_twelve_choices_are_one_box_and_several_of_many_are_still_ticked():
    assert look_of(Ask("Which?", kind="choice"), 12) == "radios"
    assert look_of(Ask("Which?", kind="choice"), 13) == "select"
    assert look_of(Ask("Which of them?", kind="several"), 30) == "checkboxes"
    assert look_of(Ask("What?"), 0) == "text"
