"""JupyterLab in a real browser, used by keyboard; its application object is asked only what it shows."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from chromium import open_chromium
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 90  # seconds, on a busy machine
AUTOSAVE = 2  # seconds between JupyterLab's own saves of a notebook that was touched
SHOWN = "return window.jupyterapp?.shell.currentWidget?.context?.model"


class Lab:
    """A server on a folder, and one tab."""

    def __init__(self, root: Path, home: Path, *options: str):
        """home: holds all settings, so that those of this machine count for nothing. options: of the server."""
        settings = home / "settings" / "@jupyterlab" / "docmanager-extension"
        settings.mkdir(parents=True)
        (settings / "plugin.jupyterlab-settings").write_text(json.dumps({"autosaveInterval": AUTOSAVE}))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.root_dir={root}"]
        command += [f"--ServerApp.port={self.port}", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
        command += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", *options]
        folders = {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "HOME": "."}
        folders |= {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
        environment = os.environ | {name: str(home / folder) for name, folder in folders.items()}
        self._log = (home / "server.log").open("w")
        self._server = subprocess.Popen(command, env=environment, stdout=self._log, stderr=subprocess.STDOUT)
        try:
            self.browser = open_chromium(home / "browser")
            self.until(self._answers)
        except BaseException:
            self.close()
            raise

    def _answers(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api", timeout=5):
            return True
        return False

    def close(self) -> None:
        with suppress(AttributeError):
            self.browser.quit()
        self._server.kill()
        self._server.wait()
        self._log.close()

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until it holds. Raises TimeoutException."""
        WebDriverWait(self, PATIENCE, poll_frequency=0.2).until(lambda _: condition())

    def open(self, page: str, factory: str = "") -> None:
        """Open a notebook in a fresh workspace, and wait until it is shown. page: its place below the root. factory: what
        it is opened with, as named in the menu `Open With`; the usual, where none is named."""
        self.browser.get("about:blank")
        self.browser.get(f"http://127.0.0.1:{self.port}/lab{'' if factory else f'/tree/{page}'}?reset")
        if factory:
            self.until(
                lambda: self.browser.execute_script("return window.jupyterapp?.commands.hasCommand('docmanager:open')")
            )
            asked = {"path": page, "factory": factory}
            self.browser.execute_script("window.jupyterapp.commands.execute('docmanager:open', arguments[0])", asked)
        self.until(lambda: self.browser.execute_script(f"{SHOWN}?.cells?.length"))
        self.until(lambda: self.browser.find_elements(By.CSS_SELECTOR, ".jp-Notebook .jp-Cell"))
        time.sleep(1)  # the kernel's dialog, should there be one, comes late

    def sources(self) -> list[str]:
        """The text of each cell, as it is on the screen."""
        cells = self.browser.execute_script(f"{SHOWN}.toJSON().cells")
        return [cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"]) for cell in cells]

    def type(self, *keys: str) -> None:
        """Press keys in the notebook."""
        self.until(self._click_the_first_cell)
        chain = ActionChains(self.browser).send_keys(Keys.ESCAPE)
        for key in keys:
            chain = chain.send_keys(key)
        chain.perform()

    def _click_the_first_cell(self) -> bool:
        """False while JupyterLab is still drawing it anew."""
        try:
            self.browser.find_element(By.CSS_SELECTOR, ".jp-Notebook .jp-Cell").click()
            return True
        except (StaleElementReferenceException, ElementClickInterceptedException, NoSuchElementException):
            return False

    def add_a_cell(self, text: str) -> None:
        """Below the first one, by keyboard."""
        self.type("b", Keys.ENTER, text)

    def save(self) -> None:
        """Ctrl-S."""
        ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("s").key_up(Keys.CONTROL).perform()
        self.wait_until_saved()

    def wait_until_saved(self) -> None:
        self.until(lambda: not self.browser.execute_script(f"{SHOWN}.dirty"))

    def dialogs(self) -> list[str]:
        """What JupyterLab asks or complains about."""
        return [dialog.text for dialog in self.browser.find_elements(By.CSS_SELECTOR, ".jp-Dialog")]
