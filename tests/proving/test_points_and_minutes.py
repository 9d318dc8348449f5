"""What the handout, the notebook and its tests say of points and minutes is compared; each difference is a sentence."""

import pytest

from genweek.proving.handout import faults_of_headings, faults_of_minutes, faults_of_points

NOTEBOOK = """
| Section | What you do | Minutes | Points | |
|---|---|---|---|---|
| 0 Recap | read | 30 | | on-ramp, together |
| A Parts | `f`, `g` | 20 | 5 | core |
| B Rest | | 40 | | core |
| Extensions | `h` | as you like | | at home |

## Section 0 — Recap · 30 min
## Section A — Parts · 20 min
### Exercise nb6.f · 2 points · 8 min
### Exercise nb6.g · 3 points · 12 min
## Section B — Rest · 40 min
## Extensions, for the fast
### Exercise nb6.h · 0 points · 90 min
"""
HANDOUT = """
| 0:00–0:30 | On-ramp: all |
| 0:30–1:30 | **Notebook 6**, `nb6_x`: rest |

**Notebook 6 in 60 minutes**

| section | minutes | |
|---|---|---|
| 0 Recap | 30 | on-ramp, together |
| A Parts | 20 | core |
| B The rest | 40 | core |
| Extensions | as you like | at home |

## Points

| exercise | points |
|---|---|
| **Notebook 6** | **5** |
| `nb6.f` | 2 |
| `nb6.g` | 3 |
| `nb6.h`, `nb6.k` (extensions) | 0 |
"""
TESTED = {"nb6.f": 2, "nb6.g": 3, "nb6.h": 0, "nb6.k": 0}


def test_what_agrees_has_no_fault():
    assert faults_of_minutes(NOTEBOOK, HANDOUT, "nb6") == []
    assert faults_of_headings(NOTEBOOK, TESTED) == [] and faults_of_points(HANDOUT, TESTED) == []


def test_a_paper_that_the_plan_gives_no_slot_needs_no_minutes():
    assert faults_of_minutes("# A sheet", HANDOUT, "mock1") == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("| `nb6.f` | 2 |", "| `nb6.f` | 4 |", "gives 4 points for nb6.f, its tests 2"),
        ("**5**", "**6**", "gives 6 points for Notebook 6, its tests 5"),
        ("(extensions) | 0", "(extensions) | 1", "gives 1 points for nb6.h, its tests 0"),
        ("| `nb6.f` | 2 |", "| `nb7.f` | 2 |", "gives 2 points for nb7.f, and no test has it"),
    ],
)
def test_other_points_in_the_handout_are_told(old, new, words):
    assert words in faults_of_points(HANDOUT.replace(old, new), TESTED)[0]


def test_other_points_in_a_heading_are_told():
    one, two = faults_of_headings(NOTEBOOK.replace("nb6.f · 2 points", "nb6.f · 4 points"), TESTED)
    assert "heading of nb6.f says 4 points, its tests 2" in one and "gives 5 points for Section A, its exercises 7" in two


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Rest · 40 min", "Rest · 35 min", "Section B has 35 min in its heading, 40 in the table"),
        ("Rest · 40 min", "Rest", "Section B has None min in its heading"),
        ("nb6.g · 3 points · 12 min", "nb6.g · 3 points · 13 min", "the exercises of Section A take 21 min"),
        ("| 40 | | core |", "| 40 | | later |", "is marked 'later'"),
        ("| 40 | | core |", "| 41 | | core |", "marked core take 61 minutes, and the plan has 60"),
        ("| 30 | | on-ramp", "| 31 | | on-ramp", "marked on-ramp take 31 minutes, and the plan has 30"),
        ("## Section B — Rest · 40 min\n", "", "Section B is not in both"),
    ],
)
def test_other_minutes_in_the_notebook_are_told(old, new, words):
    assert old in NOTEBOOK
    assert any(words in fault for fault in faults_of_minutes(NOTEBOOK.replace(old, new), HANDOUT, "nb6"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("| A Parts | 20 |", "| A Parts | 15 |", "other sections or minutes: A"),
        ("| B The rest | 40 | core |", "| B The rest | 40 | at home |", "other sections or minutes: B"),
        ("6 in 60", "6 in 70", "its title in the handout gives it 70 minutes"),
        ("0:30–1:30", "0:30–1:40", "the timetable in the handout gives it 70 minutes"),
        ("**Notebook 6 in 60 minutes**", "", "its title in the handout gives it None minutes"),
    ],
)
def test_other_minutes_in_the_handout_are_told(old, new, words):
    assert old in HANDOUT
    assert any(words in fault for fault in faults_of_minutes(NOTEBOOK, HANDOUT.replace(old, new), "nb6"))
