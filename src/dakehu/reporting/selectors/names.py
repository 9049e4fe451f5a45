"""How a dimension's keys read: each function takes a page's keys and asks at most one query."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from dakehu.catalogue.api import ProductOffering
from dakehu.customers.api import Customer, Grade, former_names
from dakehu.kernel.numbers import CallClass
from dakehu.organisation.api import OrgUnit, dictionary_labels


def themselves(keys: Collection[Any]) -> Mapping[Any, str]:
    return {key: str(key) for key in keys}


def cities(keys: Collection[Any]) -> Mapping[Any, str]:
    return dict(OrgUnit.objects.filter(path__in=keys).values_list("path", "short_name"))


def customers(keys: Collection[Any]) -> Mapping[Any, str]:
    return {**former_names(keys), **dict(Customer.objects.filter(pk__in=keys).values_list("pk", "name"))}


def trades(keys: Collection[Any]) -> Mapping[Any, str]:
    labels = dictionary_labels("trade")
    return {key: labels.get(key, key) or _("Not stated") for key in keys}


def grades(keys: Collection[Any]) -> Mapping[Any, str]:
    labels = dictionary_labels("customer_grade")
    return {key: labels.get(Grade(key).entry, str(key)) for key in keys}


def products(keys: Collection[Any]) -> Mapping[Any, str]:
    known = {each.code: str(each) for each in ProductOffering.objects.filter(code__in=keys)}
    return {key: known.get(key, str(key)) for key in keys}


def call_classes(keys: Collection[Any]) -> Mapping[Any, str]:
    labels = {
        CallClass.IN_GROUP: _("In-group"),
        CallClass.IN_VPN: _("Within the VPN"),
        CallClass.LOCAL: _("Local"),
        CallClass.NATIONAL: _("National long-distance"),
        CallClass.INTERNATIONAL: _("International"),
        CallClass.SPECIAL: _("Special services"),
        CallClass.EMERGENCY: _("Emergency"),
    }
    return {key: labels[CallClass(key)] if key else _("Led nowhere") for key in keys}
