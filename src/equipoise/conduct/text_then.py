"""What was done is judged by the study text that held on its day, and by no later one.

What alarms now, what is due and what is planned next is by the text that holds now.
"""

from equipoise.conduct.state.done import Done
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study

__all__ = ["text_then"]


def text_then(study: Study, subject: Subject, done: Done) -> Study:
    """The text that held on the day of what was done, however late it was recorded."""
    return study.held(done.on, subject.text_of(done.seq))
