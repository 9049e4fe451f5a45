"""Tags of the kit: fields of forms, values by kind, charts' data."""

from __future__ import annotations

import json
import re
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorList
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from dakehu.infra.ui.charts import Chart
from dakehu.infra.ui.forms.fields import PickInput
from dakehu.infra.ui.lists.columns import Kind, marked_up
from dakehu.infra.ui.registry import sources_for

register = template.Library()

_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.Select, "form-select"),
]
_JSON_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def ui_widget(context: dict[str, Any], field: BoundField, small: bool = False) -> SafeString:
    """The field's input with the kit's classes, its state and the ids that tie help and faults to it."""
    widget = field.field.widget
    usual = next((css for kind, css in _CLASSES if isinstance(widget, kind)), "form-control")
    size = (
        {"form-control": " form-control-sm", "form-select": " form-select-sm"}.get(usual, "") if small else ""
    )
    faulty = " is-invalid" if field.errors else ""
    attrs: dict[str, Any] = {"class": f"{widget.attrs.get('class', '')} {usual}{size}{faulty}".strip()}
    described = [f"{field.auto_id}_{part}" for part, is_there in _parts(field) if is_there]
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if isinstance(widget, PickInput):
        attrs["label"] = _picked(context, widget, field)
    return field.as_widget(attrs=attrs)


def _parts(field: BoundField) -> list[tuple[str, Any]]:
    return [("error", field.errors), ("help", field.help_text)]


def _picked(context: dict[str, Any], widget: PickInput, field: BoundField) -> str:
    """The name of what a picker holds."""
    value, actor = field.value(), context.get("actor")
    if not value or actor is None:
        return ""
    source = next((each for each in sources_for(actor) if each.name == widget.source), None)
    return source.label_of(actor, str(value)) if source and source.label_of else str(value)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_many(field: BoundField) -> bool:
    """True for a group of inputs, whose label is a legend."""
    return isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))


@register.filter
def is_set(field: BoundField) -> bool:
    """True when a filter holds something; a range holds two values."""
    value = field.value()
    return any(value) if isinstance(value, (list, tuple)) else bool(value)


@register.filter
def anchor(field: BoundField) -> str:
    """The id that a link to the field leads to."""
    return f"{field.auto_id}_label" if is_many(field) else field.id_for_label


@register.filter
def as_kind(value: Any, kind: str) -> SafeString:
    """A value as its kind is shown: {{ order.created_at|as_kind:"moment" }}."""
    if value is None or value == "":
        return mark_safe('<span class="dk-none">–</span>')
    return marked_up(Kind(kind), value)


@register.filter
def estimate(number: int) -> str:
    return f"{number:,}"


@register.simple_tag
def chart_data(chart: Chart) -> SafeString:
    """The chart's figures as a data block; no script, so the content policy lets it stand."""
    text = json.dumps(chart.data, ensure_ascii=False).translate(_JSON_ESCAPES)
    return format_html(
        '<script type="application/json" id="{}-data">{}</script>',
        chart.dom_id,
        mark_safe(text),  # noqa: S308 - escaped above
    )


@register.filter
def lines(errors: ErrorList) -> SafeString:
    """Faults as one line."""
    return conditional_escape(" ".join(map(str, errors)))


@register.filter
def ui_found(shown: Any, sought: str) -> SafeString:
    """The text with the words that were searched for marked, as far as they stand in it letter by letter."""
    text = str(shown)
    words = sorted(map(re.escape, sought.split()), key=len, reverse=True)
    if not words:
        return conditional_escape(text)
    parts = re.split(f"({'|'.join(words)})", text, flags=re.IGNORECASE)
    marked = (("<mark>{}</mark>" if at % 2 else "{}", part) for at, part in enumerate(parts) if part)
    return format_html_join("", "{}", ((format_html(frame, part),) for frame, part in marked))
