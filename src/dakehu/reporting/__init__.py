"""统计分析: the lake of facts, measures and dimensions declared once, and the reports made of them (KAM-09).

Facts lie in Parquet files under `DAKEHU_HOME/lake`, a folder per table and month. `LakeFile` rows say which
files count: a file is written under a temporary name, synced, renamed, and only then named by a row, so a
killed process leaves at most a file that nobody reads. Reports are Ibis expressions over the files that
count; DuckDB runs them here, and the same expressions run elsewhere.
"""
