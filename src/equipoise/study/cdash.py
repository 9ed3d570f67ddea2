"""Names in CDASH: what an item is called when data leave for others, so that it is a renaming.

CDASH names a field by a domain of two letters and what it holds of it: LBORRES is a result (ORRES)
in the laboratory (LB). Where one form asks several tests, the code of the test stands before it:
HGB_LBORRES. Only such names are known here, none of the standard's text.
"""

import difflib
import re
from collections.abc import Iterator

from equipoise.study.forms import Column
from equipoise.study.model import Study
from equipoise.study.places import Key
from equipoise.study.runnable import Report, keyed_items

__all__ = ["misnamed", "wrong_name"]

_DOMAINS = (
    "AE AG BE BS CE CM CO CV DA DD DM DS DV EC EG EX FA FT GF HO IE IS LB MB MH MI MK ML MS NV OE "
    "PC PE PR QS RE RP RS SC SS SU SV TR TU UR VS"
)
DOMAINS = frozenset(_DOMAINS.split())
"""Domains of CDASH and of the study data that its fields are put into."""
_OF_THE_PERSON = "AGE AGEU BRTHDAT BRTHDD BRTHMO BRTHYY DTHDAT ETHNIC RACE SEX"
OF_THE_PERSON = frozenset(_OF_THE_PERSON.split())
"""Fields of demography, which have no prefix."""
_HELD = (
    "ACN ADJ BODSYS CAT CLSIG DAT DECOD DIR DOSE DOSFRM DOSFRQ DOSTOT DOSU DSTXT DUR ENDAT ENRTPT "
    "ENTIM EVAL EVALID GRPID INDC LAT LNKGRP LNKID LOC METHOD MODIFY NRIND OBJ OCCUR ONGO ORNRHI "
    "ORNRLO ORRES ORRESU OUT PATT PERF PORTOT POS PRESP REASND REFID REL RES RESU ROUTE RSN SCAT "
    "SER SEV SPEC SPID STAT STDAT STRTPT STTIM TERM TEST TESTCD TIM TOXGR TRT YN"
)
HELD = frozenset(_HELD.split())
"""What a field holds of its domain."""
_NAME = re.compile(r"(?:([A-Z][A-Z0-9]{0,7})_)?([A-Z]{2})([A-Z]{2,6})")


def misnamed(study: Study, report: Report) -> None:
    """Every name in CDASH is one that there can be."""
    for key, column in _columns(study):
        if column.cdash and (because := wrong_name(column.cdash)):
            report((*key, "cdash"), because)


def wrong_name(name: str) -> str:
    """What is wrong with a name in CDASH; empty where nothing is."""
    if name in OF_THE_PERSON:
        return ""
    found = _NAME.fullmatch(name)
    if found is None:
        return f"{name!r} is no name of CDASH, such as BRTHYY, MHTERM or HGB_LBORRES"
    _, domain, held = found.groups()
    if domain not in DOMAINS:
        return f"{name!r}: CDASH has no domain {domain!r}"
    if held not in HELD:
        close = difflib.get_close_matches(held, HELD, n=1)
        hint = f"; did you mean {domain}{close[0]!s}?" if close else ""
        return f"{name!r}: no field of {domain} holds {held!r}{hint}"
    return ""


def _columns(study: Study) -> Iterator[tuple[Key, Column]]:
    for key, item in keyed_items(study):
        yield key, item
        yield from (((*key, "columns", n), column) for n, column in enumerate(item.columns))
