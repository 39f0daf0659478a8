"""Eight threads write while slices end and others begin: hardly any of them has to do it again."""

import threading
from types import SimpleNamespace

from pyramid_zodbconn import get_connection
from transaction.interfaces import TransientError

from oidc_op.events import TokenIssued
from oidc_op.model.handle import HOUR
from oidc_op.process.maintenance import Maintenance
from oidc_op.testing.contract.samples import NOW, grant

THREADS, EACH, AN_HOUR = 8, 500, 400  # requests


class Requests:
    """They come in turn from every thread, and the clock goes on with each."""

    def __init__(self, stores):
        self.stores, self.maintenance = stores, Maintenance()
        self.lock, self.number, self.conflicts, self.failures = threading.Lock(), 0, 0, []

    def run(self):
        try:
            for _ in range(EACH):
                with self.lock:
                    self.number += 1
                    now = NOW + self.number * HOUR // AN_HOUR
                while not self.done(now):
                    with self.lock:
                        self.conflicts += 1
        except BaseException as error:  # noqa: BLE001  a thread has nobody to raise to
            self.failures.append(error)

    def done(self, now):
        request = SimpleNamespace(registry=self.stores.registry)
        try:
            with self.stores.session() as store:
                store.grants.add(grant(expires_at=now + 600))
                self.maintenance(TokenIssued(SimpleNamespace(now=now, store=store, request=request), None, None, "implicit"))
        except TransientError:
            return False
        return True


def test_conflicts_stay_under_one_percent_also_at_the_change_of_a_slice(file_stores):
    """There are ten changes in 4000 requests, as many as in ten hours elsewhere."""
    requests = Requests(file_stores)
    threads = [threading.Thread(target=requests.run) for _ in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert requests.failures == []
    assert requests.conflicts < 0.01 * THREADS * EACH, requests.conflicts
    request = file_stores.request()
    with request.tm:
        slices = len(get_connection(request, "grants").root()["oidc_op"]["grants"])
    request._process_finished_callbacks()
    assert slices <= 4  # of twelve
