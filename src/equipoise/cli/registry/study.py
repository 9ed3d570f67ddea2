"""Our study as a record, beside its record, and begun from one."""

import json
import sys
from argparse import Namespace
from pathlib import Path

from equipoise.cli.reader import reader
from equipoise.cli.registry.plain import plain
from equipoise.cli.start import made
from equipoise.exchange.registry.drafting import draft as drafted
from equipoise.exchange.registry.drift import Row, Verdict, compared, registered
from equipoise.exchange.registry.export import Json, record_of
from equipoise.exchange.registry.record import Record, judged
from equipoise.exchange.registry.records import kept_records
from equipoise.exchange.registry.upload import Incomplete, upload_of
from equipoise.study.load import Invalid, load
from equipoise.study.model import Study
from equipoise.web.home import registry as folder

__all__ = ["differences", "draft", "export"]

WIDTH = 60


def export(args: Namespace) -> int:
    """1 when the study file cannot be read, or says too little for the PRS."""
    if (study := _study(args.study)) is None:
        return 1
    record = record_of(study)
    try:
        text = _as_json(record) if args.prs is None else upload_of(record, args.prs.strip())
    except Incomplete as incomplete:
        print(f"{args.study}: {incomplete}", file=sys.stderr)
        return 1
    if args.out:
        made(args.out.parent)
        args.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


def _as_json(record: Json) -> str:
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def differences(args: Namespace) -> int:
    """1 when anything but the wording differs, or there is nothing to compare with."""
    if (study := _study(args.study)) is None:
        return 1
    ours = registered(record_of(study))
    number = ours.protocol_section.identification_module.nct_id
    record = _record(args.record.read_bytes()) if args.record else _kept(number)
    if record is None:
        return 1
    rows = compared(ours, record.study)
    _table(rows)
    findings = sum(row.is_a_finding for row in rows)
    wording = sum(row.verdict is Verdict.WORDING for row in rows)
    print(f"{findings} differ, {wording} in their wording alone, {len(rows)} compared")
    return 1 if findings else 0


def draft(args: Namespace) -> int:
    """1 when there is no such record, or it is of no randomised trial."""
    if (record := _kept(args.number)) is None:
        return 1
    texts = drafted(record.study)
    if not isinstance(texts, dict):
        print(texts.wording(reader()), file=sys.stderr)
        return 1
    for name, text in texts.items():
        if args.out:
            file = args.out / name
            made(file.parent)
            with file.open("x", encoding="utf-8") as written:  # never over what is there
                written.write(text)
        else:
            print(f"--- {name}\n{text}", end="")
    return 0


def _study(place: Path) -> Study | None:
    try:
        return load(place)
    except Invalid as error:
        print(error, file=sys.stderr)
        return None


def _kept(number: str) -> Record | None:
    with kept_records(folder()) as records:
        version = records.newest(number)
    if version is None:
        print(f"no record {number or 'of this study'} in {folder()}", file=sys.stderr)
        return None
    return _record(version.raw)


def _record(raw: bytes) -> Record | None:
    record = judged(raw)
    if isinstance(record, Record):
        return record
    print(record.wording(reader()), file=sys.stderr)
    return None


def _table(rows: list[Row]) -> None:
    print(f"{'':16} {'field':29} {'our study file':{WIDTH}} the record")
    for row in rows:
        if row.verdict is not Verdict.SAME:
            ours, theirs = (" ".join(text.split())[:WIDTH] for text in (row.ours, row.theirs))
            line = f"{row.verdict.value:16} {row.field:29} {ours:{WIDTH}} {theirs}"
            print(plain(line.rstrip()))
