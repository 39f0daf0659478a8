"""From an authorization request to the code, through whatever forms the provider shows."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from .accounts import REDIRECT_URI, password, username
from .wire import Agent, Response, UnexpectedError

MOST_HOPS = 12


@dataclass
class Form:
    """The fields of a form, and its buttons."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or something in the one that is open."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(values.get("action", ""))
            self.found.append(self._open)
        elif self._open is None or not values.get("name"):
            return
        elif tag == "button" or (tag == "input" and values.get("type") == "submit"):
            self._open.buttons[values["name"]] = values.get("value", "")
        elif tag == "input" and (values.get("type") not in ("checkbox", "radio") or "checked" in values):
            self._open.fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a form."""
        if tag == "form":
            self._open = None


def filled_in(page: str, number: int) -> Form:
    """The form of the page that leads on, as virtual user ``number`` fills it in."""
    for form in Forms(page).found:
        if {"username", "password"} <= form.fields.keys():
            form.fields |= {"username": username(number), "password": password(number)}
            form.fields |= dict(list(form.buttons.items())[:1])
            return form
        if "allow" in form.buttons:
            form.fields["allow"] = form.buttons["allow"]
            return form
    raise UnexpectedError("sign-in: a page without a form for signing in or consent")


def is_redirect(response: Response) -> bool:
    """Whether the response is a redirect."""
    return response.status in (302, 303, 307) and "location" in response.headers


async def walk(agent: Agent, url: str, number: int) -> str:
    """The address at the client to which the authorization request ``url`` leads in the end."""
    response = await agent.request("GET", url)
    for _ in range(MOST_HOPS):
        if is_redirect(response):
            url = urljoin(url, response.headers["location"])
            if url.startswith(REDIRECT_URI):
                return url
            response = await agent.request("GET", url)
        elif response.status == 200:
            form = filled_in(response.body.decode(), number)
            url = urljoin(url, form.action)
            response = await agent.request("POST", url, f"Origin: {agent.origin}\r\n", form.fields)
        else:
            raise UnexpectedError(f"sign-in: status {response.status}")
    raise UnexpectedError("sign-in: no end to it")
