"""Feed readers that others wrote, as programs: each follows a tag in every format that it reads.

scripts/clients.py tells the story; it prints what it finds as a table.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.clients import COLUMNS, table
from scripts.subscribers import CLIENTS, Client


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
@pytest.mark.filterwarnings("ignore")  # of other people's programs
def test_a_reader_sees_every_item_once_edits_as_edits_and_asks_politely(client: type[Client], tmp_path: Path) -> None:
    if reason := client.missing():
        pytest.skip(reason)
    rows = table([client], tmp_path)
    assert [row[1] for row in rows] == list(client.formats)
    for row in rows:
        said = dict(zip(COLUMNS, row, strict=True))
        assert {column: word for column, word in said.items() if word.startswith("NO")} == {}
