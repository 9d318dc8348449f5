"""GitHub's description of its API, as a referee: it checks what a client asks, and what we answer.

An answer is made from what the fake knows: what else the description requires is filled with a neutral value (nothing, 0,
no, the first of an enumeration), and a key that the description does not have is refused as well.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import unquote

from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

DESCRIPTION = Path(__file__).with_name("description.json")
ERRORS = (401, 403, 404, 422)  # GitHub gives these everywhere, and its description does not always say so
WHOLE = "urn:description"
NEUTRAL = {"integer": 0, "number": 0, "boolean": False, "array": [], "object": {}}
FORMATS = {"date-time": "2000-01-01T00:00:00Z", "uri": "http://fake.invalid/", "email": "nobody@fake.invalid"}
ABSENT = object()


class Broken(AssertionError):
    """The fake itself gave an answer that GitHub never gives."""


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    facts: dict

    @cached_property
    def pattern(self) -> re.Pattern:
        """Of a path; a parameter at its end may hold slashes, as the name of a ref does."""
        parts = re.split(r"\{(\w+)\}", self.path)
        ends = self.path.endswith(("{ref}", "{path}", "{branch}"))
        texts = [re.escape(part) if n % 2 == 0 else f"(?P<{part}>[^/]+)" for n, part in enumerate(parts)]
        if ends:
            texts[-2] = texts[-2].replace("[^/]+", ".+")
        return re.compile("".join(texts))

    def parameters(self, where: str) -> dict[str, dict]:
        return {one["name"]: one for one in self.facts["parameters"] if one["in"] == where}

    @property
    def statuses(self) -> list[int]:
        return [int(status) for status in self.facts["answers"]]


class Contract:
    def __init__(self, document: dict):
        self.schemas = document["schemas"]
        self.operations = {
            id: Operation(id, facts["method"], facts["path"], facts) for id, facts in document["operations"].items()
        }
        whole = {"components": {"schemas": self.schemas}, "operations": document["operations"]}
        self._registry = Registry().with_resource(WHOLE, DRAFT4.create_resource(_plain(whole)))

    @classmethod
    @cache
    def load(cls) -> "Contract":
        return cls(json.loads(DESCRIPTION.read_text(encoding="utf-8")))

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation of a request, and the parameters in its path. The longest path fits best."""
        fitting = [
            (operation, {name: unquote(value) for name, value in match.groupdict().items()})
            for operation in self.operations.values()
            if operation.method == method and (match := operation.pattern.fullmatch(path))
        ]
        return max(fitting, key=lambda one: (-len(one[1]), len(one[0].path)), default=None)

    # ---- What a client asks ----

    def faults_of_request(self, operation: Operation, query: dict[str, str], body: object) -> list[str]:
        """What of a request the description does not allow; a sentence each."""
        known = operation.parameters("query")
        said = [f"the query has no parameter {name}" for name in query if name not in known]
        for name, value in query.items():
            if name in known:
                said += self._complaints(known[name]["schema"], _typed(known[name]["schema"], value), f"query {name}")
        said += [f"query {name} is missing" for name, one in known.items() if one.get("required") and name not in query]
        schema = operation.facts.get("body")
        if schema is None:
            return said + (["this operation takes no body"] if body not in (None, {}) else [])
        if body is None:
            return said + (["the body is missing"] if operation.facts.get("body_required") else [])
        return said + self._complaints(schema, body, "body") + self.strangers(schema, body, "body")

    # ---- What the fake answers ----

    def answer(self, operation: Operation, status: int, known: object) -> object:
        """The whole of an answer, from what is known of it. Raises Broken where GitHub's could not look like that."""
        where = f"{operation.id} {status}"
        if status in ERRORS and str(status) not in operation.facts["answers"]:
            schema: dict | None = {"$ref": "#/components/schemas/basic-error"}
        elif str(status) not in operation.facts["answers"]:
            raise Broken(f"{operation.id} never answers {status}: only {operation.statuses}")
        else:
            schema = operation.facts["answers"][str(status)]
        if schema is None:
            if known is not None:
                raise Broken(f"{where} has no body")
            return None
        made = self.filled(schema, known, where)
        if said := self._complaints(schema, made, where) + self.strangers(schema, made, where):
            raise Broken("; ".join(said[:5]))
        return made

    def filled(self, schema: dict, known: object, where: str) -> object:
        """What is known, and a neutral value for what else is required."""
        schema = self.at(schema)
        if choices := schema.get("oneOf") or schema.get("anyOf"):
            tried = [self.filled(one, known, where) for one in choices if self._may_be(one, known)]
            fitting = (made for made in tried if not self._complaints(schema, made, where))
            return next(fitting, tried[0] if tried else known)
        if "allOf" in schema:
            schema = self._merged(schema)
        if known is ABSENT:
            known = self._neutral(schema)
        if isinstance(known, dict) and "properties" in schema:
            inner = schema["properties"]
            names = [*known, *(name for name in schema.get("required", []) if name not in known)]
            return {name: self.filled(inner.get(name, {}), known.get(name, ABSENT), f"{where}.{name}") for name in names}
        if isinstance(known, list):
            return [self.filled(schema.get("items", {}), one, f"{where}[]") for one in known]
        return known

    def _neutral(self, schema: dict) -> object:
        if schema.get("nullable"):
            return None
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "object" if "properties" in schema else "string")
        return FORMATS.get(schema.get("format", ""), "") if kind == "string" else NEUTRAL[kind]

    def _may_be(self, schema: dict, known: object) -> bool:
        kind = self.at(schema).get("type")
        return known is ABSENT or not (isinstance(known, list) ^ (kind == "array"))

    def _merged(self, schema: dict) -> dict:
        made: dict = {key: value for key, value in schema.items() if key != "allOf"}
        for part in map(self.at, schema["allOf"]):
            part = self._merged(part) if "allOf" in part else part
            made = (
                part
                | made
                | {
                    "properties": part.get("properties", {}) | made.get("properties", {}),
                    "required": [*part.get("required", []), *made.get("required", [])],
                }
            )
        return made

    # ---- Both ----

    def at(self, schema: dict) -> dict:
        """What a reference stands for."""
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    def strangers(self, schema: dict, value: object, where: str) -> list[str]:
        """The keys that no schema names. Schemas are open, so that a validator lets them pass."""
        options = self._options(schema)
        if isinstance(value, list):
            inner = {"anyOf": [one["items"] for one in options if "items" in one]}
            return [said for one in value for said in self.strangers(inner, one, f"{where}[]")] if inner["anyOf"] else []
        if not isinstance(value, dict) or not any("properties" in one for one in options):
            return []
        open_ended = any(one.get("additionalProperties") for one in options)
        said = []
        for key, one in value.items():
            known = [option["properties"][key] for option in options if key in option.get("properties", {})]
            if known:
                said += self.strangers({"anyOf": known}, one, f"{where}.{key}")
            elif not open_ended:
                said.append(f"{where} has no key {key}")
        return said

    def _options(self, schema: dict) -> list[dict]:
        schema = self.at(schema)
        parts = [part for word in ("allOf", "oneOf", "anyOf") for part in schema.get(word, [])]
        return [schema, *(one for part in parts for one in self._options(part))]

    def complaints(self, operation: str, status: int, answer: object) -> list[str]:
        """Why GitHub would not answer like that."""
        schema = self.operations[operation].facts["answers"][str(status)]
        return self._complaints(schema, answer, operation) + self.strangers(schema, answer, operation)

    def _complaints(self, schema: dict, value: object, where: str) -> list[str]:
        errors = self._validator(json.dumps(schema)).iter_errors(value)
        return [f"{where}{''.join(f'.{step}' for step in error.absolute_path)}: {error.message[:200]}" for error in errors]

    @cache  # noqa: B019 - one contract lives as long as the tests
    def _validator(self, schema: str) -> OAS30Validator:
        return OAS30Validator(_plain(json.loads(schema)), registry=self._registry, format_checker=oas30_format_checker)


def _plain(schema):
    """With references into the whole description; and with `anyOf` alone for choices, because a private user is a public
    one, too, and a discriminator may be left out of an answer."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    named = {"$ref": WHOLE + schema["$ref"]} if isinstance(schema.get("$ref"), str) else {}
    plain = {key: _plain(value) for key, value in schema.items() if key not in ("oneOf", "discriminator")}
    return plain | ({"anyOf": _plain(schema["oneOf"])} if "oneOf" in schema else {}) | named


def _typed(schema: dict, value: str) -> object:
    """What a text in a query stands for."""
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    return {"true": True, "false": False}.get(value, value) if kind == "boolean" else value
