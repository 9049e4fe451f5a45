"""Long work in the background, with progress that a page shows and a cancel button that works.

Theory of operation. `start` writes a `Job` and enqueues a task (django-tasks, on the database) in the
caller's transaction. The worker runs the registered function with a `Run`, whose `progress` shows how far
it is and raises `Cancelled` once someone has asked for it. Each worker process keeps the heartbeats of its
own jobs fresh. A function works in its own small transactions and must be *resumable*: when its process is
killed, a sweeper finds the heartbeat stale and enqueues the job again, and the function goes on after what
its own rows say is done.

    @job("customers.import", title=_("Import of customers"))
    def run_import(run: Run, batch_id: int) -> dict[str, object]: ...
"""
