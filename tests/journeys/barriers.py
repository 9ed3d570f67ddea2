"""What axe-core finds on a page: WCAG 2.2 A and AA, and its own good practice."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
BY_SIZE = ("color-contrast", "target-size", "scrollable-region-focusable")
FOUND = """async only => {
    const found = await axe.run({ runOnly: only, reporter: "no-passes" });
    return found.violations.flatMap(({ id, impact, nodes }) =>
        nodes.map(node => `${id} (${impact}): ${node.target} ${node.html.slice(0, 160)}`));
}"""


def barriers(page: Page, rules: tuple[str, ...] = RULES, kind: str = "tag") -> list[str]:
    """What axe finds on the page as it stands, each with its place."""
    if not page.evaluate("'axe' in window"):  # a page that is looked at again has read it
        page.evaluate(AXE)
    found: list[str] = page.evaluate(FOUND, {"type": kind, "values": list(rules)})
    return found
