"""Reads the one job of `classroom.yml`: its steps, their conditions, and the few expressions that they use.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

PATH = Path(".github/workflows/classroom.yml")
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
JOB_MINUTES = 360.0  # GitHub's own limit where a job states none
CONDITIONS = {  # what a step's `if` says, given whether every step before it went well
    "": lambda well: well,
    "success()": lambda well: well,
    "failure()": lambda well: not well,
    "always()": lambda well: True,
    "!cancelled()": lambda well: True,
}


class WorkflowError(Exception):
    """The workflow cannot be run; the message says why."""


@dataclass(frozen=True)
class Step:
    """One step. It has either `run`, a script, or `uses`, an action with its inputs in `given`."""

    name: str
    run: str = ""
    uses: str = ""
    given: Mapping = field(default_factory=dict)
    env: Mapping = field(default_factory=dict)
    condition: str = ""
    minutes: float = JOB_MINUTES
    shell: str = ""
    may_fail: bool = False

    def due(self, well: bool) -> bool:
        """Whether it runs. well: no step before it has failed."""
        return CONDITIONS[self.condition](well)

    @property
    def installs(self) -> bool:
        """Whether it does nothing but install packages."""
        return re.match(r"(python3? -m )?pip install\b", self.run.strip()) is not None


@dataclass(frozen=True)
class Job:
    env: Mapping
    minutes: float
    steps: tuple[Step, ...]


def read(folder: Path) -> Job:
    """The job in a checkout. Raises WorkflowError."""
    try:
        workflow = yaml.safe_load((folder / PATH).read_text(encoding="utf-8"))
        (job,) = workflow["jobs"].values()
        env = {**(workflow.get("env") or {}), **(job.get("env") or {})}
        return Job(env, float(job.get("timeout-minutes", JOB_MINUTES)), tuple(map(_step, job["steps"])))
    except FileNotFoundError:
        raise WorkflowError(f"This commit has no {PATH.name}, so nothing grades it.") from None
    except (OSError, yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WorkflowError(f"{PATH.name} is no workflow with one job ({type(error).__name__}).") from None


def _step(raw: Mapping) -> Step:
    condition = EXPRESSION.sub(r"\1", str(raw.get("if", ""))).strip()
    name = str(raw.get("name") or raw.get("uses") or raw["run"].strip().splitlines()[0])
    if condition not in CONDITIONS:
        raise WorkflowError(f"The condition of the step {name!r} is beyond the local forge: {condition}")
    run, uses, given, env = raw.get("run") or "", raw.get("uses") or "", raw.get("with") or {}, raw.get("env") or {}
    return Step(
        name,
        run,
        uses,
        given,
        env,
        condition,
        float(raw.get("timeout-minutes", JOB_MINUTES)),
        raw.get("shell") or "",
        bool(raw.get("continue-on-error")),
    )


def filled(text: object, context: Mapping[str, str]) -> str:
    """A value with its `${{ github.… }}` filled in. What is not known is empty, as on GitHub."""
    return EXPRESSION.sub(lambda match: context.get(match[1], ""), str(text))
