"""Laws of sessions."""

from dataclasses import replace

from oidc_op.model.session import Session

SESSION = Session("key", "ann", b"digest", auth_time=5, created_at=5, expires_at=10)


def test_a_session_ends_when_it_says():
    assert SESSION.is_live(9)
    assert not SESSION.is_live(10)


def test_its_mark_changes_with_every_sign_in_also_within_one_second():
    marks = {SESSION.mark, replace(SESSION, sign_ins=2).mark, replace(SESSION, key="other").mark}
    assert len(marks) == 3
    assert replace(SESSION, digest=b"another", auth_time=6).mark == SESSION.mark
