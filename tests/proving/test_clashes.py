"""A name that a student and a lesson both bind: the proof finds it where the lesson's would win."""

from types import SimpleNamespace

from genweek.making.masters import Master
from genweek.proving.clashes import overruled, own_names_beat_the_lessons

LESSON = """
# %% [markdown]
# # A lesson

# %% tags=["exercise"]
def step(x):
    # TODO nb1.step
    # BEGIN SOLUTION
    return x
    # END SOLUTION

# %%
T = 10

# %% tags=["active-ipynb"]
log = step(T)
"""


def test_a_lesson_would_win_if_its_statements_were_not_known(tmp_path):
    path = tmp_path / "nb1_lesson.py"
    path.write_text(LESSON)
    master = Master(path)
    assert own_names_beat_the_lessons(SimpleNamespace(masters=[master])) == []
    unknown = SimpleNamespace(
        stem=master.stem, starter=master.starter, starter_sources=master.starter_sources, handed_out=None
    )
    assert overruled(unknown, "step", ["T", "log"]) == ["T", "log"]
