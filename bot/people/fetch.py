"""Brings calendars from the web: over https, from public hosts only, and no more than fits."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.errors import UserError

MOST_BYTES = 5 * 1024 * 1024
MOST_REDIRECTS = 3
WITHIN = 20.0
"""Seconds for all of it."""

Allowed = Callable[[str], bool]


class NotFetched(UserError):
    """Why nothing was brought; without the address, which is as good as a password."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    found = ipaddress.ip_address(address)
    inside = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (inside is None or inside.is_global)


@dataclass(frozen=True)
class Fetcher:
    """Fetches by GET. A redirect is checked as its first address was; a host's address is checked when connecting."""

    is_allowed: Allowed = is_public
    schemes: Collection[str] = frozenset({"https"})
    within: float = WITHIN
    most_bytes: int = MOST_BYTES

    async def __call__(self, address: str) -> bytes:
        """What stands there. Raises NotFetched."""
        connector = aiohttp.TCPConnector(resolver=_Resolver(self.is_allowed), use_dns_cache=False)
        timeout = aiohttp.ClientTimeout(total=self.within)
        try:
            async with (
                asyncio.timeout(self.within),
                aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as session,
            ):
                for _ in range(MOST_REDIRECTS + 1):
                    self._check(address)
                    async with session.get(address, allow_redirects=False) as response:
                        if response.status not in (301, 302, 303, 307, 308):
                            return await self._body(response)
                        address = urljoin(address, response.headers.get("Location", ""))
        except NotFetched:
            raise
        except _Refused as error:
            raise NotFetched(str(error)) from error
        except TimeoutError as error:
            raise NotFetched(f"it did not answer within {self.within:g} seconds.") from error
        except (aiohttp.ClientError, ValueError, OSError) as error:
            if isinstance(error.__cause__, _Refused):
                raise NotFetched(str(error.__cause__)) from error
            raise NotFetched(f"it could not be reached ({type(error).__name__}).") from error
        raise NotFetched("it leads from one address to another without end.")

    def _check(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in self.schemes:
            raise NotFetched(f"it leads to {parts.scheme or 'no'} address: only https is read.")
        host = parts.hostname or ""
        if _is_address(host) and not self.is_allowed(host):
            raise NotFetched("it leads to an address that is not on the public internet.")

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        if response.status != 200:
            raise NotFetched(f"its server answers {response.status}: check that the address still holds.")
        text = bytearray()
        async for piece in response.content.iter_chunked(64 * 1024):
            text += piece
            if len(text) > self.most_bytes:
                raise NotFetched(f"it is larger than {self.most_bytes // 1024 // 1024} MB.")
        return bytes(text)


class _Refused(OSError):
    """A host that is not on the public internet."""


class _Resolver(AbstractResolver):
    """Looks names up and gives only allowed addresses, so that what was checked is what is connected to."""

    def __init__(self, is_allowed: Allowed) -> None:
        self._is_allowed = is_allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found: list[Any] = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        addresses = [(kind, str(place[0])) for kind, _type, _protocol, _name, place in found]
        if not addresses or not all(self._is_allowed(address.partition("%")[0]) for _kind, address in addresses):
            raise _Refused("its host is not on the public internet.")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, address in addresses
        ]

    async def close(self) -> None:
        """Nothing is kept."""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
