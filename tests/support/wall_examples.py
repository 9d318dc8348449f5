"""Made-up classes of any size, for the tests of the wall."""

from datetime import timedelta

from classroom_examples import NINE, NOON, SLUG

from autograding.reports.scorecard import Assignment, Outcome, ScoreCard, TaskScore
from genweek.classroom.wall.progress import Class, Progress
from genweek.course.roster import Student

MINUTE = timedelta(minutes=1)
TOY = Assignment(SLUG, "A toy", 8)
MISTAKE = "The ½ of the KL is missing."
LONG = "nb2.AnUncommonlyLongNameOfAModel.and_of_what_it_computes_from_z2"


def card(*points: int, mistake: str = "") -> ScoreCard:
    """A score card with a task of four points for each number."""
    tasks = []
    for number, got in enumerate(points, 1):
        status = "pass" if got == 4 else "fail" if got or mistake else "todo"
        said = mistake if got < 4 else ""
        outcomes = Outcome("one", "A test", status, got, 4, "", said), Outcome("other", "", status, 0, 0, "", said)
        tasks.append(TaskScore(f"nb1.t{number}", got, 4, outcomes))
    return ScoreCard(TOY, sum(points), 8, tuple(tasks))


def failed(status: str, absent: str = "") -> ScoreCard:
    """A score card whose second task failed without a mistake that has a name."""
    done = TaskScore("nb1.t1", 4, 4, (Outcome("one", "A test", "pass", 4, 4, "", ""),))
    return ScoreCard(TOY, 4, 8, (done, TaskScore("nb1.t2", 0, 4, (Outcome("two", "", status, 0, 4, "", "", absent),))))


def one(number: int, score: ScoreCard | None = None, gained: int = 0, pushed: int | None = None) -> Progress:
    """A student. gained, pushed: minutes after nine of the last progress and of the last push (a minute later)."""
    who = Student(f"s{number}", f"Name{number} <b>", f"s{number}@uni.example")
    if score is None:
        return Progress(who, "nothing pushed")
    gain, last = NINE + gained * MINUTE, NINE + (gained + 1 if pushed is None else pushed) * MINUTE
    return Progress(who, "graded", score, 2, gain, last, gain)


def klass(*students: Progress, minutes: int = 60) -> Class:
    return Class(TOY, ("nb1.t1", "nb1.t2"), students, NINE, NOON, NINE + minutes * MINUTE)


def crowd(count: int, tasks: int = 20) -> Class:
    """A class in which everything occurs: each state of each task, long ids, points of two digits, names of all kinds."""
    ids = tuple(LONG if number == 3 else f"nb1.task_number_{number}" for number in range(tasks))
    names = "Wolfeschlegelsteinhausenbergerdorff Maximiliana von und zu Hohenfels", "محمد عبد الله", "Bo"
    kinds = (("pass", 12, ""), ("fail", 10, MISTAKE), ("fail", 0, MISTAKE * 3), ("timeout", 0, ""), ("error", 0, ""))
    students = []
    for number in range(count):
        made = []
        for place, id in enumerate(ids):
            far = place * count - number * tasks
            status, got, said = kinds[0] if far < -count else kinds[(number + place) % 5] if far < count else ("todo", 0, "")
            said = f"{place}: {said}" if said else ""
            made.append(TaskScore(id, got, 12, (Outcome("one", "", status, got, 12, f"{place} raised", said),)))
        score = ScoreCard(TOY, sum(task.score for task in made), 12 * tasks, tuple(made))
        who = Student(f"s{number}", names[number % 3], f"s{number}@uni.example", "A")
        when = NINE + number % 60 * MINUTE
        pushed = Progress(who, "graded", score, 3, NINE, when + number % 2 * MINUTE, when)
        students.append(pushed if number % 9 else Progress(who, "nothing pushed"))
    toy = Assignment(SLUG, "Tuesday: VAEs and hierarchical VAEs", 12 * tasks)
    return Class(toy, ids, tuple(students), NINE, NOON, NINE + 80 * MINUTE)
