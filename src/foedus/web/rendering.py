"""Pages as HTML: the seam of the template engine, in which everything is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from foedus.web.site import Page, Site
from foedus.web.spokendates import spoken

_FOLDER: Final = Path(__file__).parent
STATIC: Final = _FOLDER / "static"
"""The folder of the style sheet and scripts."""

_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(_FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["spoken"] = spoken


def _encoded(values: Mapping[str, list[str]]) -> str:
    """Return a form's values as the beginning of an address's query."""
    return f"{urlencode(values, doseq=True)}&" if values else ""


_ENVIRONMENT.filters["urlencode_values"] = _encoded


def render_page(site: Site, page: Page, address: str = "") -> str:
    """Return a page's HTML; ``address`` is that of its machine-readable twins, without their suffix."""
    template = _ENVIRONMENT.get_template(page.template)
    return template.render(
        page.context, site=site, link=site.links, title=page.title, twins=list(page.twins), address=address
    )
