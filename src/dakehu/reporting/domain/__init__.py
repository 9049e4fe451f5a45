"""The pure part of reports: what may be asked, how rows add up."""
