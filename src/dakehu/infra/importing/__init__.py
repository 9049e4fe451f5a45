"""From a person's spreadsheet to rows of an app, once each, and back again.

Theory of operation. An app declares an `ImportSpec`: columns, and three functions that check, save and take
back a batch of drafts. The kit does the rest, in steps of one state machine (`domain.states`):

- *Reading.* The upload is told from its content and inspected before it is opened; then a child process with
  bounded memory and time reads it (`reading`), so that no file can hurt the worker. Every cell becomes text,
  in one spelling, whether it came from Excel or CSV; the rows go to a file of their own.
- *Headings.* The heading row is found and matched to the columns by name, alias, likeness and what the person
  chose last time. Where a required column is missing or two headings claim one, the person is asked.
- *Checking.* Rows are parsed, compared within the file, shown to the app's `check` and staged as `ImportRow`
  with their faults and duplicates, a batch per transaction. The person mends rows, or skips them.
- *Committing.* Batches of rows go to the app's `commit`; the same transaction marks them as committed and
  keeps what was made. A process that dies loses the batch in hand and nothing else, and the job goes on after
  the last marked row: no row is lost, none doubled.
- *Undoing.* What was made is handed back to the app's `undo`, which removes what nobody has touched and says
  of the others why they stay.

Each run of a job carries a token that every transaction compares: a run that was taken for dead stops at its
next batch instead of working beside its successor.
"""
