"""What D1 can hold. The figures are those of Cloudflare's page: developers.cloudflare.com/d1/platform/limits."""

from __future__ import annotations

COLUMNS = 100  # of a table, and of a result
STATEMENT_BYTES = 100_000
ROW_BYTES = 2_000_000  # and of one text or blob
DATABASE_BYTES = 10_000_000_000
IMPORT_BYTES = 5_000_000_000  # of one file of statements
RESERVED = "_cf_"  # how the names of D1's own tables begin
