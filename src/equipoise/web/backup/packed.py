"""A copy as one file: a plain tar that any program opens, with the manifest first.

It is written beside the place where it is to stand, is on the disk before it is renamed, and is
readable by its owner alone.
"""

import os
import shutil
import tarfile
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from equipoise.web.backup.manifest import BadCopy, Manifest, Part

__all__ = ["MANIFEST", "pack", "part_of", "renamed", "tar_of", "unpack", "untarred"]

MANIFEST = "manifest.json"
LARGEST_MANIFEST = 1 << 28  # bytes: a line for each participant and each object
BLOCK = 1 << 20


def part_of(path: Path) -> Part:
    """The size and digest of a file."""
    with path.open("rb") as file:
        return _part(file)


@contextmanager
def renamed(path: Path) -> Iterator[IO[bytes]]:
    """A file to write; once the block has ended it is on the disk and stands at `path`.

    What stood there before still stands when the block raises.
    """
    passing = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(passing, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    finally:
        passing.unlink(missing_ok=True)


def pack(file: IO[bytes], manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write the manifest and the files, by their names in the copy."""
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as packed:
        text = manifest.text()
        packed.addfile(_member(MANIFEST, len(text)), BytesIO(text))
        for name, path in sorted(files.items()):
            with path.open("rb") as content:
                packed.addfile(_member(name, path.stat().st_size), content)


def unpack(file: IO[bytes], to: Path) -> Manifest:
    """Bring out every part into a folder, each found to be what the manifest says.

    Nothing is written before the sizes that the manifest names fit the file and the disk, and no
    more of a part than it names: a copy comes from elsewhere.

    :raises BadCopy: when the file is no copy, or a part is missing, changed or unknown
    """
    try:
        with tarfile.open(fileobj=file, mode="r:") as packed:
            first = packed.next()
            content = packed.extractfile(first) if first and first.name == MANIFEST else None
            if first is None or content is None:
                raise BadCopy("the file does not begin with a manifest")
            if first.size > LARGEST_MANIFEST:
                raise BadCopy("the manifest is larger than that of any copy")
            manifest = msgspec.json.decode(content.read(), type=Manifest)
            _must_have_room(manifest, os.fstat(file.fileno()).st_size, to)
            found: dict[str, Part] = {}
            for member in _rest(packed):
                _must_be_named(member, manifest, found)
                found[member.name] = _brought_out(packed, member, to)
    except (tarfile.TarError, msgspec.MsgspecError, EOFError, ValueError) as error:
        if "unexpected end" in str(error):
            raise BadCopy("the copy was cut short: it ends before its parts do") from error
        raise BadCopy(f"the file is no copy made by `equipoise backup`: {error}") from error
    if reasons := list(_differences(manifest, found)):
        raise BadCopy(*reasons)
    return manifest


def tar_of(files: Mapping[str, bytes]) -> bytes:
    """Small files as a tar."""
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as packed:
        for name, content in sorted(files.items()):
            packed.addfile(_member(name, len(content)), BytesIO(content))
    return out.getvalue()


def untarred(data: bytes) -> dict[str, bytes]:
    """The files of such a tar.

    :raises BadCopy: when it is none
    """
    try:
        with tarfile.open(fileobj=BytesIO(data), mode="r:") as packed:
            members = packed.getmembers()
            if sum(member.size for member in members) > len(data):
                raise BadCopy("the secrets were cut short, or say that they are larger")
            opened = ((m.name, packed.extractfile(m)) for m in members)
            return {name: content.read() for name, content in opened if content is not None}
    except (tarfile.TarError, ValueError) as error:
        raise BadCopy(f"the secrets are not those of `equipoise backup`: {error}") from error


def _rest(packed: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The members after the first, one after another."""
    while (member := packed.next()) is not None:
        yield member


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _brought_out(packed: tarfile.TarFile, member: tarfile.TarInfo, to: Path) -> Part:
    path, content = to / PurePosixPath(member.name), packed.extractfile(member)
    assert content is not None
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
        while block := content.read(BLOCK):
            out.write(block)
        out.seek(0)
        return _part(out)


def _must_have_room(manifest: Manifest, length: int, to: Path) -> None:
    """What the parts take together: no more than the file holds, and than the disk has room for."""
    needed = sum(part.size for part in manifest.parts.values())
    if needed > length:
        raise BadCopy(
            f"the copy was cut short: its parts take {needed:,} bytes, and the file has {length:,}"
        )
    if needed > (free := shutil.disk_usage(to).free):
        raise BadCopy(f"the copy takes {needed:,} bytes, and the disk of {to} has {free:,} left")


def _must_be_named(member: tarfile.TarInfo, manifest: Manifest, before: Container[str]) -> None:
    """A part is in the manifest, of that size, and comes once."""
    name = PurePosixPath(member.name)
    outside = name.is_absolute() or ".." in name.parts
    if outside or not member.isreg() or member.issparse():
        raise BadCopy(f"{member.name!r} is nothing that a copy holds")
    if (text := manifest.parts.get(member.name)) is None:
        raise BadCopy(f"{member.name} stands in the copy, and its manifest does not name it")
    if member.name in before:
        raise BadCopy(f"{member.name} stands twice in the copy")
    if member.size != text.size:
        raise BadCopy(
            f"{member.name} has {member.size:,} bytes, which is not what the manifest says "
            f"({text.size:,}): the copy was changed or is damaged"
        )


def _part(file: IO[bytes]) -> Part:
    digest, size = sha256(), 0
    while block := file.read(BLOCK):
        digest.update(block)
        size += len(block)
    return Part(size=size, sha256=digest.hexdigest())


def _differences(manifest: Manifest, found: Mapping[str, Part]) -> Iterator[str]:
    for name in sorted(manifest.parts):
        if name not in found:
            yield f"{name} is missing from the copy"
        elif found[name] != manifest.parts[name]:
            yield f"{name} is not what the manifest says: the copy was changed or is damaged"
