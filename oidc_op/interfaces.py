"""Every contract that a third party may implement."""

# Methods of a zope interface have no self, which is why the next line.
# mypy: ignore-errors

from zope.interface import Attribute, Interface


class ICollection(Interface):
    """Records of one kind, by their ``key``."""

    def get(key):
        """The record, or None."""

    def add(record):
        """Keep a new record.

        :raises oidc_op.store.AlreadyExists: its key is taken (or, for accounts, its user name).
        """

    def put(record):
        """Keep this record in place of the one read; at commit, a conflict if someone else changed it.

        :raises KeyError: there is none to replace.
        """

    def remove(key):
        """Forget it; not an error if it is not there."""

    def __iter__():
        """Keys, in order."""


class IExpiring(ICollection):
    """Records that end by themselves; their keys are made by ``oidc_op.model.handle``."""

    def purge(now):
        """Drop what expired; how many. ``now`` is seconds since the epoch."""

    def sweep(now):
        """Drop one slice of what expired, uncounted, in one small write; whether there was one."""

    def __len__():
        """How many there are, expired ones that were not dropped yet included; takes time in proportion."""


class IAccountCollection(ICollection):
    """Accounts, whose user names are unique without regard to case."""

    def named(username):
        """The account that has this user name, or None."""


class IConsentCollection(ICollection):
    """Consents, which expire too, but are few and keep their history."""

    def purge(now):
        """Drop what expired; how many."""


class IGrantCollection(IExpiring):
    """Grants; those that have a refresh token are listed per account and client."""

    def of_account(sub, client_id=None):
        """Keys of its grants that have a refresh token, oldest first.

        A grant is listed when it is first put with a refresh token. No more than ``oidc.max_grants_per_client`` of one
        account and client stay listed, the oldest go first; who is no longer listed is not refreshed.
        """

    def unlist(sub, client_id=None):
        """Empty the list: no grant of this account (with this client) is refreshed again; one write per client."""


class IChangeCollection(ICollection):
    """Changes of what is configured. One is never put again, nor removed."""

    def of(kind, name):
        """Keys of the changes of the record ``name`` in the collection ``kind``, oldest first."""


class IStore(Interface):
    """Where everything is kept, as one request sees it: eight collections in one transaction."""

    clients = Attribute("ICollection of Client by client_id")
    accounts = Attribute("IAccountCollection of Account by sub")
    keys = Attribute("ICollection of Key by kid")
    consents = Attribute("IConsentCollection of Consent by consent_key(sub, client_id)")
    changes = Attribute("IChangeCollection of Change by change_key(kind, name, number)")
    grants = Attribute("IGrantCollection of Grant")
    sessions = Attribute("IExpiring of Session")
    tickets = Attribute("IExpiring of Ticket")


class IForesight(Interface):
    """What a store may do besides, where asking it is a round trip."""

    def expect(**keys):
        """Records that will be asked for, collection by collection, so that the first get may read them together."""


class IStoreFactory(Interface):
    """Opens the store for a request."""

    def __call__(request):
        """The IStore of this request, joined to its transaction ``request.tm``."""


class IStorage(Interface):
    """What a process holds for its store, from start-up to its end."""

    held_file = Attribute("the path of the file that this process alone has open, or None")
    keeps_nothing = Attribute("whether what is written is gone when the process ends")

    def close():
        """Let go of files and connections; not an error if that is done."""

    def tend():
        """Begin in the background what is due, such as packing; returns at once. Called now and then while serving."""

    def pack(say, history=None):
        """Give back to the disk what is dropped, while everything goes on; what was done, in words.

        With ``history``, also the history of what is configured that is older than so many days. ``say`` is told each step.

        :raises oidc_op.store.DoneElsewhere: this store does it by other means, which the text says.
        :raises oidc_op.store.StoreUnavailable: it cannot now.
        """

    def back_up(folder, say, *, whole):
        """Copy everything into a folder (a pathlib.Path), while everything goes on; the files that were written.

        What was copied before is not copied again, unless ``whole``. Raises as ``pack`` does, and OSError.
        """


class IAccounts(Interface):
    """The people who can sign in. An account is any object with an attribute ``sub``.

    It may have ``valid_after`` (seconds since the epoch: grants and sessions made before are dead), ``roles`` (``admin`` and
    ``auditor`` open the console), and ``display_name``, ``username`` and ``email``, which pages show.
    """

    def get(sub):
        """The account, or None where there is none (any more)."""

    def authenticate(login, password):
        """The account whose user name and password these are, or None."""

    def claims(account, scopes):
        """A dictionary of the account's standard claims (OIDC Core §5.1); those not asked for are left out later."""


class IAccountsFactory(Interface):
    """Chooses the accounts: ``(provider) -> IAccounts``."""

    def __call__(provider):
        """The IAccounts of this request."""


class IPasswordHasher(Interface):
    """Hashes passwords for the embedded accounts."""

    def hash(password):
        """A hash that says how it was made."""

    def verify(hashed, password):
        """Whether the password is the one; as slow where there is no hash."""

    def is_outdated(hashed):
        """Whether it should be made again."""


class ISubject(Interface):
    """How an account becomes a ``sub``."""

    def __call__(account, client):
        """At most 255 ASCII characters, never reassigned."""


class ICodes(Interface):
    """Makes authorization codes, and finds the grants behind them again."""

    def keep(provider, grant, expires_at):
        """``(grant, text)``: the grant with its code, which is good until ``expires_at``, and the code as the client gets it.

        The grant is new, and kept nowhere yet.
        """

    def find(provider, text):
        """The ``oidc_op.protocol.codes.Found`` that is behind the code ``text``, used or not; None where it is no code of ours."""


class IUserinfo(Interface):
    """Fills in the standard claims of an account."""

    def __call__(claims, account):
        """``claims`` holds every standard claim, empty; the same dictionary is returned, filled."""


class IClock(Interface):
    """Tells the time."""

    def __call__():
        """Seconds since the epoch."""


class IConfiguration(Interface):
    """The tables that directives fill: see ``oidc_op.directives.Configuration``."""


class ISettings(Interface):
    """The settings, read once: see ``oidc_op.settings.Settings``."""


class IMasterSecret(Interface):
    """The master secret: see ``oidc_op.secret.MasterSecret``."""


class IKeyCache(Interface):
    """What a process keeps of the keys: see ``oidc_op.protocol.keys.KeyCache``."""


class IProvider(Interface):
    """The OpenID Provider, as this request sees it."""

    request = Attribute("the request")
    settings = Attribute("oidc_op.settings.Settings")
    configuration = Attribute("oidc_op.directives.Configuration: the tables that directives filled")
    issuer = Attribute("the Issuer Identifier, without a slash at its end")
    now = Attribute("seconds since the epoch, the same throughout a request")
    secret = Attribute("oidc_op.secret.MasterSecret")
    store = Attribute("IStore, whose clients, accounts and keys tell each change to its changes")
    keys = Attribute("oidc_op.protocol.keys.KeyRing")
    accounts = Attribute("IAccounts")
    session = Attribute("oidc_op.model.session.Session of this browser, or None")
    by = Attribute("who changes what is configured: the sub of an account, or words; may be set")
    why = Attribute("why, in words; may be set")

    def expect(**keys):
        """Tell the store which records will be asked for: see ``IForesight``."""

    def authenticate(login, password):
        """An attempt to sign in: see ``oidc_op.accounts.attempt``."""

    def url(*names, **query):
        """The absolute URL of the node at this path below the provider."""
