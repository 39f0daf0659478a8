"""The sample templates of django-oidc-provider, as the documentation has them in Jinja2: by setting and by asset override."""

import sys
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
from rp import Form
from snippets import DOCS, snippets

OVERRIDE = {"consent.jinja2": "mysite/templates/authorize.jinja2", "error.jinja2": "mysite/templates/oops.jinja2"}


@pytest.fixture(params=["setting", "override"])
def rp(request, provide, tmp_path, monkeypatch):
    samples = {each.caption: each.text for each in snippets(DOCS / "templates.rst") if each.language == "html+jinja"}
    if request.param == "setting":
        for name, sample in OVERRIDE.items():
            (tmp_path / name).write_text(samples[sample])
        yield provide(
            **{
                "oidc.templates.authorize": str(tmp_path / "consent.jinja2"),
                "oidc.templates.error": str(tmp_path / "error.jinja2"),
            }
        )
        return
    folder = tmp_path / "sampled" / "templates"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text(
        'def includeme(config):\n    config.override_asset("oidc_op:templates/", "sampled:templates/")\n'
    )
    for name, sample in OVERRIDE.items():
        (folder / name).write_text(samples[sample])
    monkeypatch.syspath_prepend(tmp_path)
    yield provide(**{"oidc.includes": "pkgs.clock pkgs.hasty sampled"})
    sys.modules.pop("sampled")


def answered(rp, **pressed):
    """Where the person ends who presses a button of the sample, which have no ids."""
    shown = rp.authorize(scope="openid email", stop_at="consent")
    form = Form.of(shown.reply.text)
    body = urlencode(dict(form.hidden) | pressed).encode()
    reply = rp.browser.open("POST", urljoin(shown.url, form.action), body)
    if not reply.header("Location").startswith(rp.redirect_uri):
        reply = rp.browser.open("GET", reply.header("Location"))
    return shown.reply.text, {name: value for name, (value,) in parse_qs(urlsplit(reply.header("Location")).query).items()}


def test_authorizing(rp):
    page, answer = answered(rp, allow="Authorize")
    assert "<h1>Request for Permission</h1>" in page
    assert "Client <strong>The Relying Party</strong>" in page
    assert "<strong>Email</strong><br><i>See your email address.</i>" in page
    assert rp.redeem(answer["code"])["scope"] == "openid email"


def test_declining(rp):
    assert answered(rp)[1]["error"] == "access_denied"


def test_the_error_page(rp):
    reply = rp.authorize(client_id="nobody").reply
    assert reply.status == 400
    assert reply.text.strip() == "<h3>invalid_client</h3>\n<p>this application is not registered here</p>"
