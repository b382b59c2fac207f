"""The upgrade of an index file of version 1, which held each text twice and no counts."""

from __future__ import annotations

import zlib

from virtual_lab.library.sqlite.connection import SharedConnection
from virtual_lab.library.sqlite.counts import count_again
from virtual_lab.library.sqlite.texts import write_text


def upgrade(db: SharedConnection) -> None:
    """Move the texts of a file of version 1 into blocks, within the transaction that is open.

    The file does not become smaller: what is added later fills the space that this frees.
    """
    db.execute("ALTER TABLE passage ADD COLUMN length INTEGER NOT NULL DEFAULT 0")
    for (source,) in db.execute("SELECT number FROM source"):
        packed = db.execute("SELECT text FROM source WHERE number = ?", (source,)).fetchone()[0]
        write_text(db, source, zlib.decompress(packed).decode("utf-8", "surrogatepass"))
        db.executemany(
            "UPDATE passage SET length = ? WHERE number = ?",
            [
                (len(text), number)
                for number, text in db.execute(
                    "SELECT number, text FROM passage WHERE source = ?", (source,)
                )
            ],
        )
    db.execute("ALTER TABLE passage DROP COLUMN text")
    db.execute("ALTER TABLE source DROP COLUMN text")
    count_again(db)
