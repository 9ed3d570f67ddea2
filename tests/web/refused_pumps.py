"""What the trial refuses of a pump, as it is asked at the operation and afterwards."""

from collections.abc import Iterator

from tests.web.one_law import ASKS_ITSELF, CANNOT, NOT_THERE, Tried, tried

__all__ = ["BY_PUMPS", "FILLING", "IMPLANT", "PUMP_RECORD", "SCAN", "refused_pumps"]

RULES = "tests/spec/conduct/pump/test_pump_rules.py::"
RELEASE = "tests/spec/conduct/pump/test_release_rules.py::"
BY_OTHERS = RELEASE + "test_a_pump_is_released_by_another_than_who_read_its_scan"
OTHERWISE = RELEASE + "test_a_scan_that_shows_otherwise_releases_nothing_and_is_made_again"
TRACERS = RELEASE + "test_what_a_scan_is_made_with_goes_through_the_side_port_alone"
ONE_PUMP = (
    RULES + "test_one_pump_is_in_place_at_a_time_and_what_follows_it_is_not_taken_from_under_it"
)
CORRECTED = (
    "tests/spec/conduct/pump/test_correct_rules.py::"
    "test_what_is_no_correction_or_no_such_pump_is_refused"
)
BY_PUMPS = {
    "pump.none": RULES + "test_a_study_without_pumps_records_none",
    "pump.there-is-one": ONE_PUMP,
    "pump.before-implant": ONE_PUMP,
    "pump.same-moment": ONE_PUMP,
    "pump.filled-since": ONE_PUMP,
    "pump.why-out": ONE_PUMP,
    **dict.fromkeys(("pump.unchanged", "pump.no-reason", "pump.other-fillings"), CORRECTED),
    "pump.more-out": RULES + "test_no_more_comes_out_than_went_in_unless_somebody_says_why",
    "void.pump-filled": ONE_PUMP,
    "void.pump-another": ONE_PUMP,
    "void.pump-released": BY_OTHERS,
    **dict.fromkeys(("pump.same-person", "pump.before-scan", "pump.released"), BY_OTHERS),
    **dict.fromkeys(("pump.no-scan", "pump.newer-scan", "pump.not-perfused"), OTHERWISE),
    **dict.fromkeys(("pump.scan-before", "pump.unknown-tracer", "pump.where-outside"), TRACERS),
}
FILLING = {
    "time": "00:00",
    "substance": "heparin-saline",
    "port": "reservoir",
    "needle": "refill",
    "drawn_up": "30",
    "accepted": "30",
    "returned": "0",
}
PUMP_RECORD = {
    "model": "intera-3000",
    "serial": "A1",
    "flow": "1.3",
    "artery": "gastroduodenal",
    "gallbladder": "yes",
    "stomach": "yes",
    "dye": "bilobar",
    "flow_seen": "yes",
}
IMPLANT = PUMP_RECORD | FILLING
SCAN = {
    "what": "perfusion",
    "substance": "tc-maa",
    **{"port": "bolus", "needle": "bolus"},
    "bilobar": "yes",
    "extrahepatic": "no",
}
DRUG = {"substance": "floxuridine", "dose": "195"}
SIDE = {"port": "bolus", "needle": "bolus"}
NOTHING = {name: "" for name in FILLING if name != "time"}


def refused_pumps() -> Iterator[Tried]:
    """Pumps that cannot have been put in so, and what is done of one that is not there."""
    for wrong in (
        {"serial": " ", "page": ASKS_ITSELF},
        {"model": "none", "page": CANNOT},
        {"artery": "none", "page": CANNOT},
        {"flow": "9"},
        {"flow": "fast"},
        {"pump_expires": "soon", "page": ASKS_ITSELF},
        {"expires": "2020-01"},
        {"time": "noon"},
        {"time": "23:59", "days": 0},
        {"port": ""},
        {"needle": ""},
        {"port": "third", "page": CANNOT},
        {"needle": "thick", "page": CANNOT},
        {"needle": "bolus"},
        SIDE,
        {**DRUG, **SIDE},
        {**DRUG, **SIDE, "all_the_same": "yes"},
        {"all_the_same": "yes", "because": "so"},
        {"substance": "tc-maa", "page": CANNOT},
        {"dose": "5"},
        {"drawn_up": "100", "accepted": "100"},
        {"accepted": "31"},
        NOTHING,
        {**NOTHING, "because": "so", "port": "bolus"},
    ):
        yield tried("pump.implant", "randomised", **(IMPLANT | wrong))
    yield tried("pump.refill", "randomised", withdrawn="11.8", **FILLING)
    yield tried("pump.scan", "randomised", page=NOT_THERE, **SCAN)
    yield tried("pump.release", "randomised", scan=1, page=NOT_THERE)
    yield tried("pump.correct", "randomised", reason="so", **PUMP_RECORD)
    yield tried("pump.explant", "randomised", time="00:00", because="infected")
