"""Scenarios of every kind the kernel claims, for the tests to go through."""

from dataclasses import replace

from equipoise.design.kernel.laws import (
    Changed,
    DailyCure,
    DailyPiecewise,
    DailyWeibull,
    daily_exponential,
)
from equipoise.design.kernel.scenario import (
    Arm,
    DailyAccrual,
    Factor,
    FlemingHarrington,
    HazardRatio,
    LogRank,
    Look,
    MaxCombo,
    Rmst,
    Scenario,
    Wald,
)
from equipoise.design.kernel.schemes import BigStick, Blocks, InTurn, Minimisation, Simple

MONTH = 365.25 / 12
CONTROL = daily_exponential(24 * MONTH)
FACTORS = (
    Factor(name="centre", prevalences=(0.5, 0.3, 0.2), hazard_ratios=(1.0, 1.2, 0.8)),
    Factor(name="sidedness", prevalences=(0.6, 0.4), hazard_ratios=(1.0, 1.6)),
)


def a_scenario(hazard_ratio: float = 0.68) -> Scenario:
    """306 subjects over four years, 1:1 in turn, one look at 210 events."""
    return Scenario(
        subjects=306,
        accrual=DailyAccrual(rates=(306 / (48 * MONTH),)),
        control=Arm(event=CONTROL),
        experimental=Arm(event=Changed(base=CONTROL, ratios=(hazard_ratio,))),
        looks=(Look(events=210, efficacy=1.959964),),
        scheme=InTurn(),
    )


def scenarios() -> dict[str, Scenario]:
    """One scenario for each thing that can differ."""
    plain = a_scenario()
    random = replace(
        plain, accrual=DailyAccrual(rates=(0.1, 0.3), starts=(0, 200), spacing="random")
    )
    strata = replace(random, factors=FACTORS, scheme=Blocks(sizes=(2, 4, 6)))
    delayed = replace(
        plain,
        experimental=Arm(event=Changed(base=CONTROL, ratios=(1.0, 0.5), starts=(0.0, 180.0))),
    )
    drop_out = DailyPiecewise(rates=(0.0003,))
    two = (Look(events=105, efficacy=2.963, futility=0.0), Look(events=210, efficacy=1.9686))
    return {
        "plain": plain,
        "random accrual and arms": replace(random, scheme=Simple(ratio=(2, 1))),
        "three looks of three kinds": replace(
            random, looks=(Look(day=900), Look(events=150), Look(after_last_entry=700))
        ),
        "two looks with bounds": replace(plain, looks=two),
        "crossing": replace(
            delayed,
            experimental=Arm(event=Changed(base=CONTROL, ratios=(0.5, 1.5), starts=(0, 400))),
        ),
        "drop-out and other progression": replace(
            random,
            control=Arm(event=CONTROL, drop_out=drop_out, other_progression=drop_out),
            experimental=Arm(event=CONTROL, drop_out=daily_exponential(900)),
        ),
        "other progression counts": replace(
            plain, control=Arm(event=CONTROL, other_progression=drop_out), other_counts=True
        ),
        "Weibull and cure, with an end": replace(
            random,
            control=Arm(event=DailyWeibull(scale=800, shape=1.4)),
            experimental=Arm(
                event=DailyCure(cured=0.35, uncured=DailyWeibull(scale=700, shape=0.8))
            ),
            looks=(Look(events=280),),
            last_day=3000,
        ),
        "cure without an end": replace(
            plain,
            experimental=Arm(event=DailyCure(cured=0.5, uncured=CONTROL)),
            looks=(Look(events=300),),
        ),
        "strata in blocks": strata,
        "log-rank by stratum": replace(strata, test=LogRank(stratified=True)),
        "Cox by stratum": replace(strata, hazard_ratio=HazardRatio(stratified=True)),
        "all by stratum, Breslow": replace(
            strata,
            test=LogRank(stratified=True),
            hazard_ratio=HazardRatio(ties="breslow", stratified=True),
        ),
        "minimisation": replace(strata, scheme=Minimisation(probability=0.8)),
        "minimisation, weighed": replace(
            strata, scheme=Minimisation(probability=0.9, weights=(1, 3), overall=2)
        ),
        "minimisation 2:1, by variance": replace(
            strata, scheme=Minimisation(probability=0.8, measure="variance", ratio=(2, 1))
        ),
        "minimisation 1:3, by marginal balance": replace(
            strata,
            scheme=Minimisation(
                probability=0.7, measure="marginal balance", ratio=(1, 3), overall=1
            ),
        ),
        "big stick 3:2": replace(random, scheme=BigStick(limit=2, ratio=(3, 2))),
        "big stick": replace(random, scheme=BigStick(limit=3)),
        "big stick in strata": replace(strata, scheme=BigStick(limit=2, within_strata=True)),
        "weights for late effects": replace(delayed, test=FlemingHarrington(rho=0, gamma=1)),
        "odd weights": replace(delayed, test=FlemingHarrington(rho=0.5, gamma=0.7)),
        "restricted means": replace(
            random, test=Rmst(tau=700), looks=(Look(day=1500), Look(after_last_entry=700))
        ),
        "Wald": replace(strata, test=Wald()),
        "Wald without an estimate": replace(plain, test=Wald(), hazard_ratio=None),
        "heavy ties": replace(
            plain,
            control=Arm(event=DailyPiecewise(rates=(0.2,))),
            experimental=Arm(event=DailyPiecewise(rates=(0.15,))),
            looks=(Look(events=100), Look(events=306)),
        ),
        "no event in one arm": replace(
            plain,
            subjects=20,
            experimental=Arm(event=DailyPiecewise(rates=(0.0,))),
            looks=(Look(events=3), Look(day=2000)),
        ),
        "one subject": replace(plain, subjects=1, scheme=BigStick(), looks=(Look(events=1),)),
        "two looks before anyone enters": replace(
            plain,
            accrual=DailyAccrual(rates=(0.0, 1.0), starts=(0, 100)),
            looks=(Look(day=5), Look(day=50)),
        ),
        "many subjects": replace(
            strata, subjects=3000, accrual=DailyAccrual(rates=(2.0,)), looks=(Look(events=2000),)
        ),
        "MaxCombo at the first events": replace(
            delayed,
            test=MaxCombo(),
            looks=tuple(Look(events=count, efficacy=1.96) for count in (1, 2, 3, 4, 6)),
        ),
        "MaxCombo": replace(delayed, test=MaxCombo(), looks=(Look(events=210, efficacy=1.959964),)),
    }
