"""Codes and tokens in whatever order people, clients, thieves and time come: random conversations, held against a model."""

from contextlib import ExitStack

import pytest
from any_order import SESSION, Family, Session
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from inside import provider_of
from mounts import SEALING, root
from rp import RelyingParty

from oidc_op.protocol import consent
from oidc_op.store import make_ready

LAPSES = st.sampled_from((0, 0, 0, 0, 1, 29, 31, 599, 601, 3000, 3700, 13 * 86400, 31 * 86400))  # seconds, to both sides of each limit
SELDOM = st.sampled_from((False, False, False, False, True))  # what ends everything would leave nothing to try


class Conversations(RuleBasedStateMachine):
    """One person, one client; ``mount`` is the provider."""

    mount = None
    families = Bundle("families")

    @initialize()
    def meet(self):
        self.rp, self.session, self.all = RelyingParty(self.mount), None, []

    @property
    def now(self):
        return self.mount.clock()

    @rule(target=families, offline=st.booleans())
    def authorize(self, offline):
        more = {"scope": "openid offline_access", "prompt": "consent"} if offline else {}
        answer = self.rp.authorize(**more)
        signed_in = self.session is not None and not self.session.ended and self.now < self.session.ends_at
        assert ("login" in answer.pages) == (not signed_in)
        if not signed_in:
            self.session = Session(self.now + SESSION)
        self.all.append(Family(answer.code, self.now, self.session, offline))
        return self.all[-1]

    @rule(target=families, offline=st.booleans())
    def authorize_and_redeem(self, offline):
        family = self.authorize(offline)
        self.redeem(family)
        return family

    @rule(family=families, lapse=LAPSES)
    def redeem(self, family, lapse=0):
        self.wait(lapse)
        if family.gives_tokens_for_its_code(self.now):
            family.redeem(self.now, self.rp.redeem(family.code))
        else:
            self.refused(self.rp.redeem(family.code, status=400))
            if family.redeemed:
                family.revoke()

    @rule(family=families, wrong=st.sampled_from([{"code_verifier": "x" * 43}, {"redirect_uri": "https://rp.example/other"}]))
    def redeem_what_was_found(self, family, wrong):
        self.refused(self.rp.redeem(family.code, status=400, **wrong))

    @rule(family=families, lapse=LAPSES)
    def refresh(self, family, lapse=0):
        self.wait(lapse)
        if not family.redeemed:
            return
        if family.is_live(self.now):
            family.rotate(self.now, self.rp.refresh(family.refresh_token))
        else:
            self.refused(self.rp.refresh(family.refresh_token, status=400))

    @rule(family=families, lapse=LAPSES)
    def refresh_once_more(self, family, lapse=0):
        self.wait(lapse)
        if not family.previous:
            return
        if family.repeats(self.now):
            assert self.rp.refresh(family.previous) == family.answer
        else:
            self.refused(self.rp.refresh(family.previous, status=400))
            family.revoke()

    @rule(family=families, data=st.data())
    def refresh_with_one_from_far_back(self, family, data):
        if family.far_back:
            self.refused(self.rp.refresh(data.draw(st.sampled_from(family.far_back)), status=400))
            family.revoke()

    @rule(family=families, data=st.data())
    def give_an_access_token_back(self, family, data):
        if family.access_tokens:
            token = data.draw(st.sampled_from(sorted(family.access_tokens)))
            self.rp.post("revoke", {"token": token})
            family.access_tokens[token] = 0

    @rule(family=families)
    def give_the_refresh_token_back(self, family):
        if family.redeemed:
            self.rp.post("revoke", {"token": family.refresh_token})
            family.revoke()

    @precondition(lambda self: self.session is not None)
    @rule(really=SELDOM)
    def sign_out(self, really):
        if not really:
            return
        self.rp.end_session()
        self.session.ended = True

    @precondition(lambda self: self.all)
    @rule(really=SELDOM)
    def withdraw_consent(self, really):
        if not really:
            return
        take_back(self.mount.registry, self.rp)
        for family in self.all:
            family.revoke()

    @rule(seconds=LAPSES, purged=st.booleans())
    def wait(self, seconds, purged=False):
        self.mount.clock.move(seconds)
        if purged:
            self.mount.command("purge")

    @invariant()
    def access_tokens_open_what_they_should(self):
        for family in getattr(self, "all", ()):
            for token in family.access_tokens:
                self.rp.userinfo(token, status=200 if family.opens(token, self.now) else 401)

    def refused(self, answer):
        assert answer["error"] == "invalid_grant"


def take_back(registry, rp):
    """What the console does when the person no longer wants the client to have anything."""
    with provider_of(registry) as provider:
        consent.take_back(provider, provider.store.accounts.named(rp.username).sub, rp.client_id)


STORES = {
    "dictionaries": {"oidc.store": "memory"},
    "sealed codes": {"oidc.store": "memory"} | SEALING,
    "SQLite": {"oidc.store": "sql", "sqlalchemy.url": "sqlite:///{folder}/data.sqlite"},
    "PostgreSQL": {"oidc.store": "sql", "sqlalchemy.url": "{server}"},
    "ZODB": {"zodbconn.uri": "file://{folder}/data.fs", "zodbconn.uri.grants": "file://{folder}/grants.fs"},
}


@pytest.mark.parametrize(("store", "examples"), [(store, 100 if store == "dictionaries" else 20) for store in STORES], ids=str)
def test_whatever_happens_in_whatever_order_each_token_is_good_for_what_it_should(store, examples, tmp_path, put_keys, postgresql_server):
    server = postgresql_server.url("any_order")
    given = {key: value.format(folder=tmp_path, server=server) for key, value in STORES[store].items()}
    make_ready(given)
    with ExitStack() as stack:
        mount = stack.enter_context(root(tmp_path, put_keys, **given))

        class Here(Conversations):
            pass

        Here.mount = mount
        run_state_machine_as_test(
            Here, settings=settings(max_examples=examples, stateful_step_count=30, suppress_health_check=list(HealthCheck), print_blob=True)
        )
