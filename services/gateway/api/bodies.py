"""Bodies of the API: one that came as a value of a type, and one that goes out with its ETag."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import Response

from holdfast.runtime.http import Problem

LARGEST_BODY_BYTES = 64 * 1024


async def body_as(request: Request, kind: Any, largest_bytes: int = LARGEST_BODY_BYTES) -> Any:
    """The body as a value of this type; raises Problem 400, 413 or 415."""
    if request.headers.get("content-type", "application/json").partition(";")[0].strip() != "application/json":
        raise Problem(415, "not-json", "Send JSON, as application/json")
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > largest_bytes:
            raise Problem(413, "too-large", f"The body is larger than {largest_bytes} bytes")
    try:
        return msgspec.json.decode(bytes(held), type=kind)
    except msgspec.ValidationError as error:
        message, _, pointer = str(error).partition(" - at `$")
        errors: Sequence[dict[str, str]] = [
            {"code": "unusable", "pointer": pointer.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/"),
             "message": message}
        ]  # fmt: skip
        raise Problem(400, "unusable-body", "The body is not usable", errors=errors) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "not-json", "The body is not JSON") from error


def cacheable(request: Request, body: bytes) -> Response:
    """The body with an ETag, or 304 where the reader has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    held = [item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")]
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
