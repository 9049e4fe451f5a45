"""Long work in the background, with progress that a page shows and a cancel button that works.

Theory of operation. `start` writes a `Job` and enqueues a task (django-tasks, on the database) in the
caller's transaction. The worker runs the registered function with a `Run`, whose `progress` saves a
heartbeat and raises `Cancelled` once someone has asked for it. A function works in its own small
transactions and must be *resumable*: when its process is killed, the sweeper finds the job's heartbeat
stale and enqueues it again, and the function goes on after what its own rows say is done.

    @job("customers.import", title=_("Import of customers"))
    def run_import(run: Run, batch_id: int) -> dict[str, object]: ...
"""
