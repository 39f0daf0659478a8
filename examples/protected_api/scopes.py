"""The scope of the API, for the provider: tokens with this scope are for the client ``books-api``."""


def includeme(config):
    config.add_oidc_scope("books.read", "Books", "Read the list of your books.", audience="books-api")
