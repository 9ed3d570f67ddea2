"""The sweeps of the design: those that are kept, a new one, and each with what it found.

Whoever may see the design page sees them, for nothing in them is of participants. To begin one, to
go on with it or to stop it takes someone of the trial who sees its status.
"""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from equipoise.design.problems import BadDesign
from equipoise.design.sweep.checkpoint import read_progress
from equipoise.design.sweep.from_study import Start, start_of
from equipoise.design.sweep.question import BadSweep
from equipoise.design.sweep.run import so_far
from equipoise.design.sweep.settings import Settings
from equipoise.web.design import sweep_context, sweep_fields, sweep_store
from equipoise.web.design.pages import may_see, open_to
from equipoise.web.design.sweep_question import (
    MOST_POINTS,
    MOST_TRIALS,
    InputError,
    Question,
    question,
)
from equipoise.web.design.sweep_store import FILES, Kept
from equipoise.web.views.page import Page

__all__ = ["file", "go_on", "new", "stop", "sweep", "sweeps"]

LONGEST_FIELD = 2_000  # characters of a field that are kept


def may_start(page: Page) -> bool:
    """Whether this viewer may have the installation simulate."""
    return bool(page.viewer.person_id) and page.viewer.sees_status


@require_safe
@open_to(may_see)
def sweeps(page: Page) -> HttpResponse:
    """Every sweep that is kept here."""
    rows = [_row(page, one) for one in sweep_store.kept()]
    return page.render("sweeps/sweeps.jinja", rows=rows, may_start=may_start(page))


def _named() -> dict[str, str]:
    """What each field of a new sweep is called, where a problem is told away from it."""
    named = sweep_fields.names() | {
        "error": gettext("Monte-Carlo error wanted"),
        "most": gettext("Most trials of a point"),
        "seed": gettext("Seed"),
    }
    for number in range(1, sweep_fields.AXES + 1):
        values = {"number": number}
        named[f"axis{number}"] = gettext("Axis %(number)s") % values
        named[f"values{number}"] = gettext("Values of axis %(number)s") % values
    return named


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(may_start)
def new(page: Page) -> HttpResponse:
    """Ask for a new sweep, and begin it."""
    file, wrong = _design_of(page), list[InputError]()
    start = file.settings if file else Settings()
    form_data = sweep_fields.initial_data(start)
    if page.request.method == "POST":
        form_data = {name: page.request.POST.get(name, "")[:LONGEST_FIELD] for name in form_data}
        form = question(form_data, start)
        if form.sweep is not None and (name := _begun(page, form)):
            return redirect("sweep", name)
        wrong = form.wrong
    return page.render(
        "sweeps/new.jinja",
        422 if wrong else 200,
        form_data=form_data,
        wrong=wrong,
        groups=sweep_fields.GROUPS,
        knobs=sweep_fields.KNOBS,
        axes=range(1, sweep_fields.AXES + 1),
        names=sweep_fields.names(),
        named=_named(),
        codes=sweep_fields.codes(),
        most_points=MOST_POINTS,
        most_trials=MOST_TRIALS,
        from_file=file is not None,
    )


@require_safe
@open_to(may_see)
def sweep(page: Page, name: str) -> HttpResponse:
    """One sweep, with what it found; with htmx only how far it is."""
    one = _kept(name)
    if page.partial:
        return page.render("sweeps/progress.jinja", **_progress(page, one))
    return _rendered(page, one)


@require_POST
@open_to(may_start)
def go_on(page: Page, name: str) -> HttpResponse:
    """Go on with a sweep that was stopped part-way."""
    one = _kept(name)
    if one.state != "stopped":
        return redirect("sweep", name)
    if not one.same_kernel:
        return _rendered(page, one, [InputError(because=_other_kernel(), where="")])
    sweep_store.go_on(one.name)
    page.tell(gettext("The sweep goes on"))
    return redirect("sweep", name)


@require_POST
@open_to(may_start)
def stop(page: Page, name: str) -> HttpResponse:
    """Ask a sweep that runs to stop."""
    one = _kept(name)
    if one.state == "running":
        sweep_store.stop(one)
        page.tell(gettext("The sweep stops; what it has done is kept"))
    return redirect("sweep", name)


@require_safe
@open_to(may_see)
def file(page: Page, name: str, file_name: str) -> FileResponse:
    """One file that a sweep has left, to be saved: its report brings a style of its own."""
    path = _kept(name).file(file_name)
    if path is None:
        raise Http404
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{name}-{file_name}",
        content_type=FILES[file_name],
    )


def _kept(name: str) -> Kept:
    one = sweep_store.find(name)
    if one is None:
        raise Http404
    return one


def _begun(page: Page, form: Question) -> str:
    """Begin what was asked; its name, or nothing when it cannot be begun now."""
    assert form.sweep is not None
    if before := sweep_store.same(form.sweep):
        page.tell(gettext("This very sweep was asked before"))
        return before.name
    try:
        name = sweep_store.begin(form.sweep)
    except sweep_store.Full:
        values = {"most": sweep_store.MOST_KEPT}
        form.add("", gettext("%(most)s sweeps are kept here: there is no room for more.") % values)
        return ""
    page.tell(gettext("The sweep is asked"))
    return name


def _rendered(page: Page, one: Kept, wrong: list[InputError] | None = None) -> HttpResponse:
    context = _with_results(_progress(page, one), one)
    context |= sweep_context.results(one.sweep, context["seen"])
    return page.render(
        "sweeps/sweep.jinja",
        422 if wrong else 200,
        **context,
        wrong=wrong or [],
        varied=sweep_context.varied(one.sweep) if one.sweep else [],
        rests=sweep_context.rests_on(one.sweep, _design_of(page)) if one.sweep else [],
    )


def _progress(page: Page, one: Kept) -> dict[str, Any]:
    """How far it is, as it last wrote down: whoever asks every moment has nothing worked out."""
    may = may_start(page)
    context: dict[str, Any] = {"one": one, "seen": None, "far": None, "counts": None}
    context |= {"because": one.because, "may_start": may}
    context["last_error"] = sweep_store.last_error(one) if may and one.state == "stopped" else ""
    if one.sweep is None:
        return context
    if not one.same_kernel:
        return context | {"because": _other_kernel()}
    far = read_progress(one.folder, one.sweep)
    return context | {"counts": far, "far": sweep_context.how_far(far) if far else None}


def _with_results(context: dict[str, Any], one: Kept) -> dict[str, Any]:
    """With what it found; `seen` stays None when that cannot be told, and `because` says why."""
    if one.sweep is None or not one.same_kernel:
        return context
    try:
        seen = so_far(one.sweep, one.folder)
    except BadSweep as wrong:  # an earlier version of the program thought it possible
        return context | {"because": str(wrong)}
    return context | {"seen": seen, "far": sweep_context.how_far(seen.progress)}


def _row(page: Page, one: Kept) -> dict[str, Any]:
    """One line of the list."""
    varied = sweep_context.varied(one.sweep) if one.sweep else []
    return {"one": one, "varied": varied, "far": _progress(page, one)["counts"]}


def _design_of(page: Page) -> Start | None:
    """The study file's design; None when it does not tell enough of one."""
    try:
        return start_of(page.study)
    except BadDesign:
        return None


def _other_kernel() -> str:
    return gettext(
        "It was simulated by another version of the program, and the trials of two versions are "
        "never mixed. What it left can be saved; to go on, ask it anew."
    )
