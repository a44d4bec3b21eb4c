"""Pages from templates: escaped always, no name undefined, the same helpers everywhere."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.gateway.domain import Principal, may
from services.gateway.presentation import day_words, instant_words, month_words


@cache
def environment() -> Environment:
    """The templates of `templates/`."""
    made = Environment(
        loader=PackageLoader("services.gateway"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": day_words, "month": month_words, "instant": instant_words}
    made.globals |= {"fingerprint": fingerprint(), "may": may}
    return made


@cache
def fingerprint() -> str:
    """What changes when a file that pages load does, so that a browser asks for it anew."""
    folder = files("services.gateway") / "static"
    held = b"".join(item.read_bytes() for item in sorted(folder.iterdir(), key=lambda item: item.name))
    return hashlib.sha256(held).hexdigest()[:10]


def render(template: str, **values: Any) -> str:
    """A template with these values."""
    return environment().get_template(template).render(**values)


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    principal: Principal | None = None,
    **values: Any,
) -> HTMLResponse:
    """A whole page for somebody, or for nobody yet. Never kept by a browser or a proxy."""
    parts = getattr(request.app.state, "parts", None)
    demonstration = parts is not None and parts.settings.demonstration
    text = render(template, principal=principal, path=request.url.path, demonstration=demonstration, **values)
    return HTMLResponse(text, status, headers={"Cache-Control": "no-store"} | (headers or {}))
