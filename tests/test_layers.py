"""No foreign key points up: a lower app's table must not need a higher app's."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[1]


def _layers() -> dict[str, int]:
    """Each layer's height, from the contract that import-linter holds: 0 is the lowest."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    lines = contracts["importlinter:contract:layers"]["layers"].split("\n")
    names = [[name.strip(" ()") for name in line.split("|")] for line in lines if line.strip()]
    return {name: height for height, row in enumerate(reversed(names)) for name in row}


def _layer(model: type[Model]) -> str:
    return model.__module__.split(".")[1]


def test_no_foreign_key_points_up() -> None:
    layers = _layers()
    assert layers["kernel"] == 0
    assert layers["customers"] > layers["organisation"] > layers["infra"]
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model.__module__.startswith("dakehu.")
        for field in model._meta.get_fields()
        if field.concrete
        and isinstance(field.related_model, type)
        and field.related_model.__module__.startswith("dakehu.")
        and layers[_layer(field.related_model)] > layers[_layer(model)]
    ]
    assert not upward


def test_apps_on_one_layer_are_strangers_in_the_database_too() -> None:
    layers = _layers()
    across = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model.__module__.startswith("dakehu.")
        for field in model._meta.get_fields()
        if field.concrete
        and isinstance(field.related_model, type)
        and field.related_model.__module__.startswith("dakehu.")
        and _layer(field.related_model) != _layer(model)
        and layers[_layer(field.related_model)] == layers[_layer(model)]
    ]
    assert not across
