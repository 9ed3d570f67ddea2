"""Acts that the trial refuses, each of someone as they stand, and how its page has it otherwise."""

from collections.abc import Iterator
from datetime import timedelta

from equipoise.web import write_service
from tests.amended import BY_AMENDMENTS
from tests.web.one_law import (
    ASKS_ITSELF,
    CANNOT,
    LEFT_OUT,
    NOT_THERE,
    SHOWS,
    TODAY,
    Tried,
    last,
    other_arm,
    saved,
    someone,
    tried,
    voter,
)
from tests.web.refused_assumptions import BY_ASSUMPTIONS, of_assumptions
from tests.web.refused_doses import BY_DOSES, refused_doses
from tests.web.refused_events import BY_EVENTS, refused_events
from tests.web.refused_pumps import BY_PUMPS, refused_pumps
from tests.web.refused_redactions import BY_REDACTIONS, refused_redactions
from tests.web.refused_reviews import of_reviews

__all__ = ["ELSEWHERE", "refused", "refused_once_closed"]

LAB = "laboratory"
AST = {"site": "01", "item": "ast", "unit": "U/L", "uln": "30"}
FIRST = {"amendment": "A1", "site": "01"}
LONG_AGO = -2_000
PLACE = {"form": "demography", "visit": "screening"}
HEIGHT = {**PLACE, "items": ["height"]}

SCREENED = "tests/spec/conduct/test_screened_before_rules.py::"
ELSEWHERE = {
    **BY_AMENDMENTS,
    **BY_ASSUMPTIONS,
    **BY_PUMPS,
    **BY_EVENTS,
    **BY_REDACTIONS,
    **BY_DOSES,
    "consent.no-questionnaire": "tests/spec/conduct/test_consent_rules.py::"
    "test_who_withdrew_from_questionnaires_fills_none_of_a_later_day_and_is_asked_none",
    "item.absent": "tests/spec/conduct/test_unanswered_rules.py::"
    "test_no_more_is_said_than_the_study_allows",
    "item.absent-and": "tests/spec/conduct/test_unanswered_rules.py::"
    "test_an_answer_that_is_found_later_takes_the_place_with_a_reason",
    "item.absent-why": "tests/spec/conduct/test_unanswered_rules.py::"
    "test_what_must_be_answered_may_be_said_not_to_be_done_with_a_reason",
    "item.check": "tests/spec/conduct/recist/test_recist_rules.py::"
    "test_targets_are_five_at_most_two_an_organ_each_once_and_large_enough",
    "item.choices": "tests/spec/conduct/test_item_kind_rules.py::"
    "test_none_of_these_excludes_what_applies",
    "item.derived": "tests/spec/conduct/test_worked_out_rules.py::test_it_is_never_typed",
    "item.link": "tests/spec/conduct/recist/test_recist_rules.py::"
    "test_a_lesion_that_was_not_there_at_first_is_refused_or_told_and_counts_for_nothing",
    "item.none": "tests/spec/conduct/test_none_so_far_rules.py::"
    "test_none_so_far_is_all_that_its_copy_says",
    "item.none-and": "tests/spec/conduct/test_item_kind_rules.py::"
    "test_none_of_these_excludes_what_applies",
    "item.not-copied": "tests/spec/conduct/test_copied_rules.py::"
    "test_only_what_the_study_allows_is_copied",
    "item.scale": "tests/spec/conduct/test_item_kind_rules.py::test_a_scale_takes_its_own_numbers",
    "item.twice": "tests/spec/conduct/recist/test_recist_rules.py::"
    "test_targets_are_five_at_most_two_an_organ_each_once_and_large_enough",
    "item.time": "tests/spec/conduct/test_item_kind_rules.py::test_what_is_no_time_is_refused",
    "query.put-right": "tests/spec/conduct/test_query_rules.py::"
    "test_what_cannot_be_said_of_a_query_is_refused_with_every_reason",
    "void.said-since": "tests/spec/conduct/test_query_rules.py::"
    "test_what_was_said_is_voided_only_once_nothing_was_said_after_it",
    "verification.nothing-there": "tests/spec/conduct/test_verification_rules.py::"
    "test_what_cannot_be_verified_is_refused_with_every_reason",
    "verification.none": "tests/spec/conduct/test_verification_rules.py::"
    "test_what_cannot_be_verified_is_refused_with_every_reason",
    "verification.no-item": "tests/spec/conduct/test_verification_rules.py::"
    "test_what_cannot_be_verified_is_refused_with_every_reason",
    "verification.pairs": "tests/spec/conduct/test_verification_rules.py::"
    "test_what_cannot_be_verified_is_refused_with_every_reason",
    "verification.already": "tests/spec/conduct/test_verification_rules.py::"
    "test_two_who_verify_at_once_verify_once",
    "signature.no-form": "tests/spec/conduct/test_signature_rules.py::"
    "test_a_form_that_was_not_begun_is_not_signed",
    "signature.already": "tests/spec/conduct/test_signature_rules.py::"
    "test_nobody_signs_twice_what_did_not_change_and_another_may_sign_too",
    "signature.review-first": "tests/spec/conduct/test_signature_rules.py::"
    "test_a_form_that_is_reviewed_first_is_signed_only_as_it_was_reviewed",
    "review.already": "tests/spec/conduct/test_signature_rules.py::"
    "test_a_form_that_is_reviewed_first_is_signed_only_as_it_was_reviewed",
    "lock.no-exception": "tests/spec/conduct/test_lock_rules.py::"
    "test_a_participant_is_locked_once_the_list_is_empty_or_each_point_is_left_open_by_name",
    "lock.exception-why": "tests/spec/conduct/test_lock_rules.py::"
    "test_a_participant_is_locked_once_the_list_is_empty_or_each_point_is_left_open_by_name",
    "lock.left-open": "tests/spec/conduct/test_lock_rules.py::"
    "test_a_participant_is_locked_once_the_list_is_empty_or_each_point_is_left_open_by_name",
    "time.now-only": "tests/spec/conduct/test_lock_rules.py::"
    "test_a_lock_is_judged_by_what_stands_and_so_has_no_earlier_day",
    "lock.already": "tests/spec/conduct/test_lock_rules.py::"
    "test_a_form_is_locked_by_what_is_left_of_it_alone",
    "lock.above": "tests/spec/conduct/test_lock_rules.py::"
    "test_what_is_locked_is_opened_with_a_reason_and_who_opens_it_proves_who_they_are",
    "lock.no-form": "tests/spec/conduct/test_lock_rules.py::"
    "test_what_is_locked_is_opened_with_a_reason_and_who_opens_it_proves_who_they_are",
    "void.lock": "tests/spec/conduct/test_lock_rules.py::"
    "test_what_is_locked_is_opened_with_a_reason_and_who_opens_it_proves_who_they_are",
    "lock.study": "tests/spec/conduct/test_lock_rules.py::"
    "test_the_study_is_locked_once_everybody_is_and_then_nobody_enters_and_nothing_opens",
    **dict.fromkeys(
        ("lock.participant", "lock.participant-frozen", "lock.form", "lock.form-frozen"),
        "tests/spec/conduct/test_lock_rules.py::"
        "test_a_freeze_closes_what_changes_values_and_a_lock_the_rest_too",
    ),
    "again.later": SCREENED + "test_the_earlier_one_entered_earlier",
    "again.taken": SCREENED + "test_who_came_again_comes_once_more_by_the_number_they_had_last",
    "again.linked": SCREENED + "test_a_link_is_made_once_and_may_be_found_in_error",
    "void.screened-again": SCREENED
    + "test_what_ended_the_earlier_one_stands_while_somebody_is_linked_to_it",
    "act.malformed": "tests/spec/conduct/test_one_way_in_rules.py::"
    "test_an_act_that_could_not_be_read_back_is_refused",
    "act.missing": "tests/web/test_api.py::test_a_request_that_makes_no_sense_is_told_where",
    "act.no-field": "tests/web/test_api.py::"
    "test_everything_that_is_wrong_with_a_request_is_told_at_once",
    "act.too-large": "tests/spec/conduct/test_one_way_in_rules.py::"
    "test_there_are_not_more_rows_answers_or_copies_than_anyone_would_fill_in",
    "act.too-many": "tests/spec/conduct/test_one_way_in_rules.py::"
    "test_there_are_not_more_rows_answers_or_copies_than_anyone_would_fill_in",
    "act.unreadable": "tests/spec/conduct/test_one_way_in_rules.py::"
    "test_an_act_that_could_not_be_read_back_is_refused",
    "form.never-seen": "tests/spec/conduct/test_seen_rules.py::"
    "test_what_nobody_has_seen_yet_is_no_leave_to_replace_it",
    "form.outside-window": "tests/spec/conduct/test_deviation_rules.py::"
    "test_a_form_dated_outside_the_window_of_its_visit_says_by_how_many_days",
    "witness.same": "tests/spec/conduct/test_witness_rules.py::test_every_reason_is_given",
    "witness.unsigned": "tests/spec/conduct/test_witness_rules.py::"
    "test_a_policy_is_changed_with_a_quorum_of_those_before_and_not_without",
    "site.not-open": "tests/spec/conduct/test_entering_rules.py::"
    "test_a_site_that_is_not_open_takes_nobody_and_is_named_in_the_refusal",
    "clock.behind": "tests/web/test_clock.py::"
    "test_a_program_is_told_both_moments_and_nothing_is_recorded",
    "form.no-question": "tests/spec/conduct/test_plausible_rules.py::"
    "test_what_is_never_asked_cannot_be_confirmed",
    "form.after-draw": "tests/studies/test_a_way_through.py::"
    "test_nothing_is_recorded_after_the_draw_as_if_it_came_before",
    "form.retired": "tests/spec/conduct/test_adoption_rules.py::"
    "test_a_retired_visit_or_form_is_not_planned_where_it_is_not_begun",
    "item.limit-left": "tests/spec/conduct/test_plausible_rules.py::"
    "test_a_limit_of_before_that_does_not_fit_the_new_unit_is_not_kept_whatever_the_reason",
    "limits.no-age": "tests/spec/conduct/test_laboratory_rules.py::"
    "test_limits_of_nobody_are_refused",
    "item.required": "tests/spec/conduct/test_form_rules.py::"
    "test_what_must_be_answered_is_not_passed_over_with_a_blank",
    "panel.none": "tests/spec/conduct/test_panel_rules.py::test_a_study_without_a_panel_asks_none",
    "restored.head-differs": "tests/spec/conduct/test_head_shown_rules.py::"
    "test_what_is_no_witnesss_head_of_this_copy_shows_nothing",
    "restored.head-early": "tests/spec/conduct/test_head_shown_rules.py::"
    "test_what_is_no_witnesss_head_of_this_copy_shows_nothing",
    "restored.head-late": "tests/spec/conduct/test_head_shown_rules.py::"
    "test_what_is_no_witnesss_head_of_this_copy_shows_nothing",
    "restored.head-older": "tests/spec/conduct/test_head_shown_rules.py::"
    "test_what_is_no_witnesss_head_of_this_copy_shows_nothing",
    "restored.no-cosignature": "tests/spec/conduct/test_head_shown_rules.py::"
    "test_what_is_no_witnesss_head_of_this_copy_shows_nothing",
    "restored.no-head": "tests/spec/conduct/test_head_shown_rules.py::"
    "test_what_is_no_witnesss_head_of_this_copy_shows_nothing",
    "restored.other-trial": "tests/spec/conduct/test_head_shown_rules.py::"
    "test_what_is_no_witnesss_head_of_this_copy_shows_nothing",
    "restored.unsigned": "tests/spec/conduct/test_head_shown_rules.py::"
    "test_what_is_no_witnesss_head_of_this_copy_shows_nothing",
    "restored.copy-older": "tests/spec/conduct/test_head_shown_rules.py::"
    "test_a_head_that_knows_more_says_how_many_are_missing_and_only_the_statement_helps",
    "restored.no-since": "tests/spec/conduct/test_head_shown_rules.py::"
    "test_a_copy_without_witnesses_and_an_office_that_says_nothing_of_the_time_since",
    "restored.no-witnesses": "tests/spec/conduct/test_head_shown_rules.py::"
    "test_a_copy_without_witnesses_and_an_office_that_says_nothing_of_the_time_since",
    "restored.numbers-unknown": "tests/web/test_restored.py::"
    "test_nobody_gets_a_number_at_any_door_and_both_languages_say_why",
    "panel.own-hospital": "tests/spec/conduct/test_panel_rules.py::"
    "test_a_reader_who_has_come_to_work_at_the_participants_hospital_does_not_vote",
    "panel.too-few": "tests/spec/conduct/test_panel_rules.py::"
    "test_a_panel_of_few_votes_with_those_it_has",
    "randomisation.unsound": "tests/spec/conduct/test_allocation_rules.py::"
    "test_a_draw_that_the_study_cannot_make_is_refused_and_found_before_the_trial_opens",
    "role.first": "tests/spec/conduct/test_office_rules.py::"
    "test_only_who_opened_the_trial_gives_the_first_role_and_it_can_give_others",
    "screening.number": "tests/spec/conduct/test_entering_rules.py::"
    "test_a_number_is_of_its_site_and_four_digits",
    "screening.number-taken": "tests/spec/conduct/test_entering_rules.py::"
    "test_a_number_is_given_out_once",
    "study.code-removed": "tests/spec/conduct/test_adoption_rules.py::"
    "test_an_amendment_may_not_change_what_is_recorded",
    "study.kind-changed": "tests/spec/conduct/test_adoption_rules.py::"
    "test_an_amendment_may_not_change_what_is_recorded",
    "study.moved": "tests/spec/conduct/test_adoption_rules.py::"
    "test_an_amendment_may_not_change_what_is_recorded",
    "study.no-commitment": "tests/spec/conduct/test_office_rules.py::"
    "test_the_trial_opens_once_with_its_own_text_and_a_commitment_to_the_seed",
    "study.not-adopted": "tests/spec/conduct/test_office_rules.py::"
    "test_a_study_text_that_was_not_adopted_runs_nothing",
    "study.not-open": "tests/spec/conduct/test_office_rules.py::"
    "test_nothing_is_done_before_the_trial_is_open",
    "study.removed": "tests/spec/conduct/test_adoption_rules.py::"
    "test_an_item_that_is_taken_out_now_is_refused_though_no_data_know_it",
    "results.cut-given": "tests/spec/conduct/test_openings_rules.py::"
    "test_a_cut_is_made_by_the_trial_alone_and_may_lie_at_the_end_of_an_earlier_day",
    "results.cut-moved": "tests/spec/conduct/test_openings_rules.py::"
    "test_nobody_agrees_to_a_cut_that_holds_other_entries_than_when_it_was_asked",
    "results.asked-already": "tests/spec/conduct/test_openings_rules.py::"
    "test_what_is_asked_has_a_reason_and_an_end_and_is_asked_once",
    "results.office": "tests/spec/conduct/test_openings_rules.py::"
    "test_neither_one_person_nor_the_office_alone_opens_them",
    "results.same-person": "tests/spec/conduct/test_openings_rules.py::"
    "test_neither_one_person_nor_the_office_alone_opens_them",
    "step-up.by-key": "tests/web/test_proof.py::"
    "test_no_program_does_with_a_key_what_asks_for_a_password",
    "step-up.needed": "tests/web/test_proof.py::"
    "test_the_draw_is_refused_without_the_password_at_every_door",
    "study.both-held": "tests/spec/conduct/test_step_up_rules.py::"
    "test_no_amendment_lets_one_person_hold_both_of_two_roles_that_exclude_each_other",
    "study.exclusion-removed": "tests/spec/conduct/test_openings_rules.py::"
    "test_no_amendment_takes_away_what_keeps_two_roles_apart",
    "study.identity-changed": "tests/spec/conduct/test_adoption_rules.py::"
    "test_an_amendment_may_not_change_what_is_recorded",
    "randomisation.amendment-not-active": "tests/spec/conduct/test_draw_rules.py::"
    "test_nobody_is_randomised_where_an_amendment_that_draws_wait_for_is_not_active",
    "study.draws-given": "tests/spec/conduct/test_draw_rules.py::"
    "test_what_becomes_of_the_draws_is_worked_out_and_told_by_nobody",
    "study.level-removed": "tests/spec/conduct/test_draw_rules.py::"
    "test_what_would_make_drawn_levels_mean_something_else_is_refused",
    "study.factor-changed": "tests/spec/conduct/test_draw_rules.py::"
    "test_what_would_make_drawn_levels_mean_something_else_is_refused",
    "study.label-traded": "tests/spec/conduct/test_adoption_rules.py::"
    "test_an_amendment_may_not_change_what_is_recorded",
    "study.unit-changed": "tests/spec/conduct/test_adoption_rules.py::"
    "test_an_amendment_may_not_change_what_is_recorded",
    "text.other-digest": "tests/spec/conduct/test_study_text_rules.py::"
    "test_what_is_not_the_text_that_its_digests_name_is_not_recorded",
    "text.other-study": "tests/spec/conduct/test_study_text_rules.py::"
    "test_a_text_that_says_another_study_is_not_recorded_under_this_ones_digest",
    "text.recorded-already": "tests/spec/conduct/test_study_text_rules.py::"
    "test_the_trial_records_the_adopted_text_once_and_nobody_else_does",
    "text.too-large": "tests/spec/conduct/test_study_text_rules.py::"
    "test_what_is_not_the_text_that_its_digests_name_is_not_recorded",
    "text.too-many": "tests/spec/conduct/test_study_text_rules.py::"
    "test_what_is_not_the_text_that_its_digests_name_is_not_recorded",
    "time.no-zone": "tests/spec/conduct/test_one_way_in_rules.py::"
    "test_a_moment_has_its_time_zone_and_a_day_is_of_our_time",
    "void.conclusion-rests": "tests/spec/conduct/test_void_rules.py::"
    "test_a_vote_is_voided_by_its_reader_while_others_are_awaited",
    "void.later-question": "tests/spec/conduct/test_void_rules.py::"
    "test_a_conclusion_is_voided_until_a_registration_or_another_question_rests_on_it",
    "void.other-kind": "tests/spec/conduct/test_void_rules.py::"
    "test_only_an_act_of_the_same_kind_is_put_in_its_place",
    "void.votes-rest": "tests/spec/conduct/test_void_rules.py::"
    "test_a_vote_is_voided_by_its_reader_while_others_are_awaited",
    "site.retired": "tests/spec/conduct/test_retired_rules.py::"
    "test_a_retired_hospital_is_not_opened_and_takes_nobody_new",
    "study.earlier-lost": "tests/spec/conduct/test_adoption_rules.py::"
    "test_what_can_not_be_compared_is_stated_to_be_lost_and_nothing_else_is",
    "study.nothing-lost": "tests/spec/conduct/test_adoption_rules.py::"
    "test_what_can_not_be_compared_is_stated_to_be_lost_and_nothing_else_is",
    "study.invalid": "the folder itself cannot be read, before there is an act: the doors say so",
}
"""Reasons that this trial cannot be brought to, each with the test that shows it, or why none."""


def _days(ahead: int) -> str:
    return (write_service.today() + timedelta(days=ahead)).isoformat()


def query(what: str, whom: str, /, by: str = "monitor", **told: str | int) -> Tried:
    """What is done of a query, by who asks them."""
    return tried(f"query.{what}", whom, by=by, **told)


def refused() -> Iterator[Tried]:
    """Each act that people do, with every reason against it."""
    trial_state = write_service.folds().trial_state()
    sealed, text = (
        trial_state.seed_commitment,
        {"version": trial_state.study_version, "digest": trial_state.study_digest},
    )
    numbers = {"numbers": "99 1\nseven", "last_draw": 0, "because": "from paper"}
    yield from (
        # Who, when, whom
        tried("contact.alive", "screened", by="chair", page=NOT_THERE),
        tried("contact.alive", "screened", by="doctor-02", page=NOT_THERE),
        tried("contact.alive", "screened", days=2),
        tried("contact.alive", "dead", days=-1),
        tried("contact.alive", "PIT-01-9999", page=NOT_THERE),
        tried("contact.alive", "screened", days=-200_000),
        tried("event.death", "dead", cause="disease"),
        tried("event.progression", "screened", place="liver"),
        tried("event.progression", "randomised", days=-5, place="liver"),
        tried("event.resection", "screened", residual="R0"),
        tried("event.death", "randomised", cause="disease", days=-300),
        # Consent
        tried("consent.give", "screened", version="9.9", page=ASKS_ITSELF),
        tried("consent.give", "screened", version="1.0", days=-4_000),
        tried("consent.give", "consented", version="1.0"),
        tried("consent.give", "left", version="1.0"),
        tried("consent.withdraw", "screened", scope="everything"),
        tried("consent.withdraw", "consented", scope="everything", days=-20),
        tried("consent.withdraw", "left", scope="everything"),
        tried("consent.withdraw", "consented", scope="treatment", reason="they are 111222333"),
        # Screening
        tried("screening.fail", "consented", criteria=["X99"]),
        tried("screening.fail", "consented", criteria=[], note=" "),
        tried("screening.fail", "consented", criteria=[], note="a\x07b"),
        tried("screening.fail", "consented", criteria=[], note="x" * 4_001),
        tried("screening.fail", "failed", criteria=[], note="again"),
        tried("screening.fail", "randomised", criteria=[], note="after all"),
        tried("screening.again", "screened", earlier="the one of May"),
        tried("screening.again", "screened", earlier="PIT-01-9999"),
        tried("screening.again", "screened", earlier=someone("randomised")),
        tried("screening.again", "screened", earlier=someone("screened")),
        tried("registration.register", "screened"),
        tried("registration.register", "dead"),
        tried("registration.register", "left"),
        tried("registration.register", "failed"),
        tried("registration.register", "filled"),
        tried("registration.register", "registered"),
        # The panel
        tried("panel.ask", "screened", scan_on="2020-01-01"),
        tried("panel.ask", "asked", scan_on="2020-01-01"),
        tried("panel.ask", "filled", scan_on="2098-01-01"),
        tried("panel.ask", "failed", scan_on="2020-01-01"),
        tried("panel.ask", "filled", scan_on="2020-01-01", drawn=["reader-1"], page=CANNOT),
        tried("panel.vote", "consented", by="reader-1", category="resectable", page=NOT_THERE),
        tried("panel.vote", "asked", by="reader-1", category="nothing"),
        tried("panel.vote", "asked", by="reader-1", days=-12, category="resectable", page=TODAY),
        tried("panel.vote", "asked", by="reader-1", category="resectable", reasons=["none"]),
        *(
            tried("panel.vote", "one vote", by=f"reader-{n}", category="nothing")
            for n in (1, 2, 3, 4, 5)
        ),
        tried(
            "panel.conclude",
            "consented",
            by="chair",
            category="resectable",
            advice="a",
            page=NOT_THERE,
        ),
        tried("panel.conclude", "one vote", by="chair", category="resectable", advice="a"),
        tried("panel.conclude", "voted", by="chair", category="resectable", advice="a"),
        tried("panel.conclude", "voted", by="chair", category="nothing", advice="a"),
        tried(
            "panel.conclude",
            "voted",
            by="chair",
            days=-9,
            category="resectable",
            advice="a",
            page=TODAY,
        ),
        # The draw
        tried("randomisation.randomise", "randomised", strata={}, page=SHOWS),
        tried("randomisation.randomise", "eligible", strata={}),
        tried("randomisation.randomise", "failed", strata={}),
        tried("randomisation.randomise", "registered", strata={"factor": "x"}, page=CANNOT),
        tried("randomisation.randomise", "registered", strata={}),
        tried("randomisation.randomise", "registered", strata={"site": "02"}),
        tried("randomisation.randomise", "registered", strata={}, arm="A", page=CANNOT),
        tried("randomisation.randomise", "registered", strata={}, days=-1, page=TODAY),
        tried("randomisation.in-error", "eligible", reason="the wrong person"),
        tried("randomisation.in-error", "marked", reason="the wrong person"),
        tried("randomisation.in-error", "randomised", reason=" ", page=ASKS_ITSELF),
        # Adverse events
        *refused_events(),
        # Queries
        query("ask", "filled", form="surgery", visit="surgery", item="height", number=1, text="?"),
        query("ask", "filled", form="demography", visit="screening", item="hb", number=1, text="?"),
        query(
            "ask",
            "filled",
            **{"form": "demography", "visit": "screening", "item": "height", "number": 1},
            **{"text": " ", "to": "monitor", "page": ASKS_ITSELF},
        ),
        query("answer", "filled", by="doctor-01", query="99", text="?", page=NOT_THERE),
        query("reopen", "queried", query=str(last("queried")), text="?"),
        query("assign", "queried", query=str(last("queried")), to="nurse"),
        query("close", "queried", query=str(last("queried"))),
        query("close", "query closed", query=str(last("query closed") - 1), text="?"),
        # Data review
        tried("verification.items", "filled", by="monitor", **HEIGHT, digests=["0"]),
        tried("verification.take-back", "filled", by="monitor", **HEIGHT, reason=" "),
        tried("review.form", "filled", **PLACE, digest="0"),
        tried("signature.form", "filled", **PLACE, digest="0"),
        tried("signature.participant", "filled", digest="0"),
        tried("lock.form", "filled", **PLACE, grade="freeze", reason="r"),
        tried("lock.participant", "filled", by="office", grade="freeze", reason=" "),
        tried("lock.open-form", "filled", by="office", **PLACE, number=1, reason="r"),
        tried("lock.open-participant", "filled", by="office", reason="r"),
        tried("study.lock", by="office", reason="r"),
        tried("study.unlock", by="office", reason="r"),
        # Recorded in error
        tried("entry.void", "screened", entry=9_999, reason="r", page=NOT_THERE),
        tried("entry.void", "screened", entry=1, reason=" ", page=ASKS_ITSELF),
        tried("entry.void", "screened", entry=1, reason="r"),
        tried("entry.void", "voided", entry=3, reason="r"),
        tried("entry.void", "asked", entry=2, reason="r"),
        tried("entry.void", "registered", entry=2, reason="r"),
        tried("entry.void", "left", entry=2, reason="r"),
        *refused_redactions(),
        *refused_doses(),
        # Not done
        tried("visit.not-done", "screened", visit="never", why="declined", page=NOT_THERE),
        tried("visit.not-done", "screened", visit="screening", form="surgery", why="declined"),
        tried("visit.not-done", "screened", visit="screening", why="other", reason=" "),
        tried("visit.not-done", "filled", visit="screening", form="demography", why="declined"),
        tried(
            "visit.not-done",
            "randomised",
            visit=other_arm("randomised")[1],
            why="declined",
        ),
        # Forms
        saved("filled", "nowhere", page=NOT_THERE),
        saved("filled", LAB, "never", page=NOT_THERE),
        saved("filled", "surgery", page=NOT_THERE),
        saved("filled", LAB, number=100, inr="1"),
        saved("filled", "demography", number=2, height="170"),
        saved("filled", "demography", number=100, height="170"),
        saved("screened", LAB, days=-8_000, inr="1"),
        saved("screened", LAB, days=LONG_AGO, inr="1"),
        saved("filled", "demography", height="171"),
        saved("filled", "demography", height="171", seen=1, reason="measured"),
        saved("left", LAB, inr="1"),
        saved("dead", LAB, inr="1"),
        saved("randomised", "quality_of_life", "baseline", days=1, questionnaires_completed="yes"),
        # Answers
        saved("screened", LAB, values={"hb": "nine"}),
        saved("filled", "demography", height="171", reason="so says a@hospital.example"),
        saved("filled", "demography", height="171", reason="so says 111222333"),
        saved("screened", LAB, values={"hb": "0.5"}),
        saved("screened", LAB, values={"hb": "99"}),
        saved("screened", LAB, values={"hb": "8", "hb.unit": "kg"}),
        saved("screened", LAB, values={"hb": "8", "hb.uln": "9"}, page=CANNOT),
        saved("screened", LAB, values={"ast": "8", "ast.uln": "0"}),
        saved("screened", LAB, values={"ast": "8", "ast.uln": "x"}),
        saved("screened", LAB, values={"ast": "8", "ast.uln": "30", "ast.lln": "40"}),
        saved("screened", LAB, values={"ast": [{"a": "b"}]}, page=CANNOT),
        saved("screened", LAB, values={"nothing": "8"}, page=CANNOT),
        saved("screened", "demography", birth_date="1970-13"),
        saved("screened", "demography", birth_date="2026-02-31"),
        saved("screened", "demography", birth_date="0026"),
        saved("screened", "demography", birth_date="2098"),
        saved("screened", "demography", birth_date="1890"),
        saved("screened", "demography", birth_date="1970-05-17"),
        saved("screened", "demography", sex="other"),
        saved("screened", "disease", primary_diagnosed_on="2026-02-31"),
        saved("screened", "history", hepatic_radiation="perhaps"),
        saved("screened", "imaging", extrahepatic="none", page=CANNOT),
        saved("screened", "imaging", extrahepatic=[{}], page=CANNOT),
        saved("screened", "imaging", extrahepatic=[{"size": "x"}]),
        saved("screened", "imaging", extrahepatic=[{"colour": "x"}], page=CANNOT),
        saved(
            "screened",
            "quality_of_life",
            "baseline",
            questionnaires_missed="declined",
            questionnaires_completed="yes",
            page=LEFT_OUT,
        ),
        # By what stands of them
        tried("entry.void", "one vote", entry=last("one vote"), reason="r", page=NOT_THERE),
        tried(
            "entry.void",
            "voted",
            by=voter("voted"),
            entry=last("voted"),
            reason="r",
        ),
        tried("entry.void", "voided", entry=last("voided"), reason="r"),
        tried("entry.void", "randomised", entry=last("randomised"), reason="r"),
        tried(
            "entry.void", "randomised", entry=1, named_stream="allocation", reason="r", page=CANNOT
        ),
        tried("entry.void", "randomised", entry=1, named_stream="study", reason="r", page=CANNOT),
        saved("randomised", *other_arm("randomised")),
        saved("screened", "disease", liver_metastases_count="2.5"),
        tried("registration.register", "young"),
        # The trial as a whole
        tried("role.give", by="office", person="doctor-01", role="nobody"),
        tried("role.give", by="office", person="doctor-01", role="nurse"),
        tried("role.give", by="office", person="doctor-01", role="nurse", site="99"),
        tried("role.give", by="office", person="doctor-01", role="investigator", site="01"),
        tried("role.give", by="office", person="A person", role="monitor"),
        tried("role.give", by="doctor-01", person="doctor-02", role="monitor", page=NOT_THERE),
        tried("role.end", by="office", person="doctor-01", role="monitor", site="", page=NOT_THERE),
        tried("role.end", by="office", person="office", role="trial-office", site=""),
        tried("site.open", by="office", site="01"),
        tried("site.open", by="office", site="99", page=NOT_THERE),
        tried("study.close-accrual", by="office", because=" ", page=ASKS_ITSELF),
        tried("study.amend", by="office", version="9", digest="0" * 64, because=" ", page=CANNOT),
        tried("study.open", by="office", version="9", digest="0" * 64, seed_commitment=sealed),
        tried(
            "study.text",
            by="office",
            version="9",
            study="1" * 64,
            digest="0" * 64,
            model=1,
            files={"../x": ""},
        ),
        tried("laboratory.limits", site="01", item="nothing", unit="kg", page=ASKS_ITSELF),
        tried("laboratory.limits", site="01", item="ast", unit="kg", uln="x", page=ASKS_ITSELF),
        tried("laboratory.limits", site="01", item="ast", unit="U/L", lln="4", uln="3"),
        tried("laboratory.limits", site="01", item="ast", unit="U/L"),
        tried("laboratory.limits", **AST, sex="neither", page=ASKS_ITSELF),
        tried("laboratory.limits", **AST, from_age="old"),
        tried("laboratory.limits", **AST, from_age="65", below_age="40"),
        tried("amendment.activate", by="office", amendment="A1", site="99", page=NOT_THERE),
        tried("amendment.take-back", by="office", **FIRST, reason=" ", page=NOT_THERE),
        tried("study.amend", by="office", **text, because="again"),
        tried("study.amend", by="office", **text, because=" ", page=ASKS_ITSELF),
        tried("laboratory.limits", site="99", item="ast", unit="U/L", uln="3", page=NOT_THERE),
        tried("clock.ran-ahead", by="office", because=" ", page=ASKS_ITSELF),
        tried("clock.ran-ahead", by="office", because="it did", days=3),
        tried("study.restored", by="office", **numbers),
        tried("study.head-shown", by="office", head="a head", because="switched off"),
        tried("study.restored", by="office", **numbers | {"because": " "}, page=ASKS_ITSELF),
        *of_assumptions(),
        tried("witness.policy", by="office", policy="none", because="so"),
        tried("role.give", by="office", person="doctor-01", role="trial-office"),
        tried("person.erase", by="office", person="nurse-01", because="a"),
        tried("person.erase", by="office", person="nobody", because="a"),
        tried("person.erase", by="office", person="office", because="a"),
        tried("person.reset-factor", by="office", person="office", because="a"),
        tried("person.reset-factor", by="office", person="nurse-01", because=" ", page=ASKS_ITSELF),
        *of_reviews(),
        *refused_pumps(),
        tried("results.ask", by="board", because="a", until=_days(-1)),
        tried("results.ask", by="board", because="a", until=_days(40)),
        tried("results.ask", by="board", because="a", until=_days(1), data_until=_days(1)),
        tried("results.ask", by="board", because=" ", until=_days(1), page=ASKS_ITSELF),
        tried("results.ask", by="office", because="a", until=_days(1), page=NOT_THERE),
        tried("results.agree", by="board", opening=1),
        tried("witness.policy", by="office", policy="none", because=" ", page=ASKS_ITSELF),
    )


def refused_once_closed() -> Iterator[Tried]:
    """What is refused after accrual is closed."""
    yield tried("study.close-accrual", by="office", because="all are in")
    yield tried("randomisation.randomise", "registered", strata={})
