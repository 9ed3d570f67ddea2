"""Figures draw the numbers they are given, and put the same numbers in their tables."""

import re
from xml.etree import ElementTree

import pytest

from equipoise.analysis.figures import accrual, consort
from equipoise.analysis.figures import kaplan_meier as km
from equipoise.analysis.figures.figure import STROKES, Figure
from equipoise.analysis.figures.layout import spread, width_of, wrapped
from equipoise.analysis.figures.texts import ACCRUAL, FLOW, SURVIVAL, Texts
from equipoise.analysis.follow_up import FollowUp
from equipoise.analysis.survival import kaplan_meier
from equipoise.logic.translator import ENGLISH, Translator

SVG = "{http://www.w3.org/2000/svg}"
COMMAS = Translator("nl", lambda context, text: "," if text == "." else text, ENGLISH.counted)
SAID = Texts(
    SURVIVAL,
    COMMAS,
    {"origin": "randomisation"},
    {
        "title": "Overall survival <by arm>",
        "description": "Survival & follow-up",
        "up": "Overall survival",
        "survival": "Survival (%)",
    },
)
PUMP = FollowUp([40, 90, 200, 366, 400, 500, 730, 800], [1, 1, 0, 1, 1, 0, 1, 0])
ALONE = FollowUp([10, 30, 60, 90, 90, 300], [1, 1, 1, 1, 1, 1])


def survival_figure(**options) -> Figure:
    arms = [
        km.Arm(name="Pump", curve=kaplan_meier(PUMP)),
        km.Arm(name="Alone", curve=kaplan_meier(ALONE)),
    ]
    return km.kaplan_meier_figure(arms, 24, SAID, **options)


def accrual_figure() -> Figure:
    months = [
        accrual.Month(label="Sep 2024", randomised=2, planned=1.5),
        accrual.Month(label="Oct 2024", randomised=0, planned=3),
        accrual.Month(label="Nov 2024", randomised=4, planned=3),
        accrual.Month(label="Dec 2024", randomised=None, planned=3),
    ]
    return accrual.accrual_figure(months, Texts(ACCRUAL, ENGLISH))


def consort_figure() -> Figure:
    def box(label: str, number: int, *parts: tuple[str, int]) -> consort.Box:
        made_of = tuple(consort.Count(label=what, number=many) for what, many in parts)
        return consort.Box(count=consort.Count(label=label, number=number), parts=made_of)

    trunk = [
        consort.Step(
            stage="Enrolment",
            box=box("Assessed", 20),
            aside=box("Excluded", 8, ("Declined", 5), ("Not eligible & <other>", 3)),
        ),
        consort.Step(box=box("Randomised", 12)),
    ]
    branches = [
        consort.Branch(stage="Allocation", boxes=(box("Pump", 6), box("Alone", 6))),
        consort.Branch(stage="Analysis", boxes=(box("Analysed", 6), box("Analysed", 5))),
    ]
    return consort.consort_figure(trunk, branches, Texts(FLOW, ENGLISH))


FIGURES = [survival_figure, accrual_figure, consort_figure]


def marked(figure: Figure, name: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(figure.svg)
    return [element for element in root.iter() if element.get("class") == name]


@pytest.mark.parametrize("make", FIGURES)
def test_every_figure_is_xml_without_styles_scripts_or_links(make):
    figure = make()
    for element in ElementTree.fromstring(figure.svg).iter():
        assert element.tag.removeprefix(SVG) not in ("style", "script", "a", "image", "use")
        assert not {"style", "href"} & set(element.attrib)
        assert not [name for name in element.attrib if name.startswith("on")]


@pytest.mark.parametrize("make", FIGURES)
def test_every_figure_has_a_name_a_description_and_a_full_table(make):
    figure = make()
    root = ElementTree.fromstring(figure.svg)
    assert root.find(f"{SVG}title").text == figure.title
    assert root.find(f"{SVG}desc").text
    assert figure.table.rows
    assert all(len(row) == len(figure.table.headers) for row in figure.table.rows)


@pytest.mark.parametrize("make", FIGURES)
def test_all_words_stay_within_the_figure(make):
    root = ElementTree.fromstring(make().svg)
    width, height = float(root.get("width")), float(root.get("height"))
    for element in root.iter(f"{SVG}text"):
        if element.get("transform"):
            continue
        x, y = float(element.get("x")), float(element.get("y"))
        wide = width_of(element.text, float(element.get("font-size")), True)
        anchor = element.get("text-anchor")
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        assert left >= -1, element.text
        assert left + wide <= width + 8, element.text
        assert 0 < y < height, element.text


def scales(figure: Figure):
    """From pixels back to months and to survival, by the ticks that are drawn."""
    across = {int(tick.text): float(tick.get("x")) for tick in marked(figure, "tick-across")}
    up = {int(tick.text[:-1]): float(tick.get("y")) - 5 for tick in marked(figure, "tick-up")}
    month = (across[24] - across[0]) / 24
    return (
        lambda x: (x - across[0]) / month * 365.25 / 12,
        lambda y: (up[0] - y) / (up[0] - up[100]),
    )


def drawn_steps(figure: Figure, index: int) -> list[tuple[float, float]]:
    """(day, survival) at every drop of a drawn curve."""
    day, survival = scales(figure)
    steps, x = [], 0.0
    for letter, number in re.findall(
        r"([HV]) (\S+)", marked(figure, "curve")[index].get("d").split(" ", 3)[3]
    ):
        if letter == "H":
            x = float(number)
        else:
            steps.append((day(x), survival(float(number))))
    return steps


@pytest.mark.parametrize(("index", "follow_up"), [(0, PUMP), (1, ALONE)])
def test_a_curve_drops_on_the_days_of_the_events_to_the_survival_after_them(index, follow_up):
    curve = kaplan_meier(follow_up)
    dropped = (curve.events > 0) & (curve.days <= 730)
    steps = drawn_steps(survival_figure(), index)
    assert [day for day, _ in steps] == pytest.approx(curve.days[dropped].tolist(), abs=0.05)
    expected = curve.survival[dropped].tolist()
    assert [survival for _, survival in steps] == pytest.approx(expected, abs=1e-4)


def test_censoring_is_marked_on_its_day_at_the_height_of_the_curve():
    figure = survival_figure()
    day, survival = scales(figure)
    (marks,) = marked(figure, "censored")  # everyone died in the other arm; day 800 is beyond
    found = re.findall(r"M (\S+) (\S+) v 9", marks.get("d"))
    assert [day(float(x)) for x, _ in found] == pytest.approx([200, 500], abs=0.05)
    heights = [survival(float(y) + 4.5) for _, y in found]
    assert heights == pytest.approx([0.75, 0.45], abs=1e-4)


def test_of_more_days_than_anybody_can_see_apart_the_last_of_each_pixel_is_drawn():
    """A curve of a hundred thousand people is drawn as quickly as one of a hundred."""
    days = list(range(1800)) * 2
    curve = kaplan_meier(FollowUp(days, [day % 2 for day in days]))
    figure = km.kaplan_meier_figure([km.Arm(name="Many", curve=curve)], 60, SAID, band=True)
    steps = drawn_steps(figure, 0)
    assert 200 < len(steps) < 700
    assert steps[-1] == pytest.approx((1799, float(curve.survival[-1])), abs=3)
    middle = next(step for step in steps if step[0] >= 900)
    assert middle[1] == pytest.approx(float(curve.survival[900]), abs=0.01)
    (marks,) = marked(figure, "censored")
    assert 200 < marks.get("d").count("M") < 700


def test_numbers_at_risk_stand_under_their_months_and_in_the_table():
    figure = survival_figure()
    assert [one.text for one in marked(figure, "at-risk")] == [row[2] for row in figure.table.rows]
    pump = [row[1:] for row in figure.table.rows if row[0] == "Pump"]
    at = {int(month): cells for month, *cells in pump}
    assert at[0] == ["8", "0", "100,0", "100,0–100,0"]
    assert at[12] == ["5", "2", "75,0", "31,5–93,1"]  # R: survival 0.75 (0.315, 0.931)
    assert at[24][:2] == ["1", "5"]  # day 730 lies before month 24
    alone = [row[1:] for row in figure.table.rows if row[0] == "Alone"]
    assert alone[-1] == ("24", "0", "6", "0,0", "–")


def test_beyond_the_last_follow_up_the_table_is_silent():
    arm = km.Arm(name="Pump", curve=kaplan_meier(FollowUp([40, 100], [1, 0])))
    rows = km.kaplan_meier_figure([arm], 12, SAID).table.rows
    assert rows[-1] == ("Pump", "12", "0", "1", "–", "–")


def test_an_arm_without_participants_has_no_curve_and_breaks_nothing():
    arms = [
        km.Arm(name="Pump", curve=kaplan_meier(PUMP)),
        km.Arm(name="Nobody", curve=kaplan_meier(FollowUp([], []))),
    ]
    figure = km.kaplan_meier_figure(arms, 24, SAID, band=True)
    assert len(marked(figure, "curve")) == 1


def test_the_band_is_drawn_when_asked_for_and_ends_when_all_have_died():
    assert marked(survival_figure(), "band") == []
    assert len(marked(survival_figure(band=True), "band")) == 2


def test_long_names_of_arms_never_touch_the_numbers_at_risk():
    name = "Hepatic arterial infusion pump chemotherapy plus systemic chemotherapy"
    for label in (name, "HAIP + systemic", "A"):
        figure = km.kaplan_meier_figure([km.Arm(name=label, curve=kaplan_meier(PUMP))], 24, SAID)
        number = marked(figure, "at-risk")[0]
        left = float(number.get("x")) - width_of(number.text, 14) / 2
        texts = ElementTree.fromstring(figure.svg).iter(f"{SVG}text")
        row = [one for one in texts if one.text == label and one.get("y") == number.get("y")]
        for one in row:
            assert float(one.get("x")) + width_of(label, 14, True) + 4 < left


def test_names_beside_the_curves_do_not_overlap_however_close_the_curves():
    arms = [km.Arm(name=f"Arm {n}", curve=kaplan_meier(PUMP)) for n in range(5)]
    labels = marked(km.kaplan_meier_figure(arms, 24, SAID), "label")
    heights = sorted(float(label.get("y")) for label in labels)
    assert all(below - above >= 18 for above, below in zip(heights, heights[1:], strict=False))


def test_accrual_totals_add_up_in_whole_participants_and_months_to_come_are_left_open():
    assert accrual_figure().table.rows == (
        ("Sep 2024", "2", "2", "2"),
        ("Oct 2024", "0", "2", "5"),
        ("Nov 2024", "4", "6", "8"),
        ("Dec 2024", "–", "–", "11"),
    )
    assert len(marked(accrual_figure(), "bar")) == 2
    plan, actual = (one.get("d") for one in marked(accrual_figure(), "total"))
    assert (plan.count("L"), actual.count("L")) == (4, 3)


def test_accrual_before_the_first_month_can_be_drawn():
    assert accrual.accrual_figure([], Texts(ACCRUAL, ENGLISH)).table.rows == ()


def test_the_flow_has_every_count_in_its_boxes_and_in_its_table():
    figure = consort_figure()
    assert [row[2] for row in figure.table.rows] == ["20", "8", "5", "3", "12", "6", "6", "6", "5"]
    words = " ".join(ElementTree.fromstring(figure.svg).itertext()).replace("\u00a0", " ")
    for said in ("Assessed (n = 20)", "Not eligible & <other> (n = 3)", "Analysed (n = 5)"):
        assert said in words
    assert len(marked(figure, "box")) == 7
    assert len(marked(figure, "arrow")) == 6


def test_a_flow_with_an_arm_missing_in_a_stage_is_refused():
    box = consort.Box(count=consort.Count(label="x", number=1))
    uneven = [consort.Branch(boxes=(box, box)), consort.Branch(boxes=(box,))]
    texts = Texts(FLOW, ENGLISH)
    with pytest.raises(ValueError, match="one box for each arm"):
        consort.consort_figure([], uneven, texts)
    left = [consort.Step(box=box, aside=box)]
    with pytest.raises(ValueError, match="those who went on"):
        consort.consort_figure(left, [], texts)


def test_each_line_differs_in_dashes_and_passes_contrast_on_white():
    assert len({look.dashes for look in STROKES}) == len(STROKES)
    for look in STROKES:
        assert contrast_with_white(look.colour) >= 4.5


def contrast_with_white(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


def test_words_are_wrapped_within_their_room_and_a_number_stays_whole():
    lines = wrapped("Lost to follow-up (n\u00a0=\u00a03)", 14, 125)
    assert lines == ("Lost to follow-up", "(n\u00a0=\u00a03)")
    assert all(width_of(row, 14) <= 60 for row in wrapped("Levertransplantatieonderzoek", 14, 60))
    assert wrapped("", 14, 60) == ("",)


def test_labels_are_spread_without_overlap_and_near_where_they_belong():
    assert spread([10, 200], [20, 20], 0, 300) == [10, 200]
    assert spread([100, 101, 102], [20, 20, 20], 0, 300) == [100, 120, 140]
    assert spread([290, 295], [20, 20], 0, 300) == [270, 290]


def test_words_fit_their_room_in_the_widest_font_that_a_reader_may_get():
    """Widths of DejaVu Sans at 14 px, plain and at weight 600, as Chromium measures them."""
    measured = {
        "Randomised: 90": (113.6, 127.0),
        "Pump and systemic therapy": (196.0, 220.2),
        "Plan: 127.5": (79.0, 89.2),
        "Systemic therapy": (122.7, 137.9),
        "Geschikt voor een operatie (n = 5)": (243.6, 272.6),
        "Synchronous liver metastases, unresectable": (310.2, 350.7),
        "All arms together": (121.6, 138.3),
        "Illiquid, ill-fitting little frills": (183.2, 216.1),
    }
    for words, (plain, bold) in measured.items():
        assert plain <= width_of(words, 14) < 1.1 * plain, words
        assert bold <= width_of(words, 14, bold=True) < 1.1 * bold, words
