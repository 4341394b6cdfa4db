"""Who may come in where there is a token: whoever has it, and for a week whoever has logged in with it."""

import hashlib
import hmac
import ipaddress
import math
import re
import secrets
import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import Scope

from barograph.errors import ConfigurationError

SESSION_LIFE = 7 * 24 * 3600
"""Seconds."""
WRONG_TRIES = 30
"""Wrong tokens that one address may send in a minute."""
_MINUTE = 60
_ADDRESSES = 1000
_SHORTEST = 16
# What RFC 6750 lets a bearer token be: it travels in a header and must come out as it went in.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_SESSION = re.compile(r"([0-9]{1,12}\.[A-Za-z0-9_-]{22})\.([0-9a-f]{64})")


class TooManyTries(Exception):
    """No token from that address is looked at for a while.

    Attributes:
        wait: seconds until one is.
    """

    def __init__(self, wait: int) -> None:
        super().__init__(f"too many wrong tokens from this address; wait {wait} seconds")
        self.wait = wait


class Access:
    """Tells right tokens and sessions from wrong ones.

    A session is what a browser gets for the token: when it ends, something random, and a signature of both. Its key
    is made from the token, so sessions outlive a restart, and a new token ends them all. It says nothing of the token.

    Args:
        token: what every request needs.
        clock: the time in seconds since the epoch.

    Raises:
        ConfigurationError: the token is short enough to be guessed, or can't be sent in a header.
    """

    def __init__(self, token: str, clock: Callable[[], float] = time.time) -> None:
        if len(token) < _SHORTEST or not _TOKEN.fullmatch(token):
            raise ConfigurationError(
                f"the server's token must have {_SHORTEST} or more letters, digits or any of -._~+/ and be hard to "
                'guess; make one with `python3 -c "import secrets; print(secrets.token_urlsafe())"`'
            )
        self._token = hashlib.sha256(token.encode()).digest()
        self._key = hmac.digest(token.encode(), b"barograph session", "sha256")
        # Browsers share cookies between the ports of a host: servers with different tokens leave each other's alone.
        self._cookie = f"barograph_session_{hmac.digest(self._key, b'cookie', 'sha256').hex()[:8]}"
        self._clock = clock
        self._ended: dict[str, int] = {}
        self._tries = _WrongTries(clock)

    def admits(self, token: bytes, address: str) -> bool:
        """Whether ``token`` is the right one; that a client at ``address`` sent a wrong one is remembered a minute.

        Raises:
            TooManyTries: the address has sent so many wrong ones that this one was not looked at.
        """
        if wait := self._tries.wait(address):
            raise TooManyTries(wait)
        if hmac.compare_digest(hashlib.sha256(token).digest(), self._token):
            return True
        self._tries.add(address)
        return False

    def cookie(self, scheme: str) -> str:
        """The name of the session's cookie on ``http`` or ``https``."""
        # With this prefix browsers take the cookie only from the very host, and only with HTTPS.
        return f"__Host-{self._cookie}" if scheme == "https" else self._cookie

    def begin(self) -> str:
        """A new session, to be the cookie's value."""
        content = f"{int(self._clock()) + SESSION_LIFE}.{secrets.token_urlsafe(16)}"
        return f"{content}.{self._signature(content)}"

    def session(self, scope: Scope) -> str | None:
        """The session that a request's cookies hold; None if there is none that is ours, alive and not ended."""
        pairs = [pair.strip() for line in Headers(scope=scope).getlist("cookie") for pair in line.split(";")]
        name = f"{self.cookie(scope['scheme'])}="
        values = (pair.removeprefix(name) for pair in pairs if pair.startswith(name))
        return next(filter(self._holds, values), None)

    def end(self, session: str) -> None:
        """From now on ``session`` is none; a restart of the server forgets that."""
        now = self._clock()
        self._ended = {session: ends for session, ends in self._ended.items() if ends > now}
        self._ended[session] = int(session.partition(".")[0])

    def _holds(self, session: str) -> bool:
        found = _SESSION.fullmatch(session)
        return (
            found is not None
            and hmac.compare_digest(self._signature(found[1]), found[2])
            and int(session.partition(".")[0]) > self._clock()
            and session not in self._ended
        )

    def _signature(self, content: str) -> str:
        return hmac.digest(self._key, content.encode(), "sha256").hex()


class _WrongTries:
    """Counts an address's wrong tries in the minute since its first.

    Its memory is bounded and nobody can push another's count out of it: when it is full, no token from an address
    that it does not know is looked at.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counts: dict[str, tuple[float, int]] = {}  # oldest first

    def wait(self, address: str) -> int:
        """Seconds until a try from ``address`` is looked at again; 0 for now."""
        now = self._clock()
        while self._counts and (first := next(iter(self._counts.items())))[1][0] <= now - _MINUTE:
            del self._counts[first[0]]
        known = self._counts.get(_network(address))
        if known is None and len(self._counts) >= _ADDRESSES:
            known = (next(iter(self._counts.values()))[0], WRONG_TRIES)
        if known is None or known[1] < WRONG_TRIES:
            return 0
        return max(1, math.ceil(known[0] + _MINUTE - now))

    def add(self, address: str) -> None:
        began, count = self._counts.get(_network(address), (self._clock(), 0))
        self._counts[_network(address)] = (began, count + 1)


def _network(address: str) -> str:
    """The address; of IPv6 the 64 bits that one customer is given at least."""
    try:
        ip = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
