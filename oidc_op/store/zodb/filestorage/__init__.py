"""ZODB database files: opening, packing, checking and backing up a FileStorage."""
