"""Pages as HTML: the seam of the template engine, in which everything is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Final

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
_ENVIRONMENT.filters["runs"] = lambda lines: [
    (key, list(run)) for key, run in groupby(lines, attrgetter("key"))
]


def render_page(
    site: Site,
    page: Page,
    here: str = "",
    given: Mapping[str, Sequence[str]] | None = None,
    listed: bool = True,
) -> str:
    """Return a page's HTML; ``here`` is its name, as ``Links.page`` takes it, and ``given`` the values of its form.

    What is no page of its own, such as an error, is not ``listed``: it has no twins.
    """
    return _ENVIRONMENT.get_template(page.template).render(
        page.context,
        site=site,
        link=site.links,
        title=page.title,
        twins=list(page.twins) if listed else [],
        page=page.page,
        pages=page.pages,
        here=here,
        given={key: values for key, values in (given or {}).items() if key != "page"},
    )
