"""What tests of pages share with those of the installation."""

import shutil
from pathlib import Path

import pytest

from equipoise.conduct.administration import AdoptAmendment
from equipoise.conduct.amendments import ActivateAmendment
from equipoise.web import adopted, home, write_service
from tests.before import edited
from tests.web.post_office import post_office  # noqa: F401  (a fixture)
from tests.web_trial import PROVED

AMENDMENT = """
amendments:
  - {id: A1, title: Sleep, from_on: 2025-06-01, source: "assumed: for tests"}

criteria:
"""


@pytest.fixture
def amended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial that is open has adopted a text with an amendment, by which hospital 01 works."""
    folder = Path(shutil.copytree(home.study_folder(), tmp_path / "study"))
    monkeypatch.setenv("EQUIPOISE_STUDY", str(folder))
    edited(folder, "study.yaml", 'version: "1.0"', 'version: "2.0"')
    edited(folder, "study.yaml", "\ncriteria:\n", AMENDMENT)
    text = home.proposal()
    monkeypatch.setattr(adopted, "fit", lambda text: text)  # its worked cases are not in question
    act = AdoptAmendment(version=text.version, digest=text.digest, because="for tests")
    write_service.perform(act, "office", how=PROVED)
    write_service.perform(ActivateAmendment(amendment="A1", site="01"), "office")
