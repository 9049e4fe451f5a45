from __future__ import annotations

from django.db import models

from dakehu.organisation.localised import localised


class Dictionary(models.Model):
    """A list of values that administrators keep (字典): trades, grades, contact roles."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return localised(self.name, self.name_en)


class DictionaryEntry(models.Model):
    """One value: `code` is what rows store and never changes; an inactive entry is shown, not offered."""

    dictionary = models.ForeignKey(Dictionary, on_delete=models.PROTECT, related_name="entries")
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80, blank=True)
    order = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dictionary", "code"], name="organisation_entry_code_once")
        ]

    def __str__(self) -> str:
        return localised(self.label, self.label_en)
