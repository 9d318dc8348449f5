"""Stands in for GitHub Actions: runs the steps of a pushed commit's own `classroom.yml` in a fresh checkout.

The steps get the environment that Actions gives, the token only where a step names it. Packages are not installed:
the steps use the Python that runs this. Of the actions, the checkout is done here, the artifact is kept, and the
others are passed over. `$GITHUB_ENV` and `$GITHUB_PATH` are not read.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from .fence import fence
from ..forge import Status
from .local_forge import LocalForge
from .status_api import Api, status_api
from .workflow import Job, Step, WorkflowError, filled, read

FILES_MB = 256  # the largest file that a step may write, the log included
ARTIFACT_MB = 32
LIMITED = f'ulimit -f {FILES_MB * 1024}; exec "$@"'
SHELLS = {"": ["bash", "-e"], "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"]}


def grade(forge: LocalForge, name: str, commit: str, branch: str = "main") -> Status:
    """Run the workflow on a commit; the status that stands beside it afterwards.

    The forge keeps what the run leaves: log.txt, summary.md and the artifact. An unfinished run can be repeated.
    """
    kept = forge.run_folder(name, commit)
    shutil.rmtree(kept / "artifact", ignore_errors=True)
    kept.mkdir(parents=True, exist_ok=True)
    (kept / "summary.md").unlink(missing_ok=True)
    forge.set_status(name, commit, Status("pending", "grading"))
    repository, actor = f"{forge.settings['owner']}/{name}", next(iter(forge.access(name)), "nobody")

    def receive(status: Status) -> None:
        report = kept / "artifact" / "report.html"
        forge.set_status(name, commit, Status(status.state, status.description, status.context, report.as_uri()))

    try:
        with (
            tempfile.TemporaryDirectory(prefix="genweek-") as scratch,
            status_api(repository, commit, receive) as api,
            (kept / "log.txt").open("w", encoding="utf-8") as log,
        ):
            checkout = forge.clone(name, Path(scratch).resolve() / "work", commit)
            run = Run(checkout, kept, log, fence(checkout.parent, [forge.folder]))
            here = {
                "ACTOR": actor,
                "REPOSITORY": repository,
                "SHA": commit,
                "REF": f"refs/heads/{branch}",
                "REF_NAME": branch,
            }
            run.job(read(checkout), _environment(checkout.parent, api, here), api.token)
    except WorkflowError as error:
        forge.set_status(name, commit, Status("error", str(error)))
    status = forge.status(name, commit)
    if status.state == "pending":
        forge.set_status(name, commit, Status("error", "The workflow ended without a score; its log says why."))
    return forge.status(name, commit)


def _environment(scratch: Path, api: Api, here: dict[str, str]) -> dict[str, str]:
    """What Actions sets for every step. Nothing of this process's own environment is passed on but the path."""
    for folder in ("home", "temp"):
        (scratch / folder).mkdir()
    github = here | {
        "ACTIONS": "true",
        "API_URL": api.url,
        "EVENT_NAME": "push",
        "RUN_ID": str(time.time_ns()),
        "SERVER_URL": api.url,
        "WORKSPACE": str(scratch / "work"),
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {f"GITHUB_{key}": value for key, value in github.items()} | {
        "CI": "true",
        "PATH": path,
        "LANG": "C.UTF-8",
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch / "temp"),
        "RUNNER_TEMP": str(scratch / "temp"),
    }


class Run:
    def __init__(self, checkout: Path, kept: Path, log, outer: list[str]):
        self.checkout, self.kept, self.log, self.outer = checkout, kept, log, outer

    def job(self, job: Job, environment: dict[str, str], token: str) -> bool:
        """Run the steps; whether all went well."""
        context = {f"github.{key.removeprefix('GITHUB_').lower()}": value for key, value in environment.items()}
        context |= {"github.token": token, "secrets.GITHUB_TOKEN": token}
        end, well = time.monotonic() + 60 * job.minutes, True
        for step in job.steps:
            if not step.due(well):
                continue
            print(f"▸ {step.name}", file=self.log, flush=True)
            if step.run and not step.installs:
                own = {key: filled(value, context) for key, value in {**job.env, **step.env}.items()}
                limit = min(60 * step.minutes, end - time.monotonic())
                went_well = self._script(step, filled(step.run, context), environment | own, limit)
                well = well and (went_well or step.may_fail)
            elif "upload-artifact" in step.uses:
                self._keep(filled(step.given.get("path", ""), context).split("\n"))
        return well

    def _script(self, step: Step, script: str, environment: dict[str, str], limit: float) -> bool:
        files = {name: self.checkout.parent / f"{name}.txt" for name in ("STEP_SUMMARY", "OUTPUT", "ENV", "PATH")}
        for path in files.values():
            path.write_text("")
        environment = environment | {f"GITHUB_{name}": str(path) for name, path in files.items()}
        (self.checkout.parent / "step.sh").write_text(script, encoding="utf-8")
        shell = [*SHELLS.get(step.shell, SHELLS[""]), str(self.checkout.parent / "step.sh")]
        command = [*self.outer, "bash", "-c", LIMITED, "step", *shell]
        process = subprocess.Popen(
            command,
            cwd=self.checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            well = process.wait(timeout=max(limit, 0)) == 0
        except subprocess.TimeoutExpired:
            print(f"The step took longer than {limit:.0f} s and was ended.", file=self.log, flush=True)
            well = False
        finally:
            _end(process)
        with (self.kept / "summary.md").open("a", encoding="utf-8") as summary:
            summary.write(files["STEP_SUMMARY"].read_text(encoding="utf-8", errors="replace")[: 2**20])
        return well

    def _keep(self, patterns: list[str]) -> None:
        """Keep the named files of the checkout; one with a link in its path is not followed."""
        (self.kept / "artifact").mkdir(exist_ok=True)
        for name in filter(None, map(str.strip, patterns)):
            path = self.checkout / name
            inside = path.resolve() == path and path.is_relative_to(self.checkout)
            if inside and path.is_file() and path.stat().st_size <= ARTIFACT_MB * 2**20:
                shutil.copyfile(path, self.kept / "artifact" / path.name)


def _end(process: subprocess.Popen) -> None:
    """End everything that a step has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
