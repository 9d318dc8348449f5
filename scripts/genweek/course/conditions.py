"""What is allowed in the practical exam, and the words in which that is said: the same in the exam's notebook, in its
handout, in Notebook 6 and on the proctor's sheet. How work is handed in follows from it.

That everybody works alone and that assistants are forbidden is no setting: it stands there whatever else is allowed.
"""

from typing import Literal

import msgspec

from . import toml

SLOT = "{{ exam.conditions }}"  # stands in a text for what is allowed
OFTEN, HAND_IN = "{{ exam.often }}", "{{ exam.hand_in }}"  # and these for a sentence each
NETWORK = {
    "forge": "The network: for opening the exam and handing in, and for nothing else.",
    "none": "The network: **not allowed**. The exam is opened with a code, and handed in on a stick.",
}
HANDING_IN = {
    "forge": {
        OFTEN: "Push every 20 minutes: your last push in time counts.",
        HAND_IN: "Save the notebook, then `git add`, `git commit`, `git push`. Your last push before the end counts.",
    },
    "none": {
        OFTEN: "Commit every 20 minutes: what is on the stick at the end counts.",
        HAND_IN: "Save the notebook, then `git add` and `git commit`. At the end, `git bundle create LOGIN.bundle main` "
        "with your own login makes the file that a proctor takes on a stick.",
    },
}
ALWAYS = (
    "You work alone: **no messages** to others, and none from them.",
    "Assistants of any kind, completion by a model in the editor included: **forbidden**, whatever stands above.",
)


class Conditions(toml.Table, frozen=True, kw_only=True):
    """The `[exam.conditions]` of course.toml."""

    course_notebooks: bool = False
    documentation: bool = True
    own_notes: bool = True
    network: Literal["forge", "none"] = "forge"

    def changed(self, by: "Changes | None") -> "Conditions":
        """As a sitting has them."""
        given = {name: value for name, value in msgspec.structs.asdict(by).items() if value is not None} if by else {}
        return msgspec.structs.replace(self, **given)

    def lines(self) -> list[str]:
        """A sentence of Markdown for each."""
        things = {
            "The notebooks of the week, your own ones included": self.course_notebooks,
            "Documentation that is installed on your machine, such as `help(torch.where)`": self.documentation,
            "Your own notes on paper": self.own_notes,
        }
        allowed = [f"{thing}: **{'allowed' if yes else 'not allowed'}**." for thing, yes in things.items()]
        return [*allowed, NETWORK[self.network], *ALWAYS]

    @property
    def handing_in(self) -> dict[str, str]:
        """What stands in the slots that speak of handing in, on one line each."""
        return HANDING_IN[self.network]

    @property
    def slots(self) -> dict[str, str]:
        """What stands in each slot."""
        return {SLOT: self.in_words(), **self.handing_in}

    def in_words(self) -> str:
        """A list in Markdown."""
        return "\n".join(f"- {line}" for line in self.lines())


class Changes(toml.Table, frozen=True, kw_only=True):
    """The `conditions` of a sitting: what is otherwise there than in course.toml."""

    course_notebooks: bool | None = None
    documentation: bool | None = None
    own_notes: bool | None = None
    network: Literal["forge", "none"] | None = None


def exchanged(text: str, old: Conditions, new: Conditions) -> str:
    """A text that was filled with `old`, be it Markdown, a script or a notebook, as if it had been with `new`."""
    was, now = ([*one.lines(), *one.handing_in.values()] for one in (old, new))
    for one, other in zip(was, now, strict=True):
        text = text.replace(one, other)
    return text


def filled(text: str, conditions: Conditions) -> str:
    """The text with what is allowed, and how work is handed in, in the place of the slots."""
    for slot, words in conditions.slots.items():
        text = text.replace(slot, words)
    return text
