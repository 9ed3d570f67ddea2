"""The pump: it is implanted, filled and emptied, and taken out; what runs in it is watched."""

from equipoise.conduct.pump.acts import ExplantPump, ImplantPump, RefillPump
from equipoise.conduct.pump.chapter import CHAPTER
from equipoise.conduct.pump.correcting import CorrectPump
from equipoise.conduct.pump.scans import ReadScan, ReleasePump

__all__ = [
    "CHAPTER",
    "CorrectPump",
    "ExplantPump",
    "ImplantPump",
    "ReadScan",
    "RefillPump",
    "ReleasePump",
]
