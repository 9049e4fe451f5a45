"""Backup and restore of the whole installation: the database and what lies beside it in `DAKEHU_HOME`.

Theory of operation. A backup is one archive (`dakehu-<UTC time>.tar.gz`) with a manifest that holds the size
and SHA-256 of everything in it, and the manifest once more beside it (`….json`), written last: an archive
without one is none. Nothing is stopped. The order is what makes the parts agree:

1. spool and telephones' services first: a record that is rated meanwhile is then in the database *and* in the
   spool, and rating takes each record once; the other way round it could be in neither;
2. then the database, from one snapshot (SQLite's online backup in a read transaction, or pg_dump);
3. then uploads, imports, tones and the lake, whose files count when a row names them: a file too many is
   harmless.

What can be made anew (voice directory, prompts) is left out. Before a backup counts it is *proved*: read back
from the disk, every checksum compared, the database restored into a scratch place and checked by itself.

A restore runs only while no program holds the home (`infra.presence`). It unpacks and proves everything
beside the old files, sets the database back in one transaction (PostgreSQL) or by renaming (SQLite), and
moves the old files into `before-restore-<time>/`, from where they can be taken back.
"""
