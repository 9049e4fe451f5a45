"""What this chapter's errors say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "catalogue.value_missing": _("This is needed."),
    "catalogue.value_unknown": _("The product has no characteristic named “%(name)s”. Leave it out."),
    "catalogue.value_not_text": _("“%(given)s” is not text. Write it as text."),
    "catalogue.value_not_number": _("“%(given)s” is not a whole number. Enter digits only."),
    "catalogue.value_not_yes_no": _("“%(given)s” is neither yes nor no."),
    "catalogue.value_too_long": _("This is too long: at most %(longest)s characters."),
    "catalogue.value_too_small": _("%(given)s is too small: at least %(least)s."),
    "catalogue.value_too_large": _("%(given)s is too large: at most %(most)s."),
    "catalogue.value_pattern": _("“%(given)s” does not have the form asked for."),
    "catalogue.value_not_offered": _("“%(given)s” cannot be chosen. Choose one of: %(choices)s."),
    "catalogue.offering_not_orderable": _("The product %(offering)s is not on sale now. Choose another."),
    # The kernel's own, which every chapter raises.
    "number.invalid": _("“%(text)s” is not a telephone number. Give the area code and the number."),
    "number.area_code_invalid": _("“%(text)s” is not an area code such as 0351."),
    "money.amount_invalid": _("“%(text)s” is not an amount of money such as 1,234.50."),
    "money.amount_too_fine": _("“%(text)s” is finer than one fen. Give at most two decimals."),
    "clock.month_invalid": _("“%(text)s” is not a month such as 2026-11."),
}
