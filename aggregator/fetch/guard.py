"""The address guard: which addresses may be connected at all.

It stands where the socket is made, after the name was looked up and on every redirect, so that the address which was
checked is the one that is connected: there is no gap for a name whose answer changes.

`ipaddress.is_global` alone is no guard: it calls multicast, and loopback written as NAT64 or 6to4, global.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

PORTS = (80, 443, 8080, 8443)

_NAT64 = ip_network("64:ff9b::/96")
_NEVER_PUBLIC = tuple(
    map(ip_network, ("192.0.0.0/24", "64:ff9b:1::/48", "fec0::/10", "::/96", "2001::/32", "100::/64"))
)


def refusal(address: str, port: int = 443, networks: Iterable[str] = (), ports: Collection[int] = PORTS) -> str:
    """Why an address may not be connected, or "" if it may.

    `networks` are opened by configuration, with all their ports; elsewhere only `ports` are connected.
    """
    try:
        ip = ip_address(address.split("%")[0])
    except ValueError:
        return f"{address!r} is no address"
    carried = _carried_ipv4(ip)
    for network in map(ip_network, networks):
        if any(candidate is not None and candidate in network for candidate in (ip, carried)):
            return ""
    if not _is_public(ip) or not (carried is None or _is_public(carried)):
        return f"the address {address} is not public; to allow it, add its network to allow_networks under [fetch]"
    if port not in ports:
        return f"port {port} is not one for web pages; to allow it, add it to allow_ports under [fetch]"
    return ""


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if ip in _NAT64:  # reserved space of the protocol; what it carries is judged by itself
        return True
    if ip.is_multicast or ip.is_unspecified or ip.is_reserved or ip.is_loopback or ip.is_link_local:
        return False
    return ip.is_global and not any(ip in network for network in _NEVER_PUBLIC)


def _carried_ipv4(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one: mapped, 6to4 or NAT64."""
    if isinstance(ip, IPv4Address):
        return None
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
