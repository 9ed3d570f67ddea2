"""Sweeps of the design on the web: who may begin one, what it tells, and that nothing is lost."""

import os
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import polars as pl
import pytest
from django.test import Client

from equipoise.cli.design import run as ask_design
from equipoise.design.sweep.checkpoint import LOCK, STOP, hold
from equipoise.design.sweep.from_study import start_of
from equipoise.design.sweep.manifest import read_manifest, write_manifest
from equipoise.design.sweep.question_text import read
from equipoise.web import adopted, home, write_service
from equipoise.web.design import sweep_question, sweep_store
from equipoise.web.jobs import sweeps
from equipoise.web.jobs.kinds import KINDS
from equipoise.web.jobs.reasons import NO_SWEEP, kept
from equipoise.web.jobs.runner import Outcome, run_due
from equipoise.web.models import Job
from tests import web_trial

pytestmark = pytest.mark.django_db

SWEEPS, NEW = "/design/sweeps/", "/design/sweeps/new/"
SMALL = {
    "title": "One look or two?", "participants": "60", "accrual": "12", "events": "40",
    "axis1": "hazard_ratio", "values1": "0.5, 1", "axis2": "looks", "values2": "1, 0.5+1",
    "error": "0.005", "most": "60000",
}  # fmt: skip
OURS = {sweeps.RUN: KINDS[sweeps.RUN]}
LONG = {"error": "0.0005", "most": "2000000"}  # until it is stopped


@pytest.fixture(autouse=True)
def _house() -> Iterator[None]:
    web_trial.open_house()
    sweeps._compiled().result()
    yield
    shutil.rmtree(home.sweeps(), ignore_errors=True)


def statistician(language: str = "en") -> Client:
    return web_trial.signed_in("statistician", language)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def form_of(client: Client) -> dict[str, str]:
    """What stands in the fields of a new sweep before anybody types."""
    page = text_of(client, NEW).partition("<main")[2]
    typed = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    for name, body in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        typed[name] = chosen[1] if chosen else ""
    return typed


def asked(client: Client, **changed: str):
    return client.post(NEW, form_of(client) | SMALL | changed)


def begun(client: Client, **changed: str) -> str:
    answer = asked(client, **changed)
    assert answer.status_code == 302, mistakes(answer)
    return answer.headers["Location"].removeprefix(SWEEPS).strip("/")


def mistakes(answer) -> dict[str, str]:
    """Every sentence at a field, by the field's name."""
    found = re.findall(r'id="(\w+)-error">(.*?)</p>', answer.content.decode(), re.S)
    return {name: re.sub(r"<[^>]+>|\s+", " ", said).strip() for name, said in found}


def ended(name: str) -> None:
    """Whoever does the jobs does them all."""
    run_due(kinds=OURS)
    assert name not in sweep_store.at_work(), sweep_store.last_error(sweep_store.find(name))


def one_slice(monkeypatch) -> None:
    """Whoever does the jobs simulates for as short as can be, and is then told to end."""
    monkeypatch.setattr(sweeps, "SECONDS", 0.0)
    done: list[Outcome] = []
    run_due(done.append, lambda: bool(done), OURS)
    assert [(one.job.kind, one.refusal) for one in done] == [(sweeps.RUN, None)]


def done_here(name: str = "small") -> str:
    """A sweep that was done from the command line."""
    shutil.copytree(_done_once(), home.sweeps() / name)
    return name


@lru_cache
def _done_once() -> Path:
    made = home.folder() / "a-sweep-of-the-tests"
    if made.exists():  # of another file of tests in this process
        return made
    words = ["sweep", "--keep", "once", "--set", "participants=60", "--set", "events=40"]
    words += ["--set", "accrual=12", "--error", "0.02", "--title", "One & two"]
    words += ["--vary", "hazard_ratio=0.5,1", "--vary", "looks=1,0.5+1"]
    assert ask_design(words) == 0
    return (home.sweeps() / "once").rename(made)


def test_the_study_files_figures_stand_in_the_fields_of_a_new_sweep():
    typed = form_of(statistician())
    assert (typed["participants"], typed["hazard_ratio"], typed["accrual"]) == ("306", "0.67", "60")
    assert (typed["axis1"], typed["values1"]) == ("hazard_ratio", "0.6..1/0.1")


def test_a_sweep_that_is_asked_runs_by_itself_and_leaves_its_results():
    client = statistician()
    name = begun(client)
    ended(name)
    page = text_of(client, f"{SWEEPS}{name}/")
    assert "Done</span> 4 of 4 points done" in page
    for heading in ("Operating characteristics", "Power", "Bounds at each look", "Duration"):
        assert f">{heading}</h2>" in page
    for column in ("Type I error", "± error", "Months", "Events", "Participants", "Reached"):
        assert f">{column}</th>" in page
    for left in sweep_store.FILES:
        assert f'href="{SWEEPS}{name}/{left}"' in page
    assert page.count("<svg") == 3 and " style=" not in page


def _drawn_by(monkeypatch, **how: object) -> None:
    """The installation's study, with another way to give out arms."""
    study = adopted.study()
    drawn = study.randomisation.model_copy(update=how)
    other = study.model_copy(update={"randomisation": drawn})
    monkeypatch.setattr(adopted, "study", lambda: other)


def _claimed(said: dict[str, object]) -> str:
    """A sweep of the study that has done nothing yet: its page."""
    folder = home.sweeps() / "own"
    folder.mkdir(parents=True)
    write_manifest(folder, read(said, start_of(adopted.study()).settings))
    return text_of(statistician(), f"{SWEEPS}own/")


def test_a_scheme_that_is_not_quite_the_studys_own_is_not_shown_as_its_own(monkeypatch):
    _drawn_by(monkeypatch, favoured=Decimal("0.4"))
    page = _claimed({"title": "Own"})
    row = page.partition("Minimisation&#39;s probability</th>")[2].partition("</tr>")[0]
    said = '<span lang="en">A favoured arm had a chance of 0.5, not of 0.4.</span>'
    assert "<td>0.5</td>" in row and said in row and "unverified" in row


def test_another_ratio_can_be_varied_though_the_study_has_blocks(monkeypatch):
    _drawn_by(monkeypatch, method="blocks", block_sizes=(4, 6))
    found = sweep_question.question(
        form_of(statistician()) | SMALL | {"axis1": "ratio", "values1": "1:1, 2:1"},
        start_of(adopted.study()).settings,
    )
    assert found.wrong == []
    schemes = [point.scenario.scheme.sizes for point in found.sweep.points()]
    assert schemes == [(4, 6), (4, 6), (3, 6), (3, 6)]
    page = _claimed({"title": "Own", "vary": {"ratio": ["1:1", "2:1"]}})
    row = page.partition("Sizes of blocks</th>")[2].partition("</tr>")[0]
    assert '<span lang="en">The study&#39;s own blocks of 4 and 6 cannot hold 2:1' in row


def test_the_list_tells_of_each_sweep_what_varies_and_how_far_it_is_the_newest_first():
    client = statistician()
    older, newer = done_here("older"), begun(client)
    ended(newer)
    os.utime(home.sweeps() / older / "sweep.json", (1e9, 1e9))
    page = text_of(client, SWEEPS)
    assert page.index("One look or two?") < page.index("One &amp; two")
    assert "<div>Hazard ratio 0.5, 1</div><div>Looks 1, 0.5 + 1</div>" in page
    assert page.count("4 of 4") == 2 and page.count("Done</span>") == 2


def test_what_was_typed_stands_in_the_question_and_the_rest_is_the_study_files():
    name = begun(statistician(), seed="7", ratio="2:1", other_counts="yes", drop_out="0.02")
    sweep = read_manifest(home.sweeps() / name).sweep
    assert sweep.vary == (("hazard_ratio", (0.5, 1.0)), ("looks", ((1.0,), (0.5, 1.0))))
    fixed = sweep.fixed
    assert (fixed.participants, fixed.ratio, fixed.other_counts) == (60, "2:1", True)
    assert (fixed.follow_up, fixed.control_median, fixed.drop_out) == (36.0, 24.0, 0.02)
    assert (sweep.seed, sweep.error, sweep.most) == (7, 0.005, 60_000)


def test_the_same_question_is_not_simulated_twice():
    client = statistician()
    name = begun(client)
    ended(name)
    assert begun(client, title="Under another title") == name
    assert not sweep_store.at_work()
    assert "was asked before" in text_of(client, f"{SWEEPS}{name}/")


BAD = (
    ({"title": " "}, "title", "Give a title"),
    ({"title": "a" * 250}, "title", "at most 200 characters"),
    ({"values1": "0.6, many"}, "values1", "Give a number, not many"),
    ({"values1": "0.6, 0.6"}, "values1", "stands there twice"),
    ({"values1": "1..0.5/0.1"}, "values1", "A range goes up"),
    ({"values1": "0..1e9/1e-9"}, "values1", "A range goes up"),
    ({"values1": ""}, "values1", "Give its values"),
    ({"values1": "1," * 200}, "values1", "That is too long"),
    ({"values1": "0.6,11"}, "values1", "from 0.05 to 10"),
    ({"axis1": "colour"}, "axis1", "Choose what varies"),
    ({"axis1": ""}, "axis1", "Choose what varies"),
    ({"axis2": "hazard_ratio", "values2": "0.5"}, "axis2", "varies above already"),
    ({"axis2": "test", "values2": "log-rank, dice"}, "values2", "Choose one of: log-rank"),
    ({"axis2": "looks", "values2": "0.5+0.2"}, "values2", "rising shares"),
    ({"accrual": "-3"}, "accrual", "from 1 to 600, not -3"),
    ({"participants": "30.5"}, "participants", "a whole number, not 30.5"),
    ({"participants": "1e400"}, "participants", "from 10 to 10000"),
    ({"participants": ""}, "participants", "Give a value"),
    ({"alpha": "nan"}, "alpha", "Give a number, not nan"),
    ({"ratio": "0:1"}, "ratio", "such as 1:1 or 2:1"),
    ({"scheme": "dice"}, "scheme", "Choose one of: blocks"),
    ({"other_counts": "perhaps"}, "other_counts", "Choose one of: yes, no"),
    ({"hazard_ratio": "0.9"}, "values1", "It is changed below too"),
    ({"error": "0"}, "error", "from 0.0005 to 0.1, not 0"),
    ({"most": "1000000000"}, "most", "from 1000 to 20000000"),
    ({"seed": "-1"}, "seed", "not -1"),
    ({"events": ""}, "events", "give the events at the last look"),
    ({"events": "61"}, "events", "61 events cannot come from 60 participants"),
    ({"ramp": "12"}, "ramp", "shorter than the accrual of 12 months"),
    ({"futility": "4"}, "futility", "futility at 4.0 leaves no room"),
    ({"values1": "0.5..1/0.001"}, "values1", "1 002 points are too many"),
    ({"error": "0.0005", "most": "20000000", "values1": "0.5..1/0.01"}, "error", "It may take"),
)


def test_a_bad_question_gets_a_sentence_at_its_field_and_nothing_typed_is_lost():
    client = statistician()
    first = form_of(client)
    for typed, where, sentence in BAD:
        answer = client.post(NEW, first | SMALL | typed)
        assert answer.status_code == 422, typed
        assert sentence in mistakes(answer)[where].replace("\N{NO-BREAK SPACE}", " "), typed
        page = answer.content.decode()
        assert f'href="#{where}"' in page and f'id="{where}"' in page, typed
        for name, value in (SMALL | typed).items():
            if name not in ("axis1", "axis2", "scheme", "other_counts"):
                kept = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
                assert kept and kept[1] == value, (typed, name)
    assert not sweep_store.kept()


def test_everything_wrong_with_a_question_is_told_at_once():
    answer = asked(statistician(), title="", values1="x", accrual="0", error="5")
    assert list(mistakes(answer)) == ["title", "values1", "error", "accrual"]
    page = answer.content.decode()
    assert "There are 4 problems" in page
    summary = page.partition('class="govuk-error-summary__body"')[2].partition("</ul>")[0]
    assert re.findall('href="#([^"]+)"', summary) == ["title", "values1", "error", "accrual"]


def test_a_dutch_reader_types_a_decimal_comma_and_semicolons_between_values():
    client = statistician("nl")
    assert form_of(client)["hazard_ratio"] == "0,67"
    answer = asked(client, values1="0,5, 1", values2="1; 0,5+1", error="0,005")
    assert "puntkomma" in mistakes(answer)["values1"]
    name = begun(client, values1="0,5; 1", values2="1; 0,5+1", error="0,005")
    sweep = read_manifest(home.sweeps() / name).sweep
    assert sweep.vary[0] == ("hazard_ratio", (0.5, 1.0)) and sweep.error == 0.005
    ended(name)
    page = text_of(client, f"{SWEEPS}{name}/")
    assert "Prestatiekenmerken" in page and "Type I-fout" in page and ">0,5</th>" in page
    assert "Operating characteristics" not in page and ">0.5<" not in page
    assert "Hazardratio 0,5; 1</dd>" in page


@pytest.mark.parametrize("who", ["", "nurse-01", "chair", "monitor"])
def test_who_does_not_see_the_status_sees_the_sweeps_of_a_demonstration_and_begins_none(who):
    name = done_here()
    client = web_trial.signed_in(who) if who else Client()
    page = text_of(client, SWEEPS)
    assert "One &amp; two" in page and "New sweep" not in page
    assert "Operating characteristics" in text_of(client, f"{SWEEPS}{name}/")
    (home.sweeps() / name / "points.parquet").unlink()
    assert "Go on" not in text_of(client, f"{SWEEPS}{name}/")
    wanted = 404 if who else 302
    assert client.get(NEW).status_code == wanted
    for address in (NEW, f"{SWEEPS}{name}/go-on/", f"{SWEEPS}{name}/stop/"):
        answer = client.post(address, SMALL)
        assert answer.status_code == wanted
        assert who or answer.headers["Location"].startswith("/accounts/login/")
    assert not sweep_store.at_work() and not (home.sweeps() / name / STOP).exists()


def test_a_real_trials_sweeps_are_for_those_who_see_its_status(monkeypatch):
    name = done_here()
    study = adopted.study()
    real = study.model_copy(
        update={"identity": study.identity.model_copy(update={"demonstration": {}})}
    )
    monkeypatch.setattr(adopted, "study", lambda: real)
    for address in (SWEEPS, f"{SWEEPS}{name}/", f"{SWEEPS}{name}/points.parquet"):
        assert Client().get(address).status_code == 302
        assert web_trial.signed_in("nurse-01").get(address).status_code == 404
        assert statistician().get(address).status_code == 200


def test_beginning_and_stopping_take_a_form_of_this_site():
    name = done_here()
    client = Client(enforce_csrf_checks=True)
    client.cookies = statistician().cookies
    for address in (NEW, f"{SWEEPS}{name}/go-on/", f"{SWEEPS}{name}/stop/"):
        assert client.post(address, SMALL).status_code == 403
    for act in ("go-on", "stop"):
        assert statistician().get(f"{SWEEPS}{name}/{act}/").status_code == 405


def test_a_title_and_why_a_sweep_ended_are_shown_as_text():
    folder = home.sweeps() / "hostile"
    folder.mkdir(parents=True)
    write_manifest(folder, read({"title": "<script>alert(1)</script>"}))
    because = {"because": f"{home.folder()}/x: <img src=x onerror=alert(1)>"}
    Job.objects.create(
        kind=sweeps.RUN, key="hostile", payload="{}", written_at=write_service.now(),
        due=write_service.now(), done_at=write_service.now(), error=kept(NO_SWEEP(**because)),
    )  # fmt: skip
    page = text_of(statistician(), f"{SWEEPS}hostile/")
    assert "<script>alert" not in page and "<img" not in page
    assert "…/x: &lt;img src=x" in page and str(home.folder()) not in page
    assert "&lt;img" not in text_of(Client(), f"{SWEEPS}hostile/")


def test_with_htmx_only_how_far_it_is_is_sent_and_it_asks_again_while_it_runs():
    name = done_here()
    part = Client(headers={"HX-Request": "true"}).get(f"{SWEEPS}{name}/").content.decode()
    assert "<html" not in part and "<svg" not in part and "It has ended" in part
    assert "hx-trigger" not in part
    with hold(home.sweeps() / name / LOCK):
        part = Client(headers={"HX-Request": "true"}).get(f"{SWEEPS}{name}/").content.decode()
        assert 'hx-trigger="every 3s"' in part and "<progress" in part


def test_what_ends_under_the_readers_eyes_offers_no_stop_and_does_not_say_that_nothing_was_found():
    client = statistician()
    name = begun(client, title="Watched")
    far = client.get(f"{SWEEPS}{name}/", headers={"HX-Request": "true"})
    assert "/stop/" in far.text and far.text.count("<form") == 1
    assert "Nothing is simulated yet" not in client.get(f"{SWEEPS}{name}/").text
    ended(name)
    assert "<form" not in client.get(f"{SWEEPS}{name}/", headers={"HX-Request": "true"}).text


def test_every_setting_shows_where_it_comes_from_and_whether_it_is_confirmed():
    client = statistician()
    name = begun(client, participants="306", events="191", delay="3")
    page = text_of(client, f"{SWEEPS}{name}/").partition("What these numbers rest on")[2]
    rows = dict(re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', page, re.S))
    assert 'registry: <span lang="en">enrolment, estimated' in rows["Participants"]
    assert "sourced" in rows["Participants"]
    assert "near both groups of CAIRO5" in rows["Control median, months"]
    assert "unverified" in rows["Control median, months"]
    assert "given for this sweep" in rows["Delay of the effect, months"]
    assert "given for this sweep" in rows["Accrual, months"]  # 12, and 60 in the study file
    assert "taken here" in rows["Weibull shape"] and "unverified" in rows["Weibull shape"]
    assert "varies in this sweep" in rows["Hazard ratio"]


def test_the_numbers_of_the_page_are_those_of_the_files():
    name = done_here()
    points = pl.read_parquet(home.sweeps() / name / "points.parquet")
    page = text_of(Client(), f"{SWEEPS}{name}/")
    for row in points.iter_rows(named=True):
        digits = 2 if row["power"] < 0.1 else 1
        assert f'<td class="eq-num">{100 * row["power"]:.{digits}f} %</td>' in page
        assert f'<td class="eq-num">{row["months"]:.1f}</td>' in page
        assert f'<td class="eq-num">{row["mean_events"]:.1f}</td>' in page


def test_trials_of_another_version_are_not_gone_on_with():
    name = done_here()
    claimed = home.sweeps() / name / "sweep.json"
    claimed.write_text(re.sub(r'"kernel": \d+', '"kernel": 1', claimed.read_text()))
    (home.sweeps() / name / "points.parquet").unlink()
    client = statistician()
    page = text_of(client, f"{SWEEPS}{name}/")
    assert "another version of the program" in page and ">Go on<" not in page
    assert "looks.parquet" in page
    answer = client.post(f"{SWEEPS}{name}/go-on/")
    assert answer.status_code == 422 and not sweep_store.at_work()


def test_there_is_an_end_to_how_many_sweeps_are_kept(monkeypatch):
    monkeypatch.setattr(sweep_store, "MOST_KEPT", 1)
    done_here()
    answer = asked(statistician())
    assert answer.status_code == 422
    assert "no room for more" in answer.content.decode()


def test_no_more_is_begun_from_a_page_than_some_minutes_of_work():
    large = sweep_question.MOST_DRAWN // 10_000
    assert large < sweep_question.MOST_TRIALS
    changed = {"participants": "10000", "most": str(large), "error": "0.0005", "values2": "1"}
    assert (
        "It may take" in mistakes(asked(statistician(), **changed, values1="0.5,0.6,0.7"))["error"]
    )


def test_the_work_of_a_sweep_is_counted_in_whole_parts_before_it_is_begun():
    changed = {"participants": "10000", "error": "0.1", "most": "20000000", "values2": "1"}
    answer = asked(statistician(), **changed, values1="0.5..1.3/0.002")  # 401 points: one too many
    assert "401 points are too many" in mistakes(answer)["values1"]
    said = mistakes(asked(statistician(), **changed, values1="0.5..1.298/0.002"))["error"]
    assert "It may take 8 000 000 trials" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert not sweep_store.kept()


def test_the_list_and_the_bar_tell_how_far_a_sweep_is_without_building_its_points(monkeypatch):
    name = done_here()
    shown = text_of(Client(), f"{SWEEPS}{name}/")
    monkeypatch.setattr(
        "equipoise.design.sweep.question.scenario_of", None
    )  # whoever builds one fails
    bar = Client(headers={"HX-Request": "true"}).get(f"{SWEEPS}{name}/").content.decode()
    sentence = re.search(r"4 of 4 points done, [^<]+ trials\.", shown)
    assert sentence and sentence[0] in bar.replace("\N{NO-BREAK SPACE}", " ")
    assert "4 of 4" in text_of(Client(), SWEEPS)
    (home.sweeps() / name / "sums" / "progress.json").write_text('{"points": 4}')
    assert "4 of 4" not in text_of(Client(), SWEEPS)


def test_a_question_with_too_many_plans_of_looks_is_refused_before_a_bound_is_solved(monkeypatch):
    monkeypatch.setattr("equipoise.design.sweep.settings._solved", None)  # whoever solves one fails
    tenths = "+".join(f"{tenth / 10:g}" for tenth in range(1, 11))
    changed = {"looks": tenths, "spending": "pocock-exact", "error": "0.02"}
    for typed, where in (
        ({"axis1": "alpha", "values1": "0.01..0.25/0.0007", "axis2": "", "values2": ""}, "values1"),
        ({"axis1": "sided", "values1": "1,2", "axis2": "alpha", "values2": "0.01..0.25/0.01"},
         "values2"),
    ):  # fmt: skip
        said = mistakes(asked(statistician(), **changed, **typed))
        assert "plans with interim looks; give at most 24" in said[where]


def test_the_design_page_leads_to_the_sweeps():
    assert f'href="{SWEEPS}"' in text_of(Client(), "/design/")
