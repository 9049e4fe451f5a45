"""Lists and reports as Excel and CSV files.

Theory of operation. A `Table` is a title, typed columns and an iterator of rows. `stream_xlsx` and
`stream_csv` answer a request with it while it is still being read, so that memory stays flat and the first
bytes leave at once. Work that takes longer is a job: an app registers an `ExportSource`, `export_start`
enqueues it, and the file stands in the file store until it expires. Every export leaves an audit row before
its first byte and one with the number of rows after its last.

Nothing that a person once typed becomes a formula in the reader's Excel (see `neutral`).
"""
