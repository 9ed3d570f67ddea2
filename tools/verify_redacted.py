"""What was redacted in a ledger, read a second time.

It belongs to `verify_ledger.py` and needs nothing but Python's standard library either. A redacted
entry is a tombstone: its payload is `{"redacted":true}`. A later entry of its stream, of a kind
that ends in `.redact`, names it by number and digest and says it anew.
"""

import re

TOMBSTONE = {"redacted": True}


def is_tombstone(entry):
    return entry["payload"] == TOMBSTONE and entry["payload"]["redacted"] is True


def is_act(entry):
    return entry["kind"].endswith(".redact")


def said_by(entry, known):
    """What a redaction says, itself as a later one states it; None when it says nothing."""
    payload = entry["payload"]
    if entry["seq"] in known and known[entry["seq"]][1]["digest"] == entry["digest"]:
        payload = known[entry["seq"]][1]["restated"]
    names = ("entry", int), ("digest", str), ("tombstone", str), ("restated", dict)
    good = all(type(payload.get(name)) is of for name, of in names)
    return payload if good and -(2**63) <= payload["entry"] < 2**63 else None


def last_acts(chain):
    """Of each redacted entry of a stream, by number, the last redaction and what it says."""
    known = {}
    for entry in sorted(filter(is_act, chain), key=lambda one: -one["seq"]):
        said = said_by(entry, known)
        if said and said["entry"] < entry["seq"]:
            known.setdefault(said["entry"], (entry, said))
    return known


def check(stream, chain, found):
    """Tombstones without a redaction, redacted content that is back, redactions of nothing."""
    known, present = last_acts(chain), {entry["seq"]: entry for entry in chain}
    for entry in chain:
        place = stream, entry["seq"]
        act, said = known.get(entry["seq"], (None, None))
        named = said is not None and said["digest"] == entry["digest"]
        if is_tombstone(entry):
            if not named:
                found.add((*place, "taken-away", "its content was taken away by no redaction"))
            elif said["tombstone"] != entry["computed"]:
                found.add((*place, "changed", "the rest of it is not what its redaction says"))
        elif named:
            found.add((*place, "redacted-back", f"entry {act['seq']} redacted it, and it is here"))
    for act in filter(is_act, chain):
        said = said_by(act, known)
        entry = present.get(said["entry"]) if said else None
        if not said or said["entry"] >= act["seq"] or (entry and entry["digest"] != said["digest"]):
            found.add((stream, act["seq"], "redaction", "it names no earlier entry of its stream"))


def told(entries):
    """A sentence for each redacted entry, for who reads what the verifier found."""
    streams = {}
    for entry in entries:
        streams.setdefault(entry["stream"], []).append(entry)
    for stream, chain in sorted(streams.items()):
        for seq, (act, _) in sorted(last_acts(chain).items()):
            by = re.sub(r"[\x00-\x1f]", "?", act["by"])
            yield (
                f"{stream} {seq}: redacted by entry {act['seq']}, on {act['at'][:10]} by {by}: "
                "what it says now rests on them; whoever kept an earlier copy can compare"
            )
