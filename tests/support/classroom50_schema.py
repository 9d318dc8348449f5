"""The contract of foundation50/classroom50, as its schemas/result-v1.schema.json and design notes state it."""

TEST_RESULT = {
    "type": "object",
    "required": ["test-name", "passed", "score", "max-score"],
    "properties": {
        "test-name": {"type": "string", "minLength": 1},
        "passed": {"type": "boolean"},
        "score": {"type": "integer", "minimum": 0},
        "max-score": {"type": "integer", "minimum": 0},
    },
}
NAMES = ["classroom", "assignment", "owner", "commit", "release", "review"]
RESULT_V1 = {
    "type": "object",
    "additionalProperties": False,
    "properties": {name: {"type": "string", "minLength": 1} for name in NAMES}
    | {
        "schema": {"const": "classroom50/result/v1"},
        "assignment_type": {"enum": ["individual", "group", "team"]},
        "submission": {"type": "string", "pattern": "^submit/"},
        "datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"},
        "score": {"type": "integer", "minimum": 0},
        "max-score": {"type": "integer", "minimum": 0},
        "tests": {"type": "array", "items": TEST_RESULT},
    },
}
RESULT_V1["required"] = list(RESULT_V1["properties"])
