"""The browser that ``xdg-open`` starts on a native application's behalf: its person signs in and is led back."""

import os
import sys

import requests
from registrations import PASSWORD, USERNAME
from user_agent import UserAgent

ISSUER = "ISSUER_OF_THE_TEST"
SCRIPT = """\
#!{python}
import sys
sys.path[:0] = {path!r}
import system_browser
system_browser.open_url()
"""


def script() -> str:
    """What a file of the name ``xdg-open`` says."""
    return SCRIPT.format(python=sys.executable, path=[each for each in sys.path if each])


def open_url() -> None:
    """Go where the argument says, and in the end to the application, which listens on a port of its own."""
    came_back = UserAgent(os.environ[ISSUER], USERNAME, PASSWORD).visit(sys.argv[1])
    requests.get(came_back, timeout=30)
