"""Every contract that a plug-in or an embedding application may implement, and the types of what it is given.

They are zope interfaces: Pyramid's registry looks plug-ins up by them, and mypy checks implementations and callers against
them (mypy-zope). Their methods have no ``self``.
"""

from .accounts import IAccount, IAccounts, IAccountsFactory, IPasswordHasher
from .hooks import IClock, ICodes, ISubject, IUserinfo
from .json import Claims, JSONMapping, JSONObject, RawSettings
from .provider import IConfiguration, IKeyCache, IMasterSecret, IProvider, ISettings
from .pyramid import Configurator, Registry, Request, Response, TransactionManager
from .store import (
    IAccountCollection,
    IChangeCollection,
    IClientCollection,
    ICollection,
    IConsentCollection,
    IExpiring,
    IGrantCollection,
    IHistoryStore,
    IKeyCollection,
    ISessionCollection,
    IStore,
    IStoreBackend,
    IStoreFactory,
    ITicketCollection,
)

__all__ = [
    "Claims",
    "Configurator",
    "IAccount",
    "IAccountCollection",
    "IAccounts",
    "IAccountsFactory",
    "IChangeCollection",
    "IClientCollection",
    "IClock",
    "ICodes",
    "ICollection",
    "IConfiguration",
    "IConsentCollection",
    "IExpiring",
    "IGrantCollection",
    "IHistoryStore",
    "IKeyCache",
    "IKeyCollection",
    "IMasterSecret",
    "IPasswordHasher",
    "IProvider",
    "ISessionCollection",
    "ISettings",
    "IStore",
    "IStoreBackend",
    "IStoreFactory",
    "ISubject",
    "ITicketCollection",
    "IUserinfo",
    "JSONMapping",
    "JSONObject",
    "RawSettings",
    "Registry",
    "Request",
    "Response",
    "TransactionManager",
]
