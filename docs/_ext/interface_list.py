"""A directive that documents every zope interface of ``oidc_op.interfaces``: its attributes and methods, with their docstrings."""

import inspect
import re

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective
from zope.interface.interface import InterfaceClass, Method

from oidc_op import interfaces

RAISES = re.compile(r"^:raises ([\w.]+): *", re.MULTILINE)


class InterfaceList(SphinxDirective):
    """A ``py:class`` for each interface, in the order of the alphabet, so that pages can refer to it by its name."""

    def run(self):
        lines = [line for name in documented() for line in described(name)]
        node = nodes.section(document=self.state.document)
        self.state.nested_parse(StringList(lines, source="oidc_op/interfaces"), self.content_offset, node)
        return node.children


def documented():
    """Return the names of the interfaces."""
    return [name for name in interfaces.__all__ if isinstance(getattr(interfaces, name), InterfaceClass)]


def described(name):
    """Yield the lines of reStructuredText for one interface."""
    interface = getattr(interfaces, name)
    yield from (f".. py:class:: oidc_op.interfaces.{name}", "")
    bases = [base.__name__ for base in interface.__bases__ if base.__name__ in interfaces.__all__]
    if bases:
        yield from (f"   Extends {', '.join(f':py:class:`~oidc_op.interfaces.{base}`' for base in bases)}.", "")
    yield from indented(interface.__doc__, 3)
    for member, description in interface.namesAndDescriptions():
        yield from described_member(member, description)


def described_member(name, member):
    """Yield the lines for an attribute or a method."""
    if isinstance(member, Method):
        yield from (f"   .. py:method:: {name}{member.getSignatureString()}", "")
    else:
        yield from (f"   .. py:attribute:: {name}", "")
    yield from indented(member.__doc__, 6)


def indented(docstring, width):
    """Yield the lines of a docstring; what is raised stands in a sentence, since no page describes the errors of Python."""
    text = RAISES.sub(r"Raises ``\1``: ", inspect.cleandoc(docstring or ""))
    for line in text.splitlines():
        yield " " * width + line if line.strip() else ""
    yield ""


def setup(app):
    app.add_directive("oidc-interfaces", InterfaceList)
    return {"parallel_read_safe": True}
