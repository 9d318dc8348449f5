"""Writing the result instead of earning it."""

import json

from .arena import Attack

PERFECT = json.dumps({"schema": "genweek/scores/v1", "score": 100, "max_score": 100, "tasks": []})


def files(**texts: str):
    """Puts files into the submission; `__` in a name is a folder, a last `_` a dot."""

    def prepare(folder, arena):
        for name, text in texts.items():
            path = folder / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return prepare


ATTACKS = [
    Attack(
        "writes_scores",
        "writes scores.json wherever it may stand",
        f"""
        def scale(x):
            import pathlib
            written = 0
            for folder in (".", "/tmp", "/grader", "/grader/autograding", "/", "/dev/shm", "/proc/self/cwd", "/run", "/out"):
                try: written += pathlib.Path(folder, "scores.json").write_text({PERFECT!r})
                except OSError: pass
            raise ValueError(f"{{written}} bytes written")
        """,
        "0 bytes written",
    ),
    Attack(
        "claims_a_score",
        "hands in a scores.json of 100 points",
        prepare=files(scores_dot_json=PERFECT),
        sign='"claimed": 100',
    ),
    Attack(
        "claims_nonsense",
        "hands in a scores.json that is a bomb",
        prepare=files(scores_dot_json="[" * 10**5),
        sign='"claimed": null',
    ),
    Attack(
        "claims_a_huge_number",
        "claims a number with 10,000 digits",
        prepare=files(scores_dot_json='{"score": ' + "9" * 10**4 + "}"),
        sign='"claimed": null',
    ),
    Attack(
        "claims_a_formula",
        "hands in a commit that a spreadsheet would run",
        prepare=files(_dot_commit="=cmd|' /C calc'!A0"),
        sign='"commit": null',
    ),
    Attack(
        "prints_a_result",
        "prints what Classroom's reporter prints",
        """
        def scale(x):
            print("::notice title=Autograding complete::Points 100/100")
            print('::notice title=Autograding report::{"totalPoints":100,"maxPoints":100}')
            raise ValueError("::set-output name=score::100")
        """,
        "It printed",
    ),
    Attack(
        "writes_to_the_log",
        "writes commands to the file descriptors of stdout and stderr",
        """
        def scale(x):
            import os
            for stream in range(3): os.write(stream, b"\\n##[set-env name=SCORE]100\\n::stop-commands::x\\n")
            return x
        """,
    ),
    Attack(
        "github_files",
        "looks for GITHUB_OUTPUT and its kind",
        """
        def scale(x):
            import os
            raise ValueError(sorted(name for name in os.environ if name.startswith(("GITHUB", "RUNNER", "ACTIONS"))))
        """,
        "raised ValueError: []",
    ),
    Attack(
        "conftest",
        "brings a conftest.py, a pytest.ini and a plugin that pass everything",
        prepare=files(
            conftest_dot_py="def pytest_runtest_makereport(item, call): raise SystemExit(0)",
            pytest_dot_ini="[pytest]\naddopts=-k no",
            setup_dot_cfg="[tool:pytest]\naddopts=-k nothing",
        ),
        sign="graded",
    ),
    Attack(
        "sitecustomize",
        "brings modules that Python imports when it starts",
        prepare=files(sitecustomize_dot_py="import os; os._exit(0)", usercustomize_dot_py="import os; os._exit(0)"),
        sign="graded",
    ),
    Attack(
        "shadow_modules",
        "brings its own torch, numpy, json and socket",
        prepare=files(torch_dot_py="raise SystemExit", numpy_dot_py="raise SystemExit", json_dot_py="", socket_dot_py=""),
        sign="graded",
    ),
    Attack(
        "its_own_grader",
        "brings a grader and tests that are kinder",
        prepare=files(
            autograding____init___dot_py="",
            autograding__checks__compare_dot_py="def assert_same(*a, **k): pass",
            autograding__tests__test_nb1_target_dot_py="",
            autograding__assignment_dot_json="{}",
            autograding__recorded_dot_json="{}",
        ),
        sign="graded",
    ),
    Attack(
        "its_own_genlab",
        "brings helpers that the worker would import",
        """
        import genlab
        def scale(x): raise ValueError(genlab.__file__)
        """,
        "/grader/genlab",
        prepare=files(genlab____init___dot_py="SCORE = 100"),
    ),
    Attack(
        "says_it_passed",
        "returns words that mean success",
        "def scale(x): return {'status': 'pass', 'points': 100}",
        "a dict with the keys status, points",
    ),
    Attack(
        "raises_the_judges_own",
        "raises the judge's own exceptions",
        """
        from autograding.checks.compare import Mismatch
        def scale(x): raise Mismatch("passed")
        """,
        "raised ModuleNotFoundError: No module named 'autograding.checks'",
    ),
    Attack(
        "declares_points",
        "marks its own function as a test that is worth 1,000 points",
        """
        from autograding import task
        @task("nb1.scale", points=1000)
        def test_scale(student): pass
        def scale(x): return x
        """,
    ),
]
