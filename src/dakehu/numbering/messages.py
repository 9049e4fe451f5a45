"""What this chapter's errors say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "numbering.number_not_free": _("The number %(number)s is not free. Choose another."),
    "numbering.not_enough_numbers": _(
        "The exchange has only %(found)s free numbers, %(wanted)s are wanted. Add a block of numbers first."
    ),
    "numbering.block_invalid": _(
        "%(first)s to %(last)s is no block: both ends need the same length, the last not before the first."
    ),
    "numbering.block_too_large": _(
        "The block has %(count)s numbers; one block holds at most %(most)s. Divide it."
    ),
    "numbering.block_overlaps": _(
        "The number %(number)s of this block exists already. Choose another block."
    ),
    "numbering.other_area_code": _("The number %(number)s does not belong to the area %(area_code)s."),
    "numbering.line_exists": _("The number %(number)s serves a line already."),
    "numbering.reserved_for_other": _("The number %(number)s is reserved for someone else. Choose another."),
    "numbering.exchange_code_taken": _("Another exchange has the code %(code)s. Choose another code."),
    "numbering.exchange_not_of_city": _(
        "An exchange stands in a city and has its area code; %(area_code)s is not that city's."
    ),
    "numbering.line_in_group": _(
        "The line %(number)s is a member of a Centrex group. Take it out of the group first."
    ),
    "numbering.service_invalid": _(
        "The service can't be set so (%(value)s). A target is up to 20 digits; the no-answer time is 5 to 60 "
        "seconds; abbreviated numbers have two digits, each once; only a wireless line is forwarded when not "
        "reachable."
    ),
    "numbering.one_number_invalid": _(
        "The one-number service can't be so (%(value)s). It has one to seven bound numbers of up to 20 "
        "digits, each once and none the line's own; each rings 5 to 60 seconds."
    ),
    "numbering.trunk_invalid": _(
        "The trunk group can't be so (%(value)s). It has one to eight gateways by numeric address, prefixes "
        "of digits, and at most as many reserved channels as channels."
    ),
    "numbering.codes_invalid": _(
        "The feature codes can't be so (%(value)s). A code has two or three digits and means one "
        "feature, each feature once."
    ),
    "numbering.trunk_code_taken": _("Another trunk group has the code %(code)s. Choose another code."),
    "numbering.webphone_not_for_user": _(
        "%(person)s can't use this line in the browser: the right to it is missing, or the line's customer "
        "is not one that they see. Choose another person, or have their role or unit changed."
    ),
    "numbering.webphone_without_account": _(
        "The line %(number)s has no telephone account yet. Have a telephone password made on the line's page "
        "first."
    ),
    "numbering.holder_missing": _("A reservation needs the name of who it is for."),
}
