"""What an extension can add to the console: a view that says ``menu=``, and nothing else."""

import pytest
from console import Console, words
from mounts import included, root
from pkgs import console_page
from rp import RelyingParty

SETTINGS = {"oidc.includes": "pkgs.clock pkgs.hasty pkgs.console_page"}


@pytest.fixture(params=[root, included])
def made(request, tmp_path, put_keys):
    console_page.TOLD.clear()
    with request.param(tmp_path, put_keys, **SETTINGS) as mount:
        yield mount


def test_a_view_that_says_so_is_in_the_menu_of_those_who_may_open_it(made):
    admin, auditor = Console(made, "admin"), Console(made, "auditor")
    for op in (admin, auditor):
        op.sign_in()
    assert words(admin.get(), "nav").endswith("Keys Report")
    assert "How it goes." in words(admin.get())
    assert admin.get("/report").text == "the report"
    assert words(auditor.get(), "nav").endswith("Keys")
    auditor.get("/report", status=403)


def test_what_is_revoked_is_told(made):
    admin, rp = Console(made, "admin"), RelyingParty(made)
    admin.sign_in()
    rp.tokens(scope="openid")
    (link,) = admin.links(f"/consents?client={rp.client_id}", "/consents/~")
    admin.press(f"{link}/revoke", "revoke")
    assert [client_id for _, client_id in console_page.TOLD] == [rp.client_id]
