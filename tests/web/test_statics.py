"""Files never change at their address: a browser keeps them, and none is of another version."""

import os
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.test import Client

from equipoise.web.hosting import statics
from equipoise.web.hosting.static_digest import digest_of, folders
from tests import web_trial

KEPT = "max-age=315360000, public, immutable"
NAMED = re.compile(r"""(?:href|src)="(/static/[^"]+)\"""")
WITHIN = re.compile(r"""(?:from |url\()"(\.[^"]+)\"""")


def reached(client: Client, page: str) -> dict[str, str]:
    """Every file that a page leads to, and those that these lead to, with its Cache-Control."""
    found: dict[str, str] = {}
    waiting = NAMED.findall(client.get(page).content.decode())
    while waiting:
        address = waiting.pop()
        if address not in found:
            answer = client.get(address)
            assert answer.status_code == 200, address
            found[address] = answer["Cache-Control"]
            text = b"".join(answer.streaming_content)
            if address.endswith((".css", ".js")):
                waiting += [urljoin(address, name) for name in WITHIN.findall(text.decode())]
    return found


@pytest.mark.django_db
def test_what_a_page_leads_to_is_kept_for_ever_at_an_address_of_this_version():
    web_trial.open_house()
    found = reached(web_trial.signed_in("nurse-01"), "/today/")
    named = {address.rpartition("/")[2] for address in found}
    assert {"live.js", "session.js", "typing.js", "equipoise.css"} <= named
    assert {address for address in found if not address.startswith(settings.STATIC_URL)} == set()
    assert set(found.values()) == {KEPT}


@pytest.mark.django_db
def test_the_files_of_another_version_are_not_given_in_the_place_of_its_own():
    other = settings.STATIC_URL.replace(settings.STATIC_DIGEST, "0" * 16)
    assert Client().get(f"{other}theme/live.js").status_code == 404
    assert Client().get("/static/theme/live.js").status_code == 404


def test_any_file_that_changes_changes_every_address(tmp_path: Path):
    for name in ("live.js", "page.js"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    before = digest_of([tmp_path])
    assert digest_of([tmp_path]) == before
    (tmp_path / "live.js").write_text("another", encoding="utf-8")
    changed = digest_of([tmp_path])
    (tmp_path / "live.js").rename(tmp_path / "life.js")
    assert len({before, changed, digest_of([tmp_path])}) == 3


def test_every_file_that_is_served_is_in_the_digest():
    from django.contrib.staticfiles import finders

    served = {
        Path(storage.path(path)).resolve()
        for finder in finders.get_finders()
        for path, storage in finder.list(None)
    }
    assert served <= {path.resolve() for place in folders() for path in place.rglob("*")}


def test_a_server_of_before_keeps_its_files_and_those_before_it_are_forgotten(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / settings.STATIC_DIGEST
    for hours, digest in ((3, "a" * 16), (2, "b" * 16), (1, "c" * 16)):
        (tmp_path / digest).mkdir()
        age = (settings.STATIC_ROOT.parent.stat().st_mtime - hours * 3600,) * 2
        os.utime(tmp_path / digest, age)
    (tmp_path / "something-else").mkdir()
    statics.gather()
    left = {place.name for place in tmp_path.iterdir()}
    assert left == {settings.STATIC_DIGEST, "c" * 16, "something-else"}
    assert (settings.STATIC_ROOT / "theme/live.js.gz").exists()
