"""A class that is graded in parts, on many machines."""

import shutil

import pytest
from attacks.arena import PARTLY, SOLVED

from genweek.course.day import CourseError
from genweek.regrading import grades

pytestmark = [
    pytest.mark.skipif(not shutil.which("bwrap"), reason="the sandbox needs bubblewrap"),
    pytest.mark.usefixtures("warm"),
]


def test_parts_make_the_same_table_as_one_run(course, tmp_path):
    for number in range(5):
        course.hand_in(f"s{number}", SOLVED if number % 2 else PARTLY)
    course.run("--seed", "7")
    parts = [tmp_path / "part1", tmp_path / "part2"]
    for number, part in enumerate(parts, 1):
        course.run("--seed", "7", "--shard", f"{number}/2", out=part)
    course.run("--merge", *map(str, parts), out=tmp_path / "merged")
    assert (tmp_path / "merged" / "grades.csv").read_bytes() == (course.out / "grades.csv").read_bytes()
    assert (tmp_path / "merged" / "summary.txt").read_bytes() == (course.out / "summary.txt").read_bytes()
    with pytest.raises(CourseError, match="in two parts"):
        grades.merge([parts[0], course.out], tmp_path / "again", "target")
    with pytest.raises(CourseError, match="not done"):
        grades.merge([tmp_path / "nowhere"], tmp_path / "again", "target")
    with pytest.raises(CourseError, match="holds the grades of target, not of day1_vae"):
        grades.merge(parts, tmp_path / "again", "day1_vae")
    with pytest.raises(CourseError, match="holds grades already"):
        course.run("--merge", *map(str, parts), out=tmp_path / "merged")


def test_parts_that_ask_other_questions_are_not_one_class(course, tmp_path):
    course.hand_in("ada")
    course.hand_in("bob")
    parts = [tmp_path / "part1", tmp_path / "part2"]
    for number, part in enumerate(parts, 1):
        course.run("--seed", str(number), "--shard", f"{number}/2", out=part)
    with pytest.raises(CourseError, match="do not ask the same questions: the seed changed"):
        grades.merge(parts, tmp_path / "merged", "target")


def test_an_appeal_after_parts_asks_the_questions_of_the_others(course, tmp_path):
    course.hand_in("ada")
    course.run("--seed", "7", out=tmp_path / "part")
    merged = tmp_path / "merged"
    course.run("--merge", str(tmp_path / "part"), out=merged)
    with pytest.raises(CourseError, match="name it with --seed"):
        course.run("--only", "ada", out=merged)
    with pytest.raises(CourseError, match="another seed than that of --seed"):
        course.run("--only", "ada", "--seed", "8", out=merged)
    assert course.run("--only", "ada", "--seed", "7", out=merged)["ada"]["score"] == "100"


@pytest.mark.parametrize("shard", ["3/2", "0/2", "1", "x/y"])
def test_a_part_that_is_none_is_a_sentence(course, shard):
    with pytest.raises(CourseError, match="write it as K/N"):
        course.run("--shard", shard)
