"""A browser without a window, for the pages that we make and for JupyterLab."""

import shutil
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

CHROMIUM, DRIVER = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")


def open_chromium(profile: Path) -> webdriver.Chrome:
    """profile: a new folder for what it keeps, so that nobody's settings count."""
    chrome = webdriver.ChromeOptions()
    chrome.binary_location = CHROMIUM
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "window-size=1280,900"):
        chrome.add_argument(f"--{argument}")
    chrome.add_argument(f"--user-data-dir={profile}")
    return webdriver.Chrome(chrome, Service(DRIVER))
