"""People at the console: who signs in there, what they see, and which buttons they press."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin

from bs4 import BeautifulSoup
from mounts import unique
from rp import PASSWORD, Browser


class Console:
    """A person with a browser of their own; addresses are below the console."""

    def __init__(self, mount, *roles):
        self.mount, self.username, self.sub = mount, unique("op"), unique("sub")
        mount.apply({"accounts": [{"username": self.username, "sub": self.sub, "password": PASSWORD, "roles": list(roles)}]})
        self.browser = Browser(mount, self.username)

    def url(self, path=""):
        return path if path.startswith("http") else f"{self.mount.issuer}/admin{path}"

    def get(self, path="", status=200):
        reply = self.browser.open("GET", self.url(path))
        assert reply.status == status, (path, reply.status, reply.header("Location"), reply.text)
        return reply

    def sign_in(self, path=""):
        """Go to a page, sign in where that leads, and end where it leads then."""
        url, reply = self.follow(self.url(path))
        return self.follow(url, self.browser.fill_in(url, reply, "login-submit"))

    def follow(self, url, reply=None):
        """Where redirects end: the address, and what is there."""
        reply = reply or self.browser.open("GET", url)
        while reply.status == 303:
            url = urljoin(url, reply.header("Location"))
            reply = self.browser.open("GET", url)
        return url, reply

    def press(self, path, button, status=303, **changes):
        """Fill in the form of a page, and press a button of it."""
        form = Filled.of(self.get(path).text, button)
        fields = [(name, value) for name, value in form.fields if name not in changes]
        for name, value in changes.items():
            fields += [(name, each) for each in ([] if value is None else value if isinstance(value, list) else [value])]
        reply = self.post(urljoin(self.url(path), form.action), fields)
        assert reply.status == status, (path, reply.status, reply.text)
        return reply

    def post(self, path, fields):
        return self.browser.open("POST", self.url(path), fields if isinstance(fields, bytes) else urlencode(fields).encode())

    def links(self, path, part):
        """Addresses on a page that have ``part`` in them."""
        found = BeautifulSoup(self.get(path).text, "html.parser").select(f"main a[href*='{part}']")
        return [each["href"] for each in found]


@dataclass
class Filled:
    """A form as it stands on a page, sent by one of its buttons."""

    action: str
    fields: list

    @classmethod
    def of(cls, text, button):
        pressed = BeautifulSoup(text, "html.parser").select_one(f"button#{button}")
        form, fields = pressed.find_parent("form"), []
        for each in form.select("input[name], textarea[name], select[name]"):
            if each.name == "select":
                chosen = each.select_one("option[selected]") or each.select_one("option")
                fields.append((each["name"], chosen.get("value", chosen.text)))
            elif each.name == "textarea":
                fields.append((each["name"], each.text.removeprefix("\n")))
            elif each.get("type") != "checkbox" or each.has_attr("checked"):
                fields.append((each["name"], each.get("value", "")))
        return cls(form["action"], [*fields, *([(pressed["name"], pressed["value"])] if pressed.get("name") else [])])


def words(reply, selector="main"):
    """What is to be read in a part of a page."""
    found = BeautifulSoup(reply.text, "html.parser").select_one(selector)
    return re.sub(r"\s+", " ", found.get_text(" ")).strip() if found else None


def segment(key):
    from oidc_op.resources.admin import segment_of

    return segment_of(key)
