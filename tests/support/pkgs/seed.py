"""Hooks with the signatures of django-oidc-provider, as a project has them that comes from there."""

from pyramid.i18n import TranslationString
from pyramid.response import Response

from oidc_op.claims import ScopeClaims

CALLS, RESPONSES, SEEN = [], [], {}


def forget():
    CALLS.clear()
    RESPONSES.clear()
    SEEN.clear()


def after_userlogin(request, user, client):
    CALLS.append((request, user, client))
    return RESPONSES.pop(0)(request) if RESPONSES else None


def second_after_userlogin(**given):
    CALLS.append(("second", sorted(given)))


def denied(request):
    return Response("not you", status=403)


def userinfo(claims, user):
    SEEN["claims"], SEEN["user"] = {name: dict(value) if name == "address" else value for name, value in claims.items()}, user
    claims["name"] = f"Mx {user.username}"
    claims["zoneinfo"] = "Europe/Berlin"
    claims["address"]["country"] = "AR"
    claims["email"] = None
    claims["shoe_size"] = 42
    return claims


def forgetful_userinfo(claims, user):
    claims["name"] = "nobody returns it"


def sub(user):
    return f"sub-{user.username}"


def two(id_token, user):
    id_token["two"] = user.username
    return id_token


def four(id_token, user, token, request, **kwargs):
    id_token["four"] = [user.username, token.client_id, request.params.get("grant_type"), sorted(kwargs)]
    return id_token


def looks(id_token, user, token, request):
    CALLS.append((request, user, token))
    return id_token


def only_keywords(id_token, *, request, user):
    return id_token | {"keywords": [user.username, request.method]}


def any_keywords(id_token, **given):
    return id_token | {"any": sorted(given)}


def any_arguments(*given):
    return given[0] | {"arguments": len(given)}


class Stateful:
    def __call__(self, id_token, user):
        return id_token | {"instance": user.username}


stateful = Stateful()


def returns_nothing(id_token, user):
    id_token["lost"] = True


class Lazy:
    """As the lazy translations of other frameworks: text once it is asked for."""

    def __init__(self, text):
        self.text = text

    def __str__(self):
        return self.text.upper()


class Claims(ScopeClaims):
    info_foo = ("Foo", "Some description for the scope.")
    info_lazy = (Lazy("lazily"), Lazy("told"))
    info_translated = (TranslationString("title", default="For ${who}", mapping={"who": "you & me"}), "")
    info_profile = ("Profile", "Another description.")

    def scope_foo(self):
        return {
            "bar": f"{self.user.username} {self.client.client_id} {' '.join(self.scopes)}",
            "name_told": self.userinfo["name"],
            "nick_told": self.userinfo["nickname"],
            "none": None,
            "empty": "",
            "nested": {"kept": 0, "gone": "", "deeper": {"gone": None}},
            "all_gone": {"gone": {}},
            "zero": 0,
            "no": False,
            "list": [],
        }


class Inherited(Claims):
    info_scope_of_view = ("A view", "Its name has what methods begin with.")

    def scope_scope_of_view(self):
        return {"view": "wide"}

    def scope_profile(self):
        return {"favourite": "blue"}

    def scope_silent(self):
        return {"iss": "https://evil.example", "silent": True}
