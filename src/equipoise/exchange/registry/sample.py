"""The records that Equipoise brings along: its finder is not empty before anything is taken in.

They were remade from records of ClinicalTrials.gov (`tools/sample_records.py`): facts only, and
nobody's name.
"""

from importlib.resources import files
from pathlib import Path

from equipoise.exchange.registry.generations import current, refresh
from equipoise.exchange.registry.importing import take_in

__all__ = ["FILE", "RECORDS", "where_nothing_is"]

FILE = Path(str(files(__package__).joinpath("data/sample.ndjson.gz")))

RECORDS = 154


def where_nothing_is(folder: Path) -> bool:
    """Take the sample in, where nothing has been taken in yet; whether that was so.

    An index that an earlier version made is made anew.
    """
    if current(folder) is not None:
        refresh(folder)
        return False
    take_in(folder, [FILE])
    refresh(folder)
    return True
