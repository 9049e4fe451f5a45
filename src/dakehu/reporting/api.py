"""The door of this chapter."""

from __future__ import annotations

from dakehu.reporting.domain.query import ReportQuery
from dakehu.reporting.permissions import ReportPermission
from dakehu.reporting.selectors.report import Report, Row, report_run
from dakehu.reporting.services.revenue import revenue_write

__all__ = ["Report", "ReportPermission", "ReportQuery", "Row", "report_run", "revenue_write"]
