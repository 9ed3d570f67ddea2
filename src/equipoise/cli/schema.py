"""`equipoise schema`: the JSON Schema of a study file, or of one of its forms, for editors."""

import json

from equipoise.cli.parsing import Parser


def run(words: list[str]) -> int:
    """Prints the schema."""
    parser = Parser(prog="equipoise schema", description=__doc__)
    which = ("study", "form")
    parser.add_argument("of", nargs="?", choices=which, default="study", help="of which file")
    args = parser.parse_args(words)

    from equipoise.study.load import form_schema, json_schema

    schema = form_schema() if args.of == "form" else json_schema()
    print(json.dumps(schema, indent=2, ensure_ascii=False))
    return 0
