"""Compiles and copies the front end into static/vendor, each part with its licence and digests.

For developers; it needs npm. GOV.UK Frontend is compiled with our typeface and without the parts
that belong to the British government (its typeface, crown, header and footer). htmx and Source
Sans 3 are copied as published, but for the addresses of source maps.
"""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "src/equipoise/web/static/vendor"
GOVUK, HTMX, SASS = "govuk-frontend@6.6.0", "htmx.org@4.0.1", "sass@1.108.2"
FONT, FONT_LATIN = "source-sans@3.52.0", "@fontsource-variable/source-sans-3@5.3.0"
NOT_OURS = {"header", "footer", "cookie-banner", "exit-this-page", "feedback"}
SCSS = """\
@use "govuk/base" with (
  $govuk-font-family: ("Source Sans 3", "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif),
  $govuk-include-default-font-face: false,
  $govuk-page-width: 1180px,
);
@use "govuk/core";
@use "govuk/objects";
%(components)s
@use "govuk/utilities";
@use "govuk/overrides";
"""


def main() -> None:
    """Fetch the packages, build, copy, and leave a digest of every file."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        packages = [GOVUK, HTMX, SASS, FONT, FONT_LATIN]
        _run(work, "npm", "install", "--silent", "--no-audit", "--no-fund", *packages)
        modules = work / "node_modules"
        _govuk(work, modules / "govuk-frontend", _folder("govuk-frontend"))
        _htmx(modules / "htmx.org", _folder("htmx"))
        _font(modules, _folder("source-sans-3"))
    for folder in sorted(path for path in VENDOR.iterdir() if path.is_dir()):
        _digests(folder)


def _folder(name: str) -> Path:
    shutil.rmtree(VENDOR / name, ignore_errors=True)
    (VENDOR / name).mkdir(parents=True)
    return VENDOR / name


def _govuk(work: Path, package: Path, to: Path) -> None:
    shutil.copytree(package / "dist/govuk", work / "govuk")
    names = sorted(path.name for path in (work / "govuk/components").iterdir() if path.is_dir())
    ours = [f'@use "govuk/components/{name}";' for name in names if name not in NOT_OURS]
    (work / "equipoise.scss").write_text(SCSS % {"components": "\n".join(ours)})
    sass = work / "node_modules/.bin/sass"
    style = ("--style=compressed", "--no-source-map", "--no-charset", "--quiet-deps")
    css = _run(work, sass, *style, "equipoise.scss")
    forbidden = [word for word in ("GDS Transport", "crown", "crest", "url(") if word in css]
    if forbidden:
        raise SystemExit(f"the compiled stylesheet still holds {forbidden}")
    (to / "govuk-frontend.min.css").write_text(css, encoding="utf-8")
    script = (work / "govuk/govuk-frontend.min.js").read_text(encoding="utf-8")
    (to / "govuk-frontend.min.js").write_text(_no_source_map(script), encoding="utf-8")
    (to / "VERSION").write_text(f"{GOVUK}, compiled with {SASS}\n")
    (to / "LICENSE").write_text(MIT % "2017 Crown copyright (Government Digital Service)")


def _htmx(package: Path, to: Path) -> None:
    script = (package / "dist/htmx.min.js").read_text(encoding="utf-8")
    (to / "htmx.min.js").write_text(_no_source_map(script), encoding="utf-8")
    shutil.copy(package / "LICENSE", to / "LICENSE")
    (to / "VERSION").write_text(f"{HTMX}\n")


def _font(modules: Path, to: Path) -> None:
    """As published and unmodified, because 'Source' is a reserved font name."""
    latin = modules / "@fontsource-variable/source-sans-3/files"
    shutil.copy(latin / "source-sans-3-latin-wght-normal.woff2", to)
    adobe = modules / "source-sans"
    shutil.copy(adobe / "WOFF2/VF/SourceSans3VF-Upright.ttf.woff2", to)
    for weight in ("Regular", "Bold", "It"):
        shutil.copy(adobe / f"TTF/SourceSans3-{weight}.ttf", to)
    shutil.copy(adobe / "LICENSE.md", to / "LICENSE")
    (to / "VERSION").write_text(f"{FONT}; latin: {FONT_LATIN}\n")


def _no_source_map(script: str) -> str:
    return re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", script)


def _digests(folder: Path) -> None:
    (folder / "SHA256").unlink(missing_ok=True)
    files = sorted(path for path in folder.iterdir() if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / "SHA256").write_text("".join(lines))


def _run(work: Path, *command: str | Path) -> str:
    return subprocess.run(command, cwd=work, check=True, stdout=subprocess.PIPE, text=True).stdout


MIT = """\
The MIT License (MIT)

Copyright (c) %s

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS
FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


if __name__ == "__main__":
    main()
