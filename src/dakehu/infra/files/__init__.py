"""Uploaded and produced files on disk under `DAKEHU_HOME/files`, reached by id only."""
