"""Parquet files of facts: their schemas, writing, compaction, and the connection that reads them."""
