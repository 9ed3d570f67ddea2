"""A study with pumps, and what goes into them: C-treatment's 30 mL at 1.3 mL a day and others."""

from datetime import date, timedelta
from decimal import Decimal

from equipoise.conduct.act import Act, Refused
from equipoise.conduct.pump import (
    CHAPTER,
    CorrectPump,
    ExplantPump,
    ImplantPump,
    ReadScan,
    RefillPump,
)
from tests.support import DAY, Trial, a_study, a_trial

KINDS = tuple(act.kind for act in CHAPTER.acts) + ("entry.void",)
PORTS = {
    "ports": [
        {"id": "reservoir", "label": "Reservoir"},
        {"id": "bolus", "label": "Side", "fills": False},
    ],
    "needles": [{"id": "refill", "label": "Fine"}, {"id": "bolus", "label": "Coarse"}],
}
HALF_ML = Decimal("0.5")
SOURCE = {"source": "assumed: for tests"}
WAYS = {
    ("drug", "reservoir"): True,
    ("drug", "bolus"): False,
    ("saline", "reservoir"): True,
    ("saline", "bolus"): True,
    ("syrup", "reservoir"): True,
    ("syrup", "bolus"): False,
    ("tracer", "reservoir"): False,
    ("tracer", "bolus"): True,
}


def a_model(code: str, reservoir: int, unaccounted: int) -> dict[str, object]:
    """A model of pump."""
    told = {"id": code, "label": code, "reservoir": reservoir, "unaccounted": unaccounted}
    return {**told, "slowest": Decimal("0.5"), "fastest": 2, **PORTS, **SOURCE}


PUMP = {
    "models": [a_model("p30", 30, 1), a_model("p20", 20, 1), a_model("p40", 40, 2)],
    "substances": [
        {"id": "drug", "label": "Drug", "drug": True, "stays": 14, **SOURCE},
        {"id": "saline", "label": "Saline", "stays": 21, **SOURCE},
        {"id": "syrup", "label": "Syrup", "stays": 42, "flow": Decimal("0.5"), **SOURCE},
        {"id": "tracer", "label": "Tracer", **SOURCE},
    ],
    "passes": [
        {
            "substance": substance,
            "port": port,
            "allowed": allowed,
            "needles": ["refill" if port == "reservoir" else "bolus"] if allowed else [],
            **SOURCE,
        }
        for (substance, port), allowed in WAYS.items()
    ],
    "arteries": [{"id": "gda", "label": "Artery"}],
    "limits": {
        "note": 10,
        "query": 20,
        "hold": 25,
        "agree": 10,
        "nearly_empty": HALF_ML,
        "more_out": 1,
        **SOURCE,
    },
    "reserve": 2,
    "instead": "saline",
    "rest": "syrup",
    **SOURCE,
}


def a_text(zone: str = "Europe/Amsterdam", **pump: object):
    """A study text in which everybody may record pumps."""
    plain = a_study()
    roles = [role.model_dump() for role in plain.roles]
    roles = [{**r, "may": tuple(dict.fromkeys((*r["may"], *KINDS)))} for r in roles]
    identity = {**plain.identity.model_dump(), "timezone": zone}
    return a_study(roles=roles, identity=identity, pump=PUMP | pump)


def made_with(**told: object) -> tuple[Trial, str]:
    """A trial in which someone was randomised."""
    made = a_trial(a_text(**told))
    return made, made.randomised()


def filled(**told: str) -> dict[str, str]:
    """195 mg in 30 mL."""
    plain = {"time": "10:00", "substance": "drug", "dose": "195", "port": "reservoir"}
    volumes = {"drawn_up": "30", "accepted": "30", "returned": "0"}
    return {**plain, "needle": "refill", **volumes, **told}


def implant(**told: str) -> ImplantPump:
    """A pump of 30 mL that flows at 1.3 mL a day."""
    plain = {"model": "p30", "serial": "1", "flow": "1.3", "artery": "gda", "dye": "bilobar"}
    seen = {"gallbladder": "yes", "stomach": "yes", "flow_seen": "yes"}
    return ImplantPump(**{**plain, **seen, **filled(), **told})


def refill(withdrawn: str = "11.8", **told: str) -> RefillPump:
    """Emptied, and saline goes in."""
    return RefillPump(withdrawn=withdrawn, **{**filled(substance="saline", dose=""), **told})


def nothing(withdrawn: str = "11.8", **told: str) -> RefillPump:
    """Emptied, and nothing goes in."""
    return RefillPump(**{"withdrawn": withdrawn, "time": "10:00", "because": "infected", **told})


def corrected(**told: str) -> CorrectPump:
    """The same pump as it is told of now."""
    plain = {"model": "p30", "serial": "1", "flow": "1.3", "artery": "gda", "dye": "bilobar"}
    seen = {"gallbladder": "yes", "stomach": "yes", "flow_seen": "yes", "reason": "misread"}
    return CorrectPump(**{**plain, **seen, **told})


def explant(**told: str) -> ExplantPump:
    """Taken out."""
    return ExplantPump(**{"time": "11:00", "because": "infected", **told})


def scan(**told: str) -> ReadScan:
    """A perfusion scan that shows what it should."""
    plain = {"what": "perfusion", "substance": "tracer", "port": "bolus", "needle": "bolus"}
    return ReadScan(**{**plain, "bilobar": "yes", "extrahepatic": "no", **told})


def codes(made: Trial, act: Act, someone: str, on: date = DAY, by: str = "") -> list[str]:
    """The codes of all reasons against an act; none where it is recorded."""
    try:
        made.do(act, someone, on=on, by=by)
    except Refused as refused:
        return [refusal.code for refusal in refused.refusals]
    return []


def later(days: int) -> date:
    """So many days after the operation."""
    return DAY + timedelta(days=days)
