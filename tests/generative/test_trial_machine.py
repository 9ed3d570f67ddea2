"""Whatever people try, allowed or not and in any order, the trial keeps its promises."""

from datetime import date, timedelta

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from equipoise.conduct import folding, trial
from equipoise.conduct.act import Refused, Stamp
from equipoise.conduct.administration import CloseAccrual, EndRole, GiveRole
from equipoise.conduct.chapters import ACTS, agenda, outlook
from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.deviations import deviations
from equipoise.conduct.eligibility import checklist, verdict
from equipoise.conduct.follow_up import (
    RecordAlive,
    RecordDeath,
    RecordProgression,
    RecordResection,
)
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.outlook import Outlook
from equipoise.conduct.panel import AskPanel, CastVote, Conclude, majority
from equipoise.conduct.randomisation import MarkDraw, Randomise
from equipoise.conduct.replay import replay
from equipoise.conduct.screening import EnterScreening, FailScreening, Register
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.conduct.voiding import VoidEntry, unsupported
from equipoise.ledger import verify
from equipoise.logic.truth import Truth
from equipoise.logic.watched import Watch
from tests.sampled import examples
from tests.support import DAY, SEED, a_panel_study, a_trial, noon, person, pressure

sites = st.sampled_from(["01", "02"])
categories = st.sampled_from(["yes", "yes", "perhaps", "no", "never"])
people = st.sampled_from(
    ["doctor-01", "doctor-02", "assistant-01", "chair-1", "office-1", "visitor"]
    + [f"reader-{n}" for n in range(1, 7)]
)
numbers = st.sampled_from(["120", "139", "150", "158", "1e400", "", "<140", "NaN"])
pills = st.lists(
    st.fixed_dictionaries({"medicine": st.just("a"), "lowers_pressure": st.sampled_from("yn")}),
    max_size=1,
).map(
    lambda rows: [
        {**r, "lowers_pressure": {"y": "yes", "n": "no"}[r["lowers_pressure"]]} for r in rows
    ]
)
acts = st.one_of(
    st.builds(EnterScreening, site=sites),
    st.builds(GiveConsent, version=st.sampled_from(["1", "2"])),
    st.builds(WithdrawConsent, scope=st.sampled_from(["treatment", "everything", "nothing"])),
    st.builds(lambda s, d: pressure(systolic=s, diastolic=d), numbers, numbers),
    st.builds(lambda n: pressure(f"weeks.{n}"), st.integers(0, 4)),
    st.builds(
        lambda rows, unwise, why: SaveForm(
            form="person",
            visit="screening",
            values={"birth_date": "1970", "medicines": rows, "tea_unwise": unwise},
            reason=why,
        ),
        pills,
        st.sampled_from(["yes", "no", "perhaps"]),
        st.sampled_from(["", "read again"]),
    ),
    st.builds(FailScreening, note=st.sampled_from(["", "moved", "a\x00b"])),
    st.builds(Register),
    st.builds(AskPanel, scan_on=st.just(DAY)),
    st.builds(CastVote, category=categories),
    st.builds(Conclude, category=categories),
    st.builds(RecordAlive),
    st.builds(RecordProgression, place=st.sampled_from(["liver", "moon"])),
    st.builds(RecordResection, residual=st.just("R0")),
    st.builds(RecordDeath, cause=st.just("other")),
    st.builds(MarkDraw, reason=st.sampled_from(["", "not eligible"])),
    st.builds(GiveRole, person=people, role=st.sampled_from(["doctor", "reader"]), site=sites),
    st.builds(EndRole, person=people, role=st.sampled_from(["office", "reader"]), site=sites),
)


class AnyTrial(RuleBasedStateMachine):
    """People do what they like; the machine looks at what the trial has become."""

    @initialize()
    def open(self):
        self.made = a_trial(a_panel_study())
        for n in range(1, 6):
            self.made.do(GiveRole(person=f"near-{n}", role="reader", site="01"))
        self.on, self.subjects = DAY, ["TEA-01-0001"]

    @rule(back=st.integers(0, 12), by=people, data=st.data())
    def someone_voids_something(self, back, by, data):
        """An entry of late, or one that there is not; by whoever may, or by anyone."""
        subject_id = data.draw(st.sampled_from(self.subjects))
        head = self.made.ledger.head(subject_id)
        entry = (head.seq if head else 0) - back
        self.attempt(VoidEntry(entry=entry, reason="in error"), subject_id, by)
        if entry > 0:
            found = next(iter(self.made.ledger.entries(subject_id, entry - 1)))
            void = VoidEntry(entry=entry, reason="in error")
            self.attempt(void, subject_id, found.by)

    @invariant()
    def nothing_stands_without_what_it_rests_on(self):
        for subject_id in trial.subject_ids(self.made.ledger):
            assert not list(unsupported(self.made.study, self.made.subject(subject_id)))

    def attempt(self, act, subject_id, by=""):
        """Do it; or see it refused without a trace."""
        made, before = self.made, len(self.entries())
        subject, trial_state = repr(made.subject(subject_id)), repr(made.folds.trial_state())
        try:
            entry = made.do(act, subject_id, by=by, on=self.on)
        except Refused as refused:
            assert refused.refusals
            assert all(r.code and r.because for r in refused.refusals)
            assert len(self.entries()) == before
            assert (repr(made.subject(subject_id)), repr(made.folds.trial_state())) == (
                subject,
                trial_state,
            )
            return None
        assert len(self.entries()) == before + 1
        return entry

    def entries(self):
        return list(self.made.ledger.everything())

    @rule(act=acts, data=st.data())
    def someone_who_may_does_something(self, act, data):
        self.attempt(act, data.draw(st.sampled_from(self.subjects)))

    @rule(act=acts, by=people, data=st.data())
    def anyone_tries_something(self, act, by, data):
        self.attempt(act, data.draw(st.sampled_from(self.subjects)), by)

    @rule(days=st.integers(1, 20))
    def days_pass(self, days):
        self.on += timedelta(days=days)

    @rule(site=sites)
    def someone_new_comes(self, site):
        subject_id = trial.next_subject_id(self.made.study, self.made.ledger, site)
        if self.attempt(EnterScreening(site=site), subject_id):
            self.subjects.append(subject_id)

    @rule(site=sites, category=st.sampled_from(["yes", "no"]))
    def someone_new_is_prepared(self, site, category):
        """The whole way to the door of the trial, where it can be gone."""
        self.someone_new_comes(site)
        subject_id = self.subjects[-1]
        ready = [GiveConsent(version="1"), person(), pressure(), AskPanel(scan_on=self.on)]
        for act in (*ready, *[CastVote(category=category)] * 3, Conclude(category=category)):
            self.attempt(act, subject_id)
        self.attempt(Register(), subject_id)

    @rule(site=sites)
    def someone_new_is_randomised(self, site):
        self.someone_new_is_prepared(site, "yes")
        self.randomise(self.subjects[-1])

    @rule(data=st.data())
    def someone_is_to_be_randomised(self, data):
        self.randomise(data.draw(st.sampled_from(self.subjects)))

    def randomise(self, subject_id):
        subject = self.made.subject(subject_id)
        draw = self.made.draw(subject_id, self.on)
        if self.attempt(draw, subject_id):
            lines = checklist(self.made.study, subject, self.on)
            assert verdict(lines) is Truth.TRUE
            assert subject.screening.registered
            assert subject.consent_on
            assert not subject.consent.withdrawals
            assert not subject.follow_up.death
            assert any(review.conclusion for review in subject.panel.reviews)
            assert not self.made.folds.trial_state().closed_on

    @rule(data=st.data())
    def someone_names_an_arm(self, data):
        subject_id = data.draw(st.sampled_from(self.subjects))
        told = Randomise(strata={"site": "01", "pressure": "mild"}, arm="water")
        assert self.attempt(told, subject_id) is None

    @precondition(lambda self: len(self.made.folds.trial_state().draws) > 2)
    @rule()
    def accrual_closes(self):
        self.attempt(CloseAccrual(because="enough"), "")

    @invariant()
    def nobody_votes_twice_or_on_their_own_hospitals_scans(self):
        for subject_id in trial.subject_ids(self.made.ledger):
            subject = self.made.subject(subject_id)
            for review in subject.panel.reviews:
                voters = [vote.by for vote in review.votes]
                assert len(set(voters)) == len(voters) <= 5
                assert set(voters) <= set(review.drawn)
                own = "near" if subject.site == "01" else "reader"
                # Whoever came to work there after the draw is refused; nobody is drawn before.
                assert not [name for name in review.drawn if name.startswith(own)]
                if review.conclusion and (held := majority(review.votes)):
                    assert review.conclusion.category == held

    @invariant()
    def allocation_numbers_are_consecutive_and_one_to_a_participant(self):
        draws = self.made.folds.trial_state().draws
        assert [draw.number for draw in draws] == list(range(1, len(draws) + 1))
        assert len({draw.subject_id for draw in draws}) == len(draws)

    def teardown(self):
        if not hasattr(self, "made"):
            return
        self.the_ledger_verifies_and_every_draw_is_made_again()
        self.folding_anew_is_folding_on()
        self.folding_as_of_is_folding_the_beginning()
        self.what_is_kept_of_what_comes_next_is_what_comes_next()

    def the_ledger_verifies_and_every_draw_is_made_again(self):
        entries = self.entries()
        assert verify(entries) == []
        ordered = [e for name in ("study", "allocation") for e in entries if e.stream == name]
        assert replay(ordered, SEED, {self.made.study.digest: self.made.study})[1] == []

    def folding_anew_is_folding_on(self):
        made, anew = self.made, folding.FreshFolds(self.made.ledger)
        assert repr(anew.trial_state()) == repr(made.folds.trial_state())
        for subject_id in trial.subject_ids(made.ledger):
            once = repr(anew.subject(subject_id))
            assert once == repr(made.subject(subject_id)) == repr(anew.subject(subject_id))

    def folding_as_of_is_folding_the_beginning(self):
        """On any day, what was true is what follows from the entries recorded by then."""
        ledger = self.made.ledger
        days = sorted({date.fromisoformat(entry.at[:10]) for entry in ledger.everything()})
        for day in days[:: max(1, len(days) // 4)]:
            until = trial.moment(noon(day))
            trial_state = folding.catch_up_trial(TrialState(), ledger, until)
            drawn = [e for e in ledger.entries("allocation") if e.at <= until]
            assert len(trial_state.draws) == len(drawn)
            for subject_id in trial.subject_ids(ledger):
                then = folding.catch_up_subject(Subject(subject_id=subject_id), ledger, until)
                assert repr(then) == repr(folded_by_hand(ledger, subject_id, until))

    def what_is_kept_of_what_comes_next_is_what_comes_next(self):
        """Looked at on any later day on which it holds, it is what is worked out anew that day."""
        study = self.made.study
        for subject_id in trial.subject_ids(self.made.ledger):
            subject = self.made.subject(subject_id)
            for on in (DAY, self.on, date(2031, 2, 28)):
                kept, until = kept_and_read(study, subject, on)
                otherwise, stands = deviations_until(study, subject, on)
                for day in days_ahead(on, min(until, stands)):
                    assert kept.agenda(day, ACTS) == agenda(study, subject, day)
                    assert deviations(study, subject, day) == otherwise


def kept_and_read(study, subject, on):
    """What comes next after it was written down and read again; until when it holds."""
    kept = outlook(study, subject, on)
    told = msgspec.msgpack.decode(msgspec.msgpack.encode(kept), type=Outlook)
    assert told == kept
    return told, told.until


def deviations_until(study, subject, on):
    watch = Watch(on)
    return deviations(study, subject, watch.day), watch.until


def days_ahead(on, until):
    """Some of the days on which what was worked out on one holds: both ends, and in between."""
    last = min((until - on).days - 1, 500)
    ahead = {0, 1, 2, 6, 7, 8, 13, 14, 20, 21, 28, 35, 60, 120, last - 7, last}
    return [on + timedelta(days=days) for days in sorted(ahead) if 0 <= days <= last]


def folded_by_hand(ledger, subject_id, until):
    """The same in the order in which things were recorded, one entry after another."""
    subject = Subject(subject_id=subject_id)
    own = [e for e in ledger.entries(subject_id) if e.at <= until]
    other = [e for e in ledger.concerning(subject_id) if e.at <= until]
    at = {e.digest: (e.seq if e.stream == subject_id else e.after + 0.5) for e in (*own, *other)}
    voided = {folding.read(e).entry for e in own if e.kind == VoidEntry.kind}
    for entry in sorted((*own, *other), key=lambda e: at[e.digest]):
        act = folding.read(entry)
        newest = subject.texts[-1][1] if subject.texts else ""
        if entry.stream == subject_id and entry.study != newest:
            subject.texts.append((entry.seq, entry.study))
        if entry.stream != subject_id or entry.seq not in voided:
            act.leave(subject, folding.stamp_of(entry))
    subject.seq = len(own)
    subject.elsewhere = {e.stream: e.seq for e in other}
    return subject


AnyTrial.TestCase.settings = settings(
    max_examples=examples(40), stateful_step_count=40, deadline=None
)
test_any_trial = AnyTrial.TestCase


def test_the_stamp_that_is_read_back_is_the_stamp_that_was_given():
    made = a_trial()
    subject_id = made.enter()
    entry = made.do(RecordAlive(), subject_id)
    stamp = Stamp(by="doctor-01", at=noon(DAY), happened=DAY, seq=entry.seq, study=entry.study)
    assert folding.stamp_of(entry) == stamp
