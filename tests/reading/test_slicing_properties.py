"""Whatever the program: a function that was sliced out of it answers as it does after the whole notebook has run."""

from hypothesis import given, settings
from hypothesis import strategies as st

from autograding.reading.notebook import parse
from autograding.reading.pair import Submission
from autograding.reading.slicing import Program
from autograding.worker.namespace import Namespace

NAMES = st.sampled_from("abcde")
FUNCTIONS = st.sampled_from(["f", "g", "h"])
NUMBERS = st.integers(0, 9)


@st.composite
def expressions(draw, names=NAMES):
    """Over globals that are numbers: all are bound in the first cell."""
    kind = draw(st.integers(0, 5))
    one, other = draw(names), draw(names)
    return [
        str(draw(NUMBERS)),
        one,
        f"{one} + {other}",
        f"sum({one} for _ in range(2))",
        f"[{other} for {one} in range(3)][-1]",
        f"(lambda {one}: {one} * {other})(2)",
    ][kind]


@st.composite
def statements(draw):
    name, other, number = draw(NAMES), draw(NAMES), draw(NUMBERS)
    function, called = draw(FUNCTIONS), draw(FUNCTIONS)
    value = draw(expressions())
    return draw(
        st.sampled_from(
            [
                f"{name} = {value}",
                f"{name} += {value}",
                f"{name}, {other} = {value}, {number}",
                f"{name}: int = {value}",
                f"if {other} > {number}:\n    {name} = {value}\nelse:\n    {other} = 1",
                f"for {name} in range(2):\n    {other} += {name}",
                f"try:\n    {name} = {value}\nfinally:\n    {other} = {number}",
                f"def {function}(x=1):\n    return {value} + x",
                f"def {function}(x={name}):\n    {other} = x\n    return {other} + {value}",
                f"def count(x=1):\n    global {name}\n    {name} += 1\n    return {name}",  # called by nobody
                f"def {function}(x=1):\n    def inner():\n        return {value}\n    return inner() + x",
                f"class K:\n    z = {value}\ndef {function}(x=1):\n    return K.z + {name}",
                f"table = [{value}]\ntable[0] = {number}\n{name} = table[0]",
                f"{name} = {called}(2)",
                f"import math\n{name} = math.floor({value} + 0.5)",
            ]
        )
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(statements(), min_size=1, max_size=8), st.sampled_from(["f", "g", "h", "count"]))
def test_a_slice_answers_as_the_whole_notebook(cells, wanted):
    functions = "def f(x=1): return a\ndef g(x=1): return b + x\ndef h(x=1): return 7\ndef count(x=1): return 0"
    start = "a = 1; b = 2; c = 3; d = 4; e = 5\n" + functions
    source = "\n# %%\n".join([start, *cells])
    whole: dict = {}
    try:
        exec(source, whole)
        expected = whole[wanted](3)
    except RecursionError:
        return
    sliced = getattr(Namespace(Submission(Program([parse("nb1.py", source)], {}))), wanted)
    assert sliced(3) == expected, source
