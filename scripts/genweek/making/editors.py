"""Exam repositories switch completion by a model off, in the editor whose settings we ship: VS Code, in a container too.

It is help for who wants to keep the rules, and no lock: a student can set all of it otherwise. The proctor looks, too.
"""

import json
from pathlib import Path

from autograding.whole import write_whole

SETTINGS = {
    "chat.disableAIFeatures": True,  # VS Code's own, from version 1.104 on
    "editor.inlineSuggest.enabled": False,  # grey text of any extension
    "github.copilot.enable": {"*": False},
    "github.copilot.nextEditSuggestions.enabled": False,
    "chat.commandCenter.enabled": False,
    "notebook.experimental.generate": False,
    "vsintellicode.python.completionsEnabled": False,
    "python.analysis.aiCodeActions": {"implementAbstractClasses": False, "generateDocstring": False},
}
UNWANTED = (
    "github.copilot",
    "github.copilot-chat",
    "visualstudioexptteam.vscodeintellicode",
    "codeium.codeium",
    "tabnine.tabnine-vscode",
    "continue.continue",
    "supermaven.supermaven",
    "amazonwebservices.amazon-q-vscode",
    "google.geminicodeassist",
)


def switch_off(repo: Path) -> None:
    """In the files of a repository that is being made."""
    folder, container = repo / ".vscode", repo / ".devcontainer/devcontainer.json"
    folder.mkdir()
    write_whole(folder / "settings.json", _text(SETTINGS))
    write_whole(folder / "extensions.json", _text({"unwantedRecommendations": UNWANTED}))
    facts = json.loads(container.read_text(encoding="utf-8"))
    editor = facts["customizations"]["vscode"]
    editor["extensions"] += [f"-{name}" for name in UNWANTED[:2]]  # what a container would bring along by itself
    editor["settings"] = SETTINGS
    write_whole(container, _text(facts))


def _text(facts: dict) -> str:
    return json.dumps(facts, indent=2) + "\n"
