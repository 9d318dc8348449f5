#!/usr/bin/env python3
"""Print the sheet of checkpoint codes, to announce one when a student is stuck.

example: scripts/codes.py day1_vae
"""

import _venv  # noqa: F401  (continues inside .venv)


from genweek import verbs
from genweek.course.day import days
from genweek.making.locking import code_for, course_secret, sections
from genweek.making.masters import Master


def main() -> int:
    options = verbs.parser(__doc__, "slugs").parse_args()
    for day in days(options.slugs):
        secret = course_secret(in_use=verbs.secret_in_use(day.slug))
        print(day.title)
        for stem in day.notebooks:
            for id, functions in sections(Master(day.masters / f"{stem}.py")).items():
                print(f"  {id:8} {code_for(day.slug, id, secret)}   unlocks {', '.join(functions)}")
    return 0


if __name__ == "__main__":
    verbs.run(main)
