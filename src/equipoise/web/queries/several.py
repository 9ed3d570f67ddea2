"""What is done of several queries at once: an act for each, with the same words."""

from django.utils.translation import gettext

from equipoise.conduct.queries import AnswerQuery, AssignQuery, CloseQuery, ReopenQuery

__all__ = ["DOES", "MOST", "QueryAct", "act_of", "choices"]

QueryAct = AnswerQuery | CloseQuery | ReopenQuery | AssignQuery
DOES: dict[str, type[CloseQuery | ReopenQuery | AssignQuery]] = {
    "close": CloseQuery,
    "reopen": ReopenQuery,
    "assign": AssignQuery,
}
MOST = 200
"""How many are done at once."""


def choices() -> dict[str, str]:
    """What may be chosen, in the reader's words."""
    return {
        "close": gettext("Close them"),
        "reopen": gettext("Open them again"),
        "assign": gettext("Assign them"),
    }


def act_of(does: str, query: str, text: str, to: str) -> QueryAct | None:
    """The act that is done of one of them; None where no such thing is done."""
    if does == "close":
        return CloseQuery(query=query, text=text)
    if does == "reopen":
        return ReopenQuery(query=query, text=text)
    return AssignQuery(query=query, to=to) if does == "assign" else None
