"""Who looks at the pages that the documentation leads to."""

from bs4 import BeautifulSoup
from user_agent import UserAgent


class Person(UserAgent):
    """Somebody who presses the first button on a page of an extension."""

    def _filled_in(self, response):
        page = BeautifulSoup(response.text, "html.parser")
        if page.select_one("#login-submit, #consent-accept, #account-continue"):
            return super()._filled_in(response)
        fields = {each["name"]: each.get("value", "") for each in page.select("form input[name], form button[name]")}
        return page.select_one("form")["action"], fields
