"""The pages of an upload: choose the files, watch, read the findings, confirm, done. Readable without a script.

What is on them is worded in `views.py`; what happens meanwhile is in `course.py`.
"""

import asyncio
import zlib
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from holdfast.runtime.http import Problem, json_response
from services.gateway.domain import Principal
from services.gateway.parts import Made, Parts
from services.gateway.people.access import admitted, allowed_to
from services.gateway.presentation import authority_words
from services.gateway.templating import page
from services.gateway.uploads.form import Bounds, receive, too_large
from services.gateway.uploads.held import AT_WORK, Upload
from services.gateway.uploads.views import (
    has_changed,
    limits_words,
    minutes_left,
    progress_words,
    would_change,
)

router = APIRouter(prefix="/authorities/{authority}/import", include_in_schema=False)

# What a form holds beside its files: the token, and the lines about each part.
_FORM_BYTES = 16 * 1024
_PART_BYTES = 8 * 1024


def person(principal: Principal) -> Principal:
    """Somebody who is signed in. Raises Problem 403 for a machine: those have the door."""
    if principal.kind != "person":
        raise Problem(403, "not-for-machines", "Programs import at the door, with a sender's token")
    return principal


async def importer(principal: Annotated[Principal, Depends(allowed_to("imports"))]) -> Principal:
    """Somebody who may import here."""
    return person(principal)


async def uploader(principal: Annotated[Principal, Depends(admitted("imports"))]) -> Principal:
    """The same, with a form that is still to come."""
    return person(principal)


async def upload_of(authority: str, upload: str, principal: "Importer", parts: Made) -> Upload:
    """The upload that the address names, of this very session."""
    return parts.uploads.of(principal, authority, upload)


Importer = Annotated[Principal, Depends(importer)]
Theirs = Annotated[Upload, Depends(upload_of)]


@router.get("")
async def choose(request: Request, authority: str, principal: Importer, parts: Made) -> Response:
    """The form to upload with; or, where returns can't be imported here, what to ask for."""
    try:
        await parts.intake.may_import(principal, authority)
    except Problem as problem:
        if problem.code == "no-source":
            return _page(request, authority, principal, "uploads/refused.html", status=403, problem=problem)
        return _chooser(request, authority, principal, parts, problem, status=200)
    return _chooser(request, authority, principal, parts)


@router.post("")
async def take(
    request: Request, authority: str, principal: Annotated[Principal, Depends(uploader)], parts: Made
) -> Response:
    """Receive an upload, and lead to its page: a script is told where that is."""
    scripted = "text/html" not in request.headers.get("accept", "")
    bounds = Bounds(parts.settings.upload_files, parts.settings.upload_mebibytes * 2**20)

    async def receive_into(folder: Path) -> int:
        return len(await receive(request, folder, principal.csrf, bounds))

    try:
        _refuse_large(request, bounds)
        upload = await parts.uploads.take(principal, authority, receive_into)
    except Problem as problem:
        if scripted:
            raise
        return _chooser(request, authority, principal, parts, problem, status=problem.status)
    address = _address(upload)
    return json_response({"location": address}, 201) if scripted else RedirectResponse(address, 303)


def _refuse_large(request: Request, bounds: Bounds) -> None:
    """Before a byte of it has come. Whoever doesn't say how much there is, is counted."""
    length = request.headers.get("content-length", "0")
    most = bounds.size + _FORM_BYTES + bounds.files * _PART_BYTES
    if not length.isdigit() or int(length) > most:
        raise too_large(bounds)


@router.get("/{upload}")
async def show(request: Request, authority: str, principal: Importer, upload: Theirs, parts: Made) -> Response:
    """An upload as it is now."""
    return _shown(request, principal, upload)


@router.get("/{upload}/progress")
async def progress(_: Importer, upload: Theirs) -> Response:
    """How far it is, for a script."""
    return json_response(progress_words(upload, _now()))


@router.get("/{upload}/findings.csv")
async def findings(_: Importer, upload: Theirs) -> Response:
    """Every finding by file, row and column."""
    if not upload.csv:
        raise Problem(404, "no-findings", "The files are still being read")
    headers = {"Content-Disposition": 'attachment; filename="findings.csv"'}
    return Response(zlib.decompress(upload.csv), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/{upload}/confirm")
async def confirm(
    request: Request, principal: Importer, upload: Theirs, parts: Made, gone: Annotated[str, Form()] = ""
) -> Response:
    """Send it; where a good part of what was said would be withdrawn, only once that has been decided."""
    asks = upload.state == "ready" and upload.compared is not None and upload.compared.asks_first
    if asks and gone not in ("withdraw", "leave"):
        fault = "Decide first what becomes of the facts that these files no longer have."
        return _shown(request, principal, upload, fault=fault, status=400)
    parts.uploads.go_on(upload, withdraw=gone != "leave")
    return RedirectResponse(_address(upload), 303)


@router.post("/{upload}/drop")
async def drop(authority: str, _: Importer, upload: Theirs, parts: Made) -> Response:
    """Forget it."""
    await parts.uploads.drop(upload)
    return RedirectResponse(f"/authorities/{authority}/import", 303)


def _shown(request: Request, principal: Principal, upload: Upload, *, fault: str = "", status: int = 200) -> Response:
    now = _now()
    template = "uploads/wait.html" if upload.state in AT_WORK else f"uploads/{upload.state}.html"
    return _page(
        request,
        upload.authority,
        principal,
        template,
        status=status,
        upload=upload,
        here=_address(upload),
        progress=progress_words(upload, now),
        minutes_left=minutes_left(upload, now),
        would=would_change(upload.compared.numbers) if upload.compared else [],
        done=has_changed(upload.sent.numbers, withdrew=upload.withdraw) if upload.sent else [],
        fault=fault,
    )


def _chooser(
    request: Request, authority: str, principal: Principal, parts: Parts, problem: Problem | None = None, *,
    status: int = 200,
) -> Response:  # fmt: skip
    return _page(
        request,
        authority,
        principal,
        "uploads/choose.html",
        status=status,
        problem=problem,
        limits=limits_words(parts.settings),
        largest=parts.settings.upload_mebibytes * 2**20,
    )


def _page(
    request: Request, authority: str, principal: Principal, template: str, *, status: int = 200, **values: Any
) -> Response:
    place = authority_words(authority)
    return page(request, template, status=status, principal=principal, authority=place, **values)


def _address(upload: Upload) -> str:
    return f"/authorities/{upload.authority}/import/{upload.id}"


def _now() -> float:
    return asyncio.get_running_loop().time()
