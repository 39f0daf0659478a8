"""The directive ``oidc-settings``: every setting, from the one table that there is."""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from oidc_op.cli.settings import written
from oidc_op.settings import table


class SettingsTable(SphinxDirective):
    """A ``confval`` for each setting, so that a page can refer to it by its name."""

    def run(self):
        lines = [line for declared in table() for line in self.lines(declared)]
        node = nodes.section(document=self.state.document)
        self.state.nested_parse(StringList(lines, source="oidc_op/settings.py"), self.content_offset, node)
        return node.children

    def lines(self, declared):
        unit = f", {declared.kind.unit}" if declared.kind.unit else ""
        default = written(declared.default)
        yield f".. confval:: {declared.key}"
        yield f"   :type: {declared.kind.name}{unit}"
        if default:
            yield f"   :default: ``{default}``"
        yield ""
        yield f"   {declared.help}"
        if declared.directive:
            yield f"   Another door to :py:func:`~oidc_op.directives.{declared.directive}`."
        yield ""


def setup(app):
    app.add_directive("oidc-settings", SettingsTable)
    return {"parallel_read_safe": True}
