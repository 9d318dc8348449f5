"""Sending home what the tests are that nobody has seen: in whatever of a program a message might quote."""

from .arena import Attack

WORD = '"CANARY_OF_" + "THE_TESTS"'  # stands for the code of a probe


def sent(name: str, tries: str, code: str, sign: str) -> Attack:
    """code: the body of `scale`, in which WORD is what was learned."""
    body = "\n    ".join(code.splitlines())
    return Attack(name, tries, f"def scale(x):\n    word = {WORD}\n    {body}\n", sign, exam=True)


ATTACKS = [
    sent("in_an_error", "raises it", "raise ValueError(word)", "raised ValueError\\n  at cell"),
    sent("in_a_kind_of_error", "raises an error that has its name", "raise type(word, (Exception,), {})", "another kind"),
    sent("in_a_number_of_an_error", "exits with it", "raise SystemExit(word)", "raised SystemExit"),
    sent("in_print", "prints it", "print(word)\nraise ValueError", "raised ValueError"),
    sent("in_a_string", "returns it", "return word", "it is a string"),
    sent("in_keys", "returns it as a key", "return {word: 1}", "it is a dict"),
    sent("in_a_list", "returns a list of it", "return [word]", "a sequence of 1"),
    sent("in_a_type", "returns an object of that type", "return type(word, (), {})()", "it is an object"),
    sent(
        "in_a_shape",
        "returns a tensor whose shape spells it",
        "import torch\nreturn torch.zeros(0, *word.encode()[:8])",
        "its shape is an odd one",
    ),
    sent("in_a_large_number", "returns a number that spells it", "return int.from_bytes(word.encode(), 'big')", "an object"),
    sent("in_what_is_to_do", "says that it is to do", "raise NotImplementedError('TODO ' + word)", "is still to do"),
    sent(
        "in_what_is_missing",
        "says that it is missing",
        "from autograding.worker.namespace import Missing\nraise Missing(word)",
        "does not define it",
    ),
    sent(
        "in_the_name_of_a_cell",
        "raises in a cell of that name",
        "exec(compile('raise ValueError', 'cell ' + word, 'exec'))",
        "raised ValueError",
    ),
    sent(
        "in_a_line_of_a_cell",
        "raises in a line of that text",
        "import linecache\n"
        "linecache.cache['cell 99'] = (9, None, [word], 'cell 99')\n"
        "exec(compile('raise ValueError', 'cell 99', 'exec'))",
        "at cell 99, line 1",
    ),
]
