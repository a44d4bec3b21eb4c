"""Which addresses a webhook may have: TLS, and no machine of our own network, asked again at every delivery.

On a laptop's demonstration a receiver on the machine itself may be reached without TLS, and nothing else is relaxed.
"""

import asyncio
import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

LONGEST_URL = 2000


class Unusable(Exception):
    """The address can't be used; the text says why, to the person who gave it."""


def check_url(url: str, *, demonstration: bool) -> None:
    """Raise Unusable where the address is none that alerts may be sent to, as far as it tells by itself."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Unusable("This is not an address.") from error
    if len(url) > LONGEST_URL or not host or not url.isascii() or any(c.isspace() for c in url):
        raise Unusable("This is not an address.")
    if parts.username or parts.password or parts.fragment:
        raise Unusable("Leave user names, passwords and fragments out of the address: deliveries are signed instead.")
    if parts.scheme != "https" and not (demonstration and parts.scheme == "http" and _is_loopback(host)):
        raise Unusable("The address must begin with https://")
    if _literal(host) is not None and not _may_reach(host, demonstration):
        raise Unusable("The address is of a private network, and alerts are sent to public ones only.")


async def reachable(url: str, *, demonstration: bool) -> str:
    """An IP address to connect to, all of the host's having been checked; raises Unusable or OSError."""
    check_url(url, demonstration=demonstration)
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(item[4][0]) for item in found]
    local = demonstration and _is_loopback(parts.hostname or "")
    if not addresses or not all(_may_reach(address, local) for address in addresses):
        raise Unusable("The address is of a private network, and alerts are sent to public ones only.")
    return addresses[0]


def _literal(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    literal = _literal(host)
    return host == "localhost" or (literal is not None and ip_address(literal).is_loopback)


def _may_reach(address: str, loopback_too: bool) -> bool:
    held = ip_address(address)
    mapped = getattr(held, "ipv4_mapped", None)
    held = mapped or held
    if held.is_loopback:
        return loopback_too
    return held.is_global and not held.is_multicast
