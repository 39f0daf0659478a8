"""The example of a protected API in a real browser: somebody allows the reader to read books, and it reads them."""

from urllib.parse import urlsplit

import pytest
from client_site import ClientSite
from looks import assert_good_looks
from people import Person
from protected_site import ANN, protected_site

ASKED_AGAIN = "&prompt=consent"  # whatever was answered in another test

pytestmark = pytest.mark.xdist_group("protected_api")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with protected_site(tmp_path_factory.mktemp("protected_api")) as site:
        yield site


@pytest.fixture(scope="module")
def callback(site):
    """Somebody listens where the browser goes with the code."""
    with ClientSite(urlsplit(site.callback).port).running():
        yield site.callback


@pytest.fixture
def new_ann(new_context, site, callback):
    def bring(parameter="", **options):
        ann = Person(new_context(**options).new_page(), site.issuer, callback)
        ann.page.goto(site.address + parameter)
        return ann

    return bring


def test_ann_signs_in_and_allows_it_and_the_reader_reads_books(new_ann, site, callback):
    ann = new_ann()
    ann.signs_in(*ANN)
    assert ann.path == "/consent"
    assert "The reader" in ann.page.locator("main").text_content()
    ann.allows()
    ann.page.wait_for_url(f"{callback}/callback?**")
    assert set(ann.answer()) == {"code", "iss"}
    assert site.books().status_code == 401
    answer = site.books(site.redeem(ann.answer()["code"])["access_token"])
    assert (answer.status_code, answer.json()) == (200, {"books": ["Emma", "Persuasion"], "read_by": "reader"})


def test_where_ann_declines_the_reader_gets_no_code(new_ann, callback):
    ann = new_ann(ASKED_AGAIN)
    ann.signs_in(*ANN)
    ann.page.click("#consent-deny")
    ann.page.wait_for_url(f"{callback}/callback?**")
    assert ann.answer()["error"] == "access_denied"


def test_the_pages_say_what_is_asked_for_and_look_well(new_ann, artefacts):
    ann = new_ann(ASKED_AGAIN, reduced_motion="reduce")
    assert "The library" in ann.page.locator("body").text_content()
    assert_good_looks(ann.page, "protected_api-login", artefacts)
    ann.signs_in(*ANN)
    ann.page.wait_for_url("**/consent?**")
    assert "books" in ann.page.locator("main").text_content()
    assert_good_looks(ann.page, "protected_api-consent", artefacts)
