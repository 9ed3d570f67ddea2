"""Every kind of act, by its name in the ledger and in the roles of a study file."""

from equipoise.conduct import (
    clock,
    consent,
    follow_up,
    forms,
    laboratory,
    not_done,
    office,
    openings,
    panel,
    persons,
    randomisation,
    restored,
    screening,
    study_text,
    voiding,
    witnesses,
)
from equipoise.conduct.act import Act

__all__ = ["ACTS"]

ACTS: dict[str, type[Act]] = {
    act.kind: act
    for act in (
        office.OpenTrial,
        study_text.RecordText,
        office.AdoptAmendment,
        office.CloseAccrual,
        office.OpenSite,
        office.GiveRole,
        office.EndRole,
        persons.ResetSecondFactor,
        persons.ErasePerson,
        openings.AskToOpen,
        openings.AgreeToOpen,
        clock.RanAhead,
        restored.SayRestored,
        restored.ShowHead,
        witnesses.AdoptPolicy,
        laboratory.SetLimits,
        screening.EnterScreening,
        consent.GiveConsent,
        forms.SaveForm,
        not_done.SayNotDone,
        panel.AskPanel,
        panel.CastVote,
        panel.Conclude,
        screening.Register,
        randomisation.Randomise,
        follow_up.RecordAlive,
        randomisation.MarkDraw,
        voiding.VoidEntry,
        follow_up.RecordProgression,
        follow_up.RecordResection,
        follow_up.RecordDeath,
        screening.FailScreening,
        consent.WithdrawConsent,
    )
}
