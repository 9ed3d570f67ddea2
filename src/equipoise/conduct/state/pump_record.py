"""What was recorded of a pump: that it was put in, each filling, and that it was taken out."""

from datetime import date

import msgspec

from equipoise.conduct.state.done import Done

__all__ = ["Corrected", "Explanted", "Filling", "Implanted", "Pump"]


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


class Scan(Done, frozen=True, kw_only=True):
    """What a scan through the pump shows, as somebody read it."""

    what: str
    substance: str
    port: str
    needle: str
    bilobar: str
    extrahepatic: str
    all_the_same: str = ""
    because: str = ""

    @property
    def perfused(self) -> bool:
        """Whether both halves of the liver are reached, and nothing outside it."""
        return self.bilobar == "yes" and self.extrahepatic == "no"


class Released(Done, frozen=True, kw_only=True):
    """That somebody else released the pump by a scan."""

    scan: int


class Explanted(Done, frozen=True, kw_only=True):
    """That it was taken out for good, and why."""

    time: str
    withdrawn: str = ""
    because: str


class Corrected(Done, frozen=True, kw_only=True):
    """That what is told of a pump was put right, and what was wrong."""

    reason: str


class Pump(msgspec.Struct, kw_only=True):
    """One pump of a participant, from the operation to its explant."""

    number: int
    """The entry that tells of its operation, by which it is named."""
    implanted: Implanted
    fillings: list[Filling] = []
    scans: list[Scan] = []
    releases: list[Released] = []
    explanted: Explanted | None = None
    corrections: list[Corrected] = []

    def before(self, seq: int) -> "Pump | None":
        """The same as it was before a filling, emptied for it; None where it is of another pump."""
        found = next((one for one in self.fillings if one.seq == seq), None)
        if found is None:
            return None
        first = [one for one in self.fillings if (one.on, one.time) < (found.on, found.time)]
        emptied = Filling(
            time=found.time,
            withdrawn=found.withdrawn,
            by=found.by,
            at=found.at,
            on=found.on,
            seq=found.seq,
        )
        return msgspec.structs.replace(self, fillings=[*first, emptied], explanted=None)

    @property
    def perfusions(self) -> list[Scan]:
        """The perfusion scans, in the order of their days."""
        found = [one for one in self.scans if one.what == "perfusion"]
        return sorted(found, key=lambda one: (one.on, one.order))

    def released(self, on: date) -> Released | None:
        """By what it stands released on a day: by the last perfusion scan, and no earlier one."""
        last = [one for one in self.perfusions if one.on <= on][-1:]
        found = [one for one in self.releases if one.on <= on]
        return next((one for one in found for scan in last if one.scan == scan.seq), None)
