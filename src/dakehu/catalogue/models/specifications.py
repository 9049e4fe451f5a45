from __future__ import annotations

from django.db import models

from dakehu.catalogue.domain.characteristics import CharacteristicRule, ValueType
from dakehu.organisation.api import localised


class ProductSpecification(models.Model):
    """What a product is. `checker` names the product's own rules among values (see `checkers`)."""

    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=300, blank=True)
    description_en = models.CharField(max_length=300, blank=True)
    checker = models.CharField(max_length=60, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["code", "version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="specification_version_once")]

    def __str__(self) -> str:
        return localised(self.name, self.name_en)


class Characteristic(models.Model):
    """One thing to state about a product. `choices` is a list of `[code, name, English name]`."""

    specification = models.ForeignKey(
        ProductSpecification, on_delete=models.CASCADE, related_name="characteristics"
    )
    code = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    hint = models.CharField(max_length=200, blank=True)
    hint_en = models.CharField(max_length=200, blank=True)
    value_type = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ValueType])
    is_required = models.BooleanField(default=False)
    default = models.JSONField(null=True, blank=True)
    pattern = models.CharField(max_length=120, blank=True)
    least = models.BigIntegerField(null=True, blank=True)
    most = models.BigIntegerField(null=True, blank=True)
    choices = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["specification", "code"], name="characteristic_code_once")
        ]

    def __str__(self) -> str:
        return localised(self.name, self.name_en)

    @property
    def shown_hint(self) -> str:
        return localised(self.hint, self.hint_en)

    @property
    def labelled_choices(self) -> list[tuple[str, str]]:
        """Code and name in the reader's language, as a form field takes them."""
        return [(code, localised(name, name_en)) for code, name, name_en in self.choices]

    def rule(self) -> CharacteristicRule:
        return CharacteristicRule(
            code=self.code,
            value_type=ValueType(self.value_type),
            is_required=self.is_required,
            default=self.default,
            pattern=self.pattern,
            least=self.least,
            most=self.most,
            choices=tuple(code for code, _name, _name_en in self.choices),
        )
