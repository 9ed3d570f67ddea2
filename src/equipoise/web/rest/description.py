"""The API described: OpenAPI for programs, and one plain page of it for people."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from ninja import NinjaAPI

__all__ = ["add_to"]

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Equipoise: the API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Equipoise: the API</h1>
<p>Everything that the pages can do, for programs. Send your key, made by
<code>equipoise token</code>, as <code>Authorization: Bearer eqp_…</code>. The whole description is
<a href="{}">openapi.json</a>; the fields of every act are in <code>GET /api/acts</code>.</p>
<dl>{}</dl></main></body></html>"""


def add_to(api: NinjaAPI) -> None:
    """Add the page `docs`; ninja adds `openapi.json` itself."""

    @api.get("/docs", auth=None, include_in_schema=False)
    def docs(request: HttpRequest) -> HttpResponse:
        schema = api.get_openapi_schema()
        lines = format_html_join(
            "\n", "<dt><code>{} {}</code></dt><dd>{}<br>{}</dd>", _operations(schema)
        )
        return HttpResponse(format_html(_PAGE, "openapi.json", lines))


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for path, methods in schema["paths"].items():
        for method, about in methods.items():
            answers = ", ".join(str(code) for code in about["responses"])
            yield method.upper(), path, about["summary"], f"answers {answers}"
