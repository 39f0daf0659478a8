"""What the provider has to know of the API: its scope, and that tokens with it are meant for the client ``books-api``."""


def includeme(config):
    config.add_oidc_scope("books.read", "Books", "Read the list of your books.", audience="books-api")
