"""The kit's own pages: workbench, search, jobs, views of lists, language."""
