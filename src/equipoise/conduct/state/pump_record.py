"""What was recorded of a pump: that it was put in, each filling, and that it was taken out."""

import msgspec

from equipoise.conduct.state.done import Done

__all__ = ["Explanted", "Filling", "Implanted", "Pump"]


class Filling(Done, frozen=True, kw_only=True):
    """One emptying and what went in then; at the operation nothing is emptied.

    Volumes are in mL and doses in mg, as text. Nothing went in where there is no `substance`.
    """

    time: str
    withdrawn: str = ""
    substance: str = ""
    dose: str = ""
    port: str = ""
    needle: str = ""
    drawn_up: str = ""
    accepted: str = ""
    returned: str = ""
    lot: str = ""
    expires: str = ""
    all_the_same: str = ""
    """`yes`: it went where it may not go, and this is recorded knowingly."""
    because: str = ""


class Implanted(Done, frozen=True, kw_only=True):
    """The pump, and how it lies."""

    model: str
    serial: str
    lot: str = ""
    expires: str = ""
    flow: str
    artery: str
    ligated: list[str] = []
    gallbladder: str
    stomach: str
    dye: str
    flow_seen: str


class Explanted(Done, frozen=True, kw_only=True):
    """That it was taken out for good, and why."""

    time: str
    withdrawn: str = ""
    because: str


class Pump(msgspec.Struct, kw_only=True):
    """One pump of a participant, from the operation to its explant."""

    number: int
    """The entry that tells of its operation, by which it is named."""
    implanted: Implanted
    fillings: list[Filling] = []
    explanted: Explanted | None = None
