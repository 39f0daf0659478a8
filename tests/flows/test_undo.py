"""The history and undo, on every store."""


def test_a_change_is_told_and_taken_back_but_not_what_was_revoked(rp):
    mount, name = rp.mount, rp.client_id
    tokens = rp.tokens(scope="openid")
    mount.command("client set", name, "client_name=Another name", "--why", "it moved")
    changes = mount.command("history", "client", name)
    assert [each["why"] for each in changes][-1] == "it moved"
    mount.command("undo", "client", name, str(len(changes)))
    assert mount.command("client show", name)["client_name"] == "The Relying Party"
    rp.userinfo(tokens["access_token"])

    mount.command("client remove", name)
    rp.userinfo(tokens["access_token"], status=401)
    removed = len(mount.command("history", "client", name))
    again = mount.command("undo", "client", name, str(removed))
    assert again["client_secret"] != rp.client_secret
    assert mount.command("client show", name)["client_name"] == "The Relying Party"
    rp.userinfo(tokens["access_token"], status=401)
    assert rp.refresh(tokens["refresh_token"], status=401)["error"] == "invalid_client"
    rp.client_secret = again["client_secret"]
    assert rp.refresh(tokens["refresh_token"], status=400)["error"] == "invalid_grant"
