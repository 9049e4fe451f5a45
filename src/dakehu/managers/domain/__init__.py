"""The rules of visits, promises and hand-over: pure."""
