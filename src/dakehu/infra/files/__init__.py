"""Uploaded and produced files on disk under `DAKEHU_HOME/files`, reached by id only.

Theory of operation. A file lies under a random id, never under the name that someone gave it; what it is, is
told from its content. It is written aside, flushed and moved into place before its row is saved, so a row
always has its file; a file whose row was rolled back is swept a day later. Each file has a *purpose*, which
an app registers: which kinds, how large, how long kept, and which permission lets others than its owner read
it. Downloads are attachments with a content type of ours, which a browser neither guesses about nor runs.
"""
