"""Record pages: header with key figures, tabs, timeline, conflicts."""
