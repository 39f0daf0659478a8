"""Print the lowest versions that setup.py allows, as constraints for pip."""

import re
import sys
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).parent.parent
sys.argv = ["setup.py"]
with patch("setuptools.setup") as setup:
    exec(compile((ROOT / "setup.py").read_text(), str(ROOT / "setup.py"), "exec"), {"__file__": str(ROOT / "setup.py")})
for requirement in setup.call_args.kwargs["install_requires"]:
    if found := re.match(r"([\w.-]+)>=([\w.]+)", requirement):
        print(f"{found[1]}=={found[2]}")
