"""Cut our slice out of GitHub's own description of its API: the operations that the fake plays, without texts and examples.

    PYTHONPATH=.:scripts:tests/support python -m fake_github.slice FOLDER

FOLDER is the unpacked npm package @octokit/openapi (MIT). It writes `description.json` and `LICENSE` beside this file.
An operation that the forge begins to use is one more function that plays it (see `routes.plays`); then run this again.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from .server import ROUTES

HERE = Path(__file__).resolve().parent
TEXTS = ("description", "summary", "title", "example", "examples", "externalDocs", "tags", "deprecated")
NAMED = ("properties", "schemas", "responses", "parameters", "headers", "patternProperties")  # whose keys are names
PARAMETER = ("name", "in", "required", "schema")
JSON = "application/json"


def bare(node, named: bool = False):
    """Without texts and examples; what only looks like one, because a property has its name, stays."""
    if isinstance(node, list):
        return [bare(one) for one in node]
    if not isinstance(node, dict):
        return node
    keep = node.items() if named else [(k, v) for k, v in node.items() if k not in TEXTS and not k.startswith("x-")]
    return {key: bare(value, key in NAMED and not named) for key, value in keep}


def references(node) -> set[str]:
    """The schemas that something names."""
    if isinstance(node, list):
        return set().union(*map(references, node))
    if not isinstance(node, dict):
        return set()
    here = {node["$ref"].rpartition("/")[2]} if isinstance(node.get("$ref"), str) else set()
    return here.union(*map(references, node.values()))


class Whole:
    """The whole description."""

    def __init__(self, document: dict):
        self.document = document

    def at(self, node: dict) -> dict:
        """What a reference stands for."""
        while "$ref" in node:
            found = self.document
            for key in node["$ref"].removeprefix("#/").split("/"):
                found = found[key]
            node = found
        return node

    def operation(self, path: str, method: str, facts: dict, shared: list) -> dict:
        body = self.at(facts["requestBody"]) if "requestBody" in facts else {}
        parameters = [self.at(one) for one in [*shared, *facts.get("parameters", [])]]
        made = {
            "path": path,
            "method": method.upper(),
            "parameters": [
                {key: one[key] for key in ("name", "in", "required", "schema") if key in one} for one in parameters
            ],
            "answers": {status: self.content(self.at(one)) for status, one in facts["responses"].items()},
        }
        if body:
            made |= {"body": self.content(body), "body_required": body.get("required", False)}
        return bare(made)

    def content(self, node: dict) -> dict | None:
        """The schema of a JSON body; None where there is none."""
        return node.get("content", {}).get(JSON, {}).get("schema")

    def slice(self, wanted: Iterable[str]) -> dict:
        operations = {
            facts["operationId"]: self.operation(path, method, facts, methods.get("parameters", []))
            for path, methods in self.document["paths"].items()
            for method, facts in methods.items()
            if method != "parameters" and facts["operationId"] in wanted
        }
        if missing := set(wanted) - set(operations):
            sys.exit(f"slice: the description has no operation {', '.join(sorted(missing))}.")
        every, schemas = self.document["components"]["schemas"], {}
        todo = references(operations) | {"basic-error", "validation-error", "validation-error-simple"}
        while todo:
            name = todo.pop()
            schemas[name] = bare(every[name])
            todo |= references(schemas[name]) - schemas.keys()
        return {"version": self.document["info"]["version"], "operations": operations, "schemas": schemas}


def lines(made: dict) -> str:
    """As JSON, a line for each operation and each schema: a new version can be compared with the old one."""
    parts = [f'"version": {json.dumps(made["version"])}']
    for part in ("operations", "schemas"):
        rows = [f"{json.dumps(name)}: {json.dumps(made[part][name], sort_keys=True)}" for name in sorted(made[part])]
        parts.append(f'"{part}": {{\n' + ",\n".join(rows) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    package = Path(sys.argv[1])
    document = json.loads((package / "generated/api.github.com.json").read_text(encoding="utf-8"))
    (HERE / "description.json").write_text(lines(Whole(document).slice(ROUTES)), encoding="utf-8")
    (HERE / "LICENSE").write_text((package / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()
