#!/usr/bin/env python3
"""Print the sheet of codes: of checkpoints, to announce one when a student is stuck; of an exam, what opens each sitting.

example: scripts/codes.py day1_vae
"""

import _venv  # noqa: F401  (continues inside .venv)


from genweek import verbs
from genweek.course.day import Day, days
from genweek.course.schedule import in_words
from genweek.making.closing import start_code, windows
from genweek.making.checkpoints import sections
from genweek.making.locking import code_for, course_secret
from genweek.making.masters import Master


def main() -> int:
    options = verbs.parser(__doc__, "slugs").parse_args()
    for day in days(options.slugs):
        secret = course_secret(in_use=verbs.secret_in_use(day.slug))
        print(day.title)
        print(*(_of_sittings if day.facts.kind != "lab" else _of_checkpoints)(day, secret), sep="\n")
    return 0


def _of_checkpoints(day: Day, secret: bytes) -> list[str]:
    return [
        f"  {id:8} {code_for(day.slug, id, secret)}   unlocks {', '.join(functions)}"
        for stem in day.notebooks
        for id, functions in sections(Master(day.masters / f"{stem}.py")).items()
    ]


def _of_sittings(day: Day, secret: bytes) -> list[str]:
    """Not to be shown before the sitting opens."""
    rows = [(one, start_code(day.slug, one.id, secret), ", ".join(one.papers) or "it") for one in windows(day)]
    return [f"  {one.id:8} {code}   opens {papers}: show it {in_words(one.opens)}" for one, code, papers in rows]


if __name__ == "__main__":
    verbs.run(main)
