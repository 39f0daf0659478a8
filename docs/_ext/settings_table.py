"""Directives that list settings: all of them, and those of django-oidc-provider with what they are called here."""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from oidc_op.cli.settings import written
from oidc_op.config.django_settings import DJANGO_SETTINGS, PAGES, TEMPLATES
from oidc_op.config.settings import table


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
            yield f"   Another door to :py:func:`~oidc_op.config.directives.{declared.directive}`."
        yield ""


class FormerTable(SphinxDirective):
    """A table of the settings of django-oidc-provider."""

    def run(self):
        ours = {declared.key: declared for declared in table()}
        pairs = sorted([*DJANGO_SETTINGS.items(), *((TEMPLATES, key) for key in PAGES.values())])
        lines = [".. list-table::", "   :header-rows: 1", "   :widths: 30 26 14 30", ""]
        lines += ["   * - There", "     - Here", "     - Default", "     - What it says"]
        for old, key in pairs:
            lines += self.row(old, key, ours.get(key))
        node = nodes.section(document=self.state.document)
        self.state.nested_parse(StringList(lines, source="oidc_op/config/django_settings.py"), self.content_offset, node)
        return node.children

    def row(self, old, key, declared):
        here = f":confval:`{key}`" if declared else f"``{key}``"
        default, unit = (written(declared.default), declared.kind.unit) if declared else ("", "")
        shown = (f"``{default}``" + (f" {unit}" if unit else "")) if default else ""
        return [f"   * - ``{old}``", f"     - {here}", f"     - {shown}", f"     - {declared.help if declared else ''}"]


def setup(app):
    app.add_directive("oidc-settings", SettingsTable)
    app.add_directive("oidc-former-settings", FormerTable)
    return {"parallel_read_safe": True}
