"""A mistake is named when everything measured agrees with it, and with no other sentence."""

import numpy as np
import pytest
from tiny_notebooks import solved

from autograding.judge.faults import from_error
from autograding.judge.mistakes import sentence_for


def entry(got, rtol=1e-4, atol=1e-5) -> dict:
    return {"got": got, "rtol": rtol, "atol": atol}


X = np.array([1.0, 2.0, 3.0])
KNOWN = [
    {"sentence": "Twice.", "observed": {"a": [entry(2 * X)], "b": [entry(4.0), {"error": "ValueError: x"}]}},
    {"sentence": "Half.", "observed": {"a": [entry(X / 2)], "b": [entry(1.0)]}},
]


def seen(a, *b) -> dict:
    return {"a": [entry(a)], "b": list(b)}


def test_a_mistake_that_agrees_with_everything_is_named():
    assert sentence_for(seen(2 * X, entry(4.0), {"error": "ValueError: x"}), KNOWN) == "Twice."
    assert sentence_for(seen(X / 2, entry(1.0)), KNOWN) == "Half."


@pytest.mark.parametrize(
    "observed",
    [
        seen(2 * X, entry(4.1), {"error": "ValueError: x"}),
        seen(2 * X, entry(4.0), {"error": "ValueError: y"}),
        seen(2 * X, entry(4.0)),
        seen(2 * X, entry(4.0), entry(5.0)),
        seen(2 * X[:2], entry(4.0), {"error": "ValueError: x"}),
        {"a": [entry(2 * X)]},
        {},
        seen((2 * X).astype(int), entry(4.0), {"error": "ValueError: x"}),
        seen(None),
        seen("x", entry(1.0)),
        seen(np.array([None]), entry(1.0)),
        seen({"k": X}, entry(1.0)),
        seen((X, X), entry(1.0)),
        seen(np.nan * X, entry(1.0)),
        seen(np.array(["a"]), entry(1.0)),
        seen(X / 2, entry(None)),
        seen(X > 0, entry(1.0)),
    ],
)
def test_one_disagreement_is_enough_to_say_nothing(observed):
    assert sentence_for(observed, KNOWN) is None


def test_an_error_is_of_one_kind_whatever_values_it_shows():
    text = "Expected parameter probs to satisfy the constraint Simplex(), but found invalid values:\ntensor({})"
    one, other = (from_error({"type": "ValueError", "text": text.format(values)}, "") for values in ("[0.1]", "[0.7]"))
    assert one.kind == other.kind and "[0.1]" in str(one), "the student sees the values all the same"
    assert from_error({"type": "ValueError", "text": "too many values"}, "").kind != one.kind


def test_two_sentences_that_fit_are_none():
    assert sentence_for(seen(X / 2, entry(1.0)), [*KNOWN, KNOWN[1] | {"sentence": "Other."}]) is None


def test_two_mistakes_with_one_sentence_are_named():
    assert sentence_for(seen(X / 2, entry(1.0)), [*KNOWN, dict(KNOWN[1])]) == "Half."


def test_structures_are_compared_by_their_parts():
    known = [{"sentence": "S.", "observed": {"a": [entry(({"k": X}, 1.0, "t", None))]}}]
    assert sentence_for({"a": [entry(({"k": X + 1e-6}, 1.0, "t", None))]}, known) == "S."
    assert sentence_for({"a": [entry(({"k": X + 1}, 1.0, "t", None))]}, known) is None


def test_nan_agrees_with_nan():
    known = [{"sentence": "S.", "observed": {"a": [entry(np.array([np.nan, 1.0]))]}}]
    assert sentence_for({"a": [entry(np.array([np.nan, 1.0]))]}, known) == "S."


def test_a_known_mistake_is_named_in_a_submission(tiny):
    session = tiny.run({".py": solved("def scale(x): return x")}, tiny.recording)
    observed = {result.key: result.observed for result in session.results if result.task.id == "nb1.scale"}
    recording = tiny.recording | {"mistakes": {"nb1.scale": [{"sentence": "Nothing was scaled.", "observed": observed}]}}
    session = tiny.run({".py": solved("def scale(y): return y * 1.0")}, recording)
    assert {result.mistake for result in session.results if result.status != "pass"} == {"Nothing was scaled."}
    session = tiny.run({".py": solved("def scale(x): return 3 * x")}, recording)
    assert {result.mistake for result in session.results} == {None}


def attempts(own, given) -> dict:
    return {"a": [entry(own) | {"attempt": 1}, entry(given) | {"attempt": 2}]}


def test_a_mistake_keeps_its_name_when_a_part_is_wrong_too():
    known = [{"sentence": "Twice.", "observed": attempts(2.0, 20.0)}, {"sentence": "Half.", "observed": attempts(0.5, 5.0)}]
    assert sentence_for(attempts(9.0, 20.0), known) is None
    assert sentence_for(attempts(9.0, 20.0), known, parts_are_wrong=True) == "Twice."
    assert sentence_for(attempts(9.0, 7.0), known, parts_are_wrong=True) is None
    assert sentence_for(seen(2 * X), known, parts_are_wrong=True) is None


def test_a_scalar_of_numpy_is_the_number_that_was_recorded():
    recorded = {
        "sentence": "Say it.",
        "observed": {"t": [{"got": 7, "rtol": 0, "atol": 0}, {"got": 0.5, "rtol": 0, "atol": 0}]},
    }
    seen = {"t": [{"got": np.int64(7), "rtol": 0, "atol": 0}, {"got": np.float32(0.5), "rtol": 0, "atol": 0}]}
    assert sentence_for(seen, [recorded]) == "Say it."
