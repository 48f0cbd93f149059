"""The address guard lets nothing through but the public Internet and what is allowed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.fetch.guard import PORTS, refusal


def listed(table: str) -> list[str]:
    return table.split()


REFUSED = listed("""
127.0.0.1 127.0.0.2 127.1.2.3 127.255.255.255 ::1 0:0:0:0:0:0:0:1
10.0.0.0 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255
100.64.0.1 100.127.255.255 100.100.100.200
169.254.0.1 169.254.169.254 169.254.170.2 fe80::1 fe80::1%eth0 fe80::a9fe:a9fe febf::1
fc00::1 fd00::1 fd00:ec2::254 fdff:ffff::1 fec0::1 feff::1
0.0.0.0 0.0.0.1 0.255.255.255 :: ::%eth0
224.0.0.1 224.0.0.251 239.255.255.250 ff02::1 ff02::fb ff0e::1
240.0.0.1 255.255.255.255 254.1.2.3
192.0.0.1 192.0.0.8 192.0.0.170 192.0.0.192 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
2001:db8::1 2001:2::1 2001:10::1 100::1
::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:192.168.1.1 ::ffff:0.0.0.0
::127.0.0.1 ::7f00:1 ::10.0.0.1 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b::192.168.0.1 64:ff9b::
64:ff9b::224.0.0.1 64:ff9b::100.64.0.1 64:ff9b::192.0.0.192 64:ff9b:1::127.0.0.1 64:ff9b:1::10.0.0.1
2002:7f00:1:: 2002:7f00:1::1 2002:a00:1::1 2002:a9fe:a9fe:: 2002:c0a8:1:: 2002:e000:1::
2001:0:4136:e378:8000:63bf:3fff:fdd2 2001::1 2001:0:808:808::1
""")

NO_ADDRESS = [
    "",
    " ",
    "localhost",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "8.8.8.8 ",
    "1.2.3.4.5",
    "8.8.8.8/32",
]

PUBLIC = listed("""
8.8.8.8 1.1.1.1 93.184.216.34 11.0.0.1 9.255.255.255 172.15.255.255 172.32.0.1 192.167.1.1 192.169.1.1
100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 169.253.1.1 198.17.1.1 198.20.1.1 223.255.255.255 114.114.114.114
2606:4700:4700::1111 2001:4860:4860::8888 2400:3200::1 2a00:1450:4001:800::200e
64:ff9b::8.8.8.8 64:ff9b::101:101
""")

PRIVATE_NETWORKS = [
    *map(IPv4Network, ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12")),
    *map(IPv4Network, ("192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4")),
]
PRIVATE_NETWORKS_6 = list(map(IPv6Network, ("::/96", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "2001::/32")))


def inside(networks: list[IPv4Network] | list[IPv6Network]) -> st.SearchStrategy[IPv4Address | IPv6Address]:
    return st.sampled_from(networks).flatmap(lambda network: st.ip_addresses(network=network))


def test_the_tables_are_long_enough() -> None:
    assert len({*REFUSED, *NO_ADDRESS, *PUBLIC}) >= 80


@pytest.mark.parametrize("address", REFUSED)
def test_address_that_is_not_public_is_refused(address: str) -> None:
    reason = refusal(address)
    assert (
        reason == f"the address {address} is not public; to allow it, add its network to allow_networks under [fetch]"
    )


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert refusal(text) == f"{text!r} is no address"


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_passes(address: str) -> None:
    assert refusal(address) == ""


@settings(deadline=None)
@given(inside(PRIVATE_NETWORKS))
def test_private_ipv4_is_refused_in_every_dress(address: IPv4Address) -> None:
    number = int(address)
    dresses = [
        address,
        IPv6Address(number),
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0x0064_FF9B << 96 | number),
        IPv6Address(0x0064_FF9B_0001 << 80 | number),
        IPv6Address(0x2002 << 112 | number << 80),
    ]
    assert all(refusal(str(dress)) for dress in dresses)


@settings(deadline=None)
@given(inside(PRIVATE_NETWORKS_6))
def test_private_ipv6_is_refused(address: IPv6Address) -> None:
    assert refusal(str(address))


@settings(deadline=None)
@given(st.ip_addresses())
def test_what_python_calls_private_never_passes(address: IPv4Address | IPv6Address) -> None:
    if address.is_private or address.is_loopback or address.is_multicast:
        assert refusal(str(address))


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(refusal(text), str)


@pytest.mark.parametrize(
    ("address", "allowed", "passes"),
    [
        ("127.0.0.1", ("127.0.0.0/8",), True),
        ("127.0.0.1", ("127.0.0.1/32",), True),
        ("127.0.0.2", ("127.0.0.1/32",), False),
        ("127.0.0.1", ("10.0.0.0/8",), False),
        ("127.0.0.1", ("10.0.0.0/8", "127.0.0.0/8"), True),
        ("10.1.2.3", ("10.0.0.0/8",), True),
        ("::1", ("::1/128",), True),
        ("::1", ("127.0.0.0/8",), False),
        ("fd12::5", ("fd12::/16",), True),
        ("fd13::5", ("fd12::/16",), False),
        ("::ffff:10.0.0.1", ("10.0.0.0/8",), True),
        ("64:ff9b::10.0.0.1", ("10.0.0.0/8",), True),
        ("64:ff9b::10.0.0.1", ("192.168.0.0/16",), False),
        ("8.8.8.8", ("10.0.0.0/8",), True),
        ("nonsense", ("0.0.0.0/0",), False),
    ],
)
def test_allowed_network_is_open_and_no_other(address: str, allowed: tuple[str, ...], passes: bool) -> None:
    assert (refusal(address, 443, allowed) == "") is passes


@pytest.mark.parametrize("port", [1, 21, 22, 25, 53, 81, 3306, 6379, 11211, 65535])
@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_port_that_is_not_for_web_pages_is_refused(address: str, port: int) -> None:
    reason = f"port {port} is not one for web pages; to allow it, add it to allow_ports under [fetch]"
    assert refusal(address, port) == reason
    assert refusal(address, port, ("10.0.0.0/8",)) == reason


@pytest.mark.parametrize(
    ("address", "port", "networks", "ports", "words"),
    [
        *(("8.8.8.8", port, (), PORTS, "") for port in (80, 443, 8080, 8443)),
        ("8.8.8.8", 9000, (), (9000,), ""),
        ("8.8.8.8", 443, (), (9000,), "port 443 is not one"),
        ("10.0.0.1", 22, ("10.0.0.0/8",), PORTS, ""),
        ("::1", 6379, ("::1/128",), PORTS, ""),
        ("11.0.0.1", 22, ("10.0.0.0/8",), PORTS, "port 22 is not one"),
        ("10.0.0.1", 22, (), PORTS, "the address 10.0.0.1 is not public"),
        ("10.0.0.1", 22, (), (22,), "the address 10.0.0.1 is not public"),
    ],
)
def test_port_counts_where_no_network_is_opened(
    address: str, port: int, networks: tuple[str, ...], ports: tuple[int, ...], words: str
) -> None:
    reason = refusal(address, port, networks, ports)
    assert reason.startswith(words)
    assert bool(reason) is bool(words)
