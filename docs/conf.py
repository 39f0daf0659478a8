"""The settings of Sphinx, for make docs."""

import sys
from pathlib import Path

import oidc_op

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "oidc_op"
author = "the maintainers of oidc_op"
copyright = author  # noqa: A001  the name that Sphinx looks for
version = release = oidc_op.__version__
extensions = ["sphinx.ext.autodoc", "settings_table", "interface_list", "client_members", "named_tests"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "oidc_op"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
add_module_names = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
nitpick_ignore_regex = [("py:.*", r"zope\.interface\..*"), ("py:.*", r"pyramid\..*")]
