"""How a page is judged by its looks: narrow and wide, light and dark, accessible by axe-core's rules, and photographed."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIZES = ((390, 844), (1280, 800))  # pixels: a telephone, a laptop
SCHEMES = ("light", "dark")
LEAST = 24  # pixels of what can be pressed (WCAG 2.2 §2.5.8)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_SMALL = """least => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), summary')]
  .filter(each => getComputedStyle(each).display !== 'inline')  // in a sentence, the line decides
  .filter(each => each.checkVisibility() && Math.min(each.offsetWidth, each.offsetHeight) < least)
  .map(each => each.outerHTML)"""
BROKEN_IMAGES = "[...document.images].filter(image => !(image.complete && image.naturalWidth)).map(image => image.src)"


def assert_good_looks(page: Page, name: str, artefacts: Path) -> None:
    """Look at a page in every size and scheme; transitions must be off (``reduced_motion``).

    axe-core looks at a telephone by day and at a laptop by night: colours do not depend on the width.
    """
    page.wait_for_load_state()  # a click waits until the answer begins, not until it is there
    assert page.locator("h1").count() == 1
    assert page.title()
    for width, height in SIZES:
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=artefacts / f"{name}-{width}-{scheme}.png", full_page=True)
            with_axe = (width == SIZES[0][0]) == (scheme == SCHEMES[0])
            assert faults_of(page, with_axe=with_axe) == [], f"at {width} pixels, {scheme}"


def faults_of(page: Page, *, with_axe: bool = True) -> list[str]:
    """Return what is wrong with a page as it is shown now."""
    faults = []
    if with_axe and (found := Axe().run(page)).violations_count:
        faults.append(found.generate_report())
    if sideways := page.evaluate(SIDEWAYS):
        faults.append(f"it is {sideways} pixels too wide")
    faults += [f"an image is broken: {source}" for source in page.evaluate(BROKEN_IMAGES)]
    return faults + [f"too small to be pressed: {name}" for name in page.evaluate(TOO_SMALL, LEAST)]
