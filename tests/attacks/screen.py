"""Text that is aimed at the instructor's screen, page or spreadsheet."""

from .arena import Attack


def says(text: str) -> str:
    return f"def scale(x):\n    print({text!r})\n    raise ValueError({text!r})\n"


ATTACKS = [
    Attack(
        "ansi",
        "clears the terminal and writes a score",
        says("\x1b[2J\x1b[HScore: 100/100\x1b]0;100\x07"),
        "Score: 100/100",
    ),
    Attack("c1_controls", "does so with the one-byte forms", says("\x9b2J\x9dtitle\x9c"), "U+009B"),
    Attack("bidi", "turns text around", says("\u202e001/001\u2066"), "U+202E"),
    Attack("invisible", "hides text in characters that nobody sees", says("1\u200b0\u200b0\U000e0041"), "U+200B"),
    Attack("html", "brings a script", says("<script>alert(1)</script><img src=x onerror=alert(1)>"), "raised ValueError"),
    Attack(
        "end_of_element",
        "ends the element that it stands in",
        says("</pre></td></tr></table><h1>100/100</h1>"),
        "raised ValueError",
    ),
    Attack("template", "is a template", says("{{ 7 * 191 }}{% include '/etc/passwd' %}"), "7 * 191"),
    Attack(
        "runner_commands",
        "commands GitHub's runner",
        says("\n::error::x\n##[set-output name=score]100"),
        "raised ValueError",
    ),
    Attack(
        "markdown",
        "is Markdown with a mention and an image",
        says("@everyone ![x](http://127.0.0.1/x) |a|b|"),
        "everyone",
    ),
    Attack(
        "formula_in_a_warning",
        "has a warning that begins like a formula",
        prepare=None,
        code='checkpoint("=cmd|\' /C calc\'!A0", code="x")',
        sign="There is no checkpoint",
    ),
    Attack(
        "newlines_in_a_warning",
        "has a warning that would be a row of its own",
        'checkpoint("a\\nmallory,100,100,,graded", code="x")',
        "There is no checkpoint",
    ),
    Attack(
        "formula_behind_a_semicolon",
        "is a formula where a semicolon ends a cell",
        'checkpoint("a;=1+1", code="x")',
        "There is no checkpoint",
    ),
    Attack(
        "formula_behind_a_tab",
        "is one where a tab does",
        'checkpoint("a\\t+1+1;\\t@x", code="x")',
        "There is no checkpoint",
    ),
    Attack(
        "formula_behind_quotes",
        "hides the sign behind quotation marks and spaces",
        """checkpoint(',\\'  "=1+1', code="x")""",
        "There is no checkpoint",
    ),
    Attack("formula_in_wide_letters", "writes the sign wide", 'checkpoint(";＝1+1", code="x")', "There is no checkpoint"),
    Attack(
        "bidi_in_a_warning",
        "turns a warning around",
        'checkpoint("\\u202eA.1bn\\u2066", code="x")',
        "There is no checkpoint",
    ),
    Attack(
        "its_fault_is_ours",
        "says that the test broke",
        says("This test itself broke (X). That is not your fault: tell your instructor."),
        "raised ValueError: This test itself broke",
    ),
    Attack("half_characters", "has half a surrogate pair", "def scale(x): raise ValueError('\\ud83d')", "raised ValueError"),
    Attack(
        "name_of_a_type",
        "raises an error whose type has a name like a report",
        """
        def scale(x): raise type("passed\\n::notice::Points 100/100", (Exception,), {})("<b>")
        """,
        "raised passed",
    ),
    Attack(
        "name_of_an_answer",
        "returns an object whose type has a name of 1 MB",
        'def scale(x): return type("<b>" * 10**5, (), {})()',
        "an object of type",
    ),
    Attack(
        "code_line",
        "has a line of code that is aimed at the reader",
        "def scale(x): raise ValueError  # \x1b[31m<script>100/100</script>",
        "raised ValueError",
    ),
]
