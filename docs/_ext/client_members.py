"""A directive that lists the members of client metadata, from the table that registration reads."""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from oidc_op.protocol.client_members import TABLE


class ClientMembers(SphinxDirective):
    """A table with a row for each member: what django-oidc-provider calls it, its name here, and what it is."""

    def run(self):
        node = nodes.section(document=self.state.document)
        self.state.nested_parse(StringList(list(lines()), source="oidc_op/protocol/client_members"), self.content_offset, node)
        return node.children


def lines():
    """Yield the table's lines of reStructuredText."""
    yield from (".. list-table::", "   :header-rows: 1", "   :widths: 20 34 46", "")
    yield from row("There", "Here", "What it is")
    for member in TABLE:
        said = " ".join(filter(None, (member.help or f"{member.label}.", member.note)))
        yield from row(f"``{member.former}``" if member.former else "", f"``{member.name}``", said)


def row(*cells):
    for number, cell in enumerate(cells):
        yield f"   {'*' if number == 0 else ' '} - {cell}"


def setup(app):
    app.add_directive("oidc-client-members", ClientMembers)
    return {"parallel_read_safe": True}
