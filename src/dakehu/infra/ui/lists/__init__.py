"""Lists: declared once, drawn with filters, sorting, paging by key, views, bulk actions and export."""
