"""The bank's own books, in SQLite: accounts, what it was asked to pay, what it paid, what it stated."""

import pathlib
import sqlite3

TABLES = """
CREATE TABLE IF NOT EXISTS account (
    number text NOT NULL PRIMARY KEY, name text NOT NULL, line text NOT NULL,
    balance integer NOT NULL CHECK (balance >= 0), stated integer NOT NULL, sequence integer NOT NULL DEFAULT 0,
    closed_on text NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS holder (
    number text NOT NULL PRIMARY KEY, name text NOT NULL,
    state text NOT NULL CHECK (state IN ('OPEN', 'CLOSED', 'FROZEN', 'RETURNING'))
) STRICT;
CREATE TABLE IF NOT EXISTS message (
    message_id text NOT NULL PRIMARY KEY, account text NOT NULL REFERENCES account, received_on text NOT NULL,
    payments integer NOT NULL, fen integer NOT NULL, reports integer NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS payment (
    message_id text NOT NULL REFERENCES message, position integer NOT NULL, order_id text NOT NULL,
    name text NOT NULL, number text NOT NULL, line text NOT NULL, fen integer NOT NULL, text text NOT NULL,
    pay_on text NOT NULL, state text NOT NULL CHECK (state IN ('WAITING', 'PAID', 'REFUSED', 'RETURNED')),
    code text NOT NULL DEFAULT '', reference text NOT NULL DEFAULT '', paid_on text, return_on text,
    PRIMARY KEY (message_id, position)
) STRICT;
-- An order is paid once, unless it came back.
CREATE UNIQUE INDEX IF NOT EXISTS payment_once ON payment (order_id) WHERE state IN ('WAITING', 'PAID');
CREATE INDEX IF NOT EXISTS payment_waiting ON payment (pay_on) WHERE state = 'WAITING';
CREATE INDEX IF NOT EXISTS payment_returning ON payment (return_on) WHERE state = 'PAID' AND return_on IS NOT NULL;
CREATE TABLE IF NOT EXISTS entry (
    reference text NOT NULL PRIMARY KEY, account text NOT NULL REFERENCES account, day text NOT NULL,
    fen integer NOT NULL CHECK (fen <> 0), kind text NOT NULL, order_id text NOT NULL DEFAULT '',
    name text NOT NULL DEFAULT '', number text NOT NULL DEFAULT '', text text NOT NULL DEFAULT '',
    code text NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX IF NOT EXISTS entry_day ON entry (account, day, reference);
"""


def opened(path: pathlib.Path | str) -> sqlite3.Connection:
    """The books in a file."""
    books = sqlite3.connect(path)
    books.row_factory = sqlite3.Row
    books.execute("PRAGMA foreign_keys = ON")
    books.executescript(TABLES)
    return books
