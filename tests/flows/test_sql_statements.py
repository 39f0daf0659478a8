"""What a sign-in asks of a database: few statements, each of which finds its rows by primary key."""

import json

import psycopg
import pytest
from rp import RelyingParty
from sqlalchemy import Engine, event

from oidc_op.interfaces import IStoreFactory

AT_MOST = 8


@pytest.fixture
def said():
    """The statements of all engines, with their values."""
    heard = []

    def hear(_connection, cursor, statement, values, _context, _many):
        heard.append((statement, values))

    event.listen(Engine, "before_cursor_execute", hear)
    yield heard
    event.remove(Engine, "before_cursor_execute", hear)


@pytest.fixture
def opened(request, open_mount):
    """A mount, its partitions made, and a person who has signed in and consented before."""

    def open_one(name):
        mount = request.getfixturevalue(f"_{name}")
        rp = RelyingParty(mount)
        for _ in range(2):
            rp.userinfo(rp.tokens()["access_token"])
        return mount, rp

    return open_one


def forget(mount):
    """As another process is, which has not seen this session, grant or client."""
    process = mount.registry.getUtility(IStoreFactory).__closure__
    next(each.cell_contents for each in process if hasattr(each.cell_contents, "foresight")).foresight._kept.clear()


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_a_code_flow_is_eight_statements_at_most(opened, said, name):
    _, rp = opened(name)
    said.clear()
    tokens = rp.redeem(rp.authorize(prompt="none").code)
    rp.userinfo(tokens["access_token"])
    told = [statement for statement, _ in said if not statement.startswith(("BEGIN", "COMMIT"))]  # as we say to SQLite ourselves
    assert "refresh_token" in tokens
    assert len(told) == 6
    assert len(told) <= AT_MOST


def test_it_is_eight_where_each_request_reaches_another_process(opened, said):
    """Which knows the browser's session, as it does after its first request."""
    mount, rp = opened("postgresql")
    rp.authorize(prompt="none")

    def counted(step):
        said.clear()
        done, count = step(), len(said)
        forget(mount)
        return done, count

    code, authorizing = counted(lambda: rp.authorize(prompt="none").code)
    tokens, redeeming = counted(lambda: rp.redeem(code))
    _, asking = counted(lambda: rp.userinfo(tokens["access_token"]))
    assert (authorizing, redeeming, asking) == (2, 4, 2)


def test_each_finds_its_rows_by_primary_key_in_one_partition(opened, said, postgresql_server):
    _, rp = opened("postgresql")
    said.clear()
    rp.userinfo(rp.redeem(rp.authorize(prompt="none").code)["access_token"])
    for statement, values in list(said):
        found = list(scans(plan(postgresql_server, statement, values)))
        if statement.startswith("INSERT"):
            assert found == []
            continue
        assert found
        for node in found:
            assert node["Node Type"] == "Index Scan", (statement, node)
            assert node["Index Name"].endswith("_pkey"), (statement, node)
        tables = [node["Relation Name"].rstrip("0123456789") for node in found]
        assert len(tables) == len(set(tables)), (statement, tables)  # two of one table would be two partitions


def plan(server, statement, values):
    """How PostgreSQL carries a statement out, were the tables large."""
    connection = psycopg.connect(
        host="127.0.0.1", port=server.port, user="oidc", password=server.password, dbname="mount", cursor_factory=psycopg.ClientCursor
    )
    with connection:
        connection.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        found = connection.execute(f"EXPLAIN (FORMAT JSON) {statement}", values).fetchone()[0]
        connection.rollback()
    connection.close()
    return (found if isinstance(found, list) else json.loads(found))[0]["Plan"]


def scans(node):
    if "Scan" in node["Node Type"] and node["Node Type"] != "Subquery Scan":
        yield node
    for each in node.get("Plans", ()):
        yield from scans(each)


def test_a_request_that_needs_no_store_takes_no_connection(opened, said):
    mount, rp = opened("postgresql")
    mount.send("GET", rp.url("jwks"))
    said.clear()
    for path in (".well-known/openid-configuration", "jwks"):
        assert mount.send("GET", rp.url(path)).status == 200
    assert said == []
