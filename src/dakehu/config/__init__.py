"""The composition root of the web and worker processes: settings by topic, routes, entry points."""
