"""Reading strangers' tables in a process of their own.

`child` is the program that opens the file: it inspects the archive, limits its own memory and processor time,
turns cells into text and writes frames to its standard output. `parent` starts it, feeds the rows to a file,
and turns its end, good or bad, into rows or a `DomainError`. `frames` is what the two say to each other,
`rowfile` the file.
"""
