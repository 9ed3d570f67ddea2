"""The reference page of the ledger says what the code does."""

import re
from hashlib import sha256
from pathlib import Path

from equipoise.ledger import CODES, Entry

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "ledger.md").read_text(encoding="utf-8")


def test_the_example_on_the_page_has_the_digest_on_the_page():
    text = re.search(r"```json\n(.*)\n```", PAGE)[1]
    digest = re.search(r"```text\n(.*)\n```", PAGE)[1]
    assert sha256(text.encode()).hexdigest() == digest


def first_column(title):
    section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)


def test_the_page_names_every_member_and_every_code():
    assert first_column("An entry") == sorted([*Entry.__struct_fields__, "v"])
    assert sorted(first_column("Verification")) == sorted(CODES)
