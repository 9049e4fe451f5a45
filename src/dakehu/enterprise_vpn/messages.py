"""What this chapter's errors say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "vpn.short_length_invalid": _("Short numbers have %(least)s to %(most)s digits, not %(length)s."),
    "vpn.exit_prefix_invalid": _("The exit prefix is one digit, or nothing."),
    "vpn.attendant_invalid": _("The attendant's number has %(length)s digits, as all short numbers."),
    "vpn.main_number_missing": _("Give the main number that is to be shown outside."),
    "vpn.main_number_foreign": _("%(number)s is no line in service of this customer."),
    "vpn.name_taken": _("The customer has a VPN named %(name)s already. Choose another name."),
    "vpn.plan_in_use": _(
        "Members have short numbers that this plan doesn't allow: %(numbers)s. Change them first."
    ),
    "vpn.not_empty": _("The VPN still has %(members)s members. Take them out first."),
    "vpn.short_number_invalid": _("%(short_number)s: a short number of this VPN has %(length)s digits."),
    "vpn.short_number_hides": _(
        "%(short_number)s would hide a public number or the exit prefix. Choose another."
    ),
    "vpn.short_number_taken": _("The short number %(short_number)s is taken. Choose another."),
    "vpn.row_refused": _("Line %(row)s: %(sentence)s"),
    "vpn.line_is_did": _("%(number)s is a direct-dial-in number of a PBX; those can't join a VPN."),
    "vpn.line_foreign": _("The line %(number)s belongs neither to this customer nor to a branch of it."),
    "vpn.line_unknown": _("No line in service that you may see has the number %(number)s."),
    "vpn.line_in_vpn": _("The line %(number)s is in a VPN already. A line is in one at most."),
    "vpn.line_of_group": _(
        "The line %(number)s is not alone: a line of a Centrex group joins and leaves with its group. "
        "Take it out of the VPN or of the group first."
    ),
    "vpn.group_in_vpn": _("The group %(name)s is in another VPN."),
    "vpn.group_foreign": _("The group %(name)s belongs neither to this customer nor to a branch of it."),
    "vpn.group_numbers_differ": _(
        "Group and VPN have short numbers of the same length, so this line keeps %(own)s in both, "
        "not %(short_number)s."
    ),
    "vpn.class_not_barred": _("Only local, long-distance, international and special calls can be barred."),
    "vpn.closed_group_foreign": _("This closed group belongs to another VPN."),
    "vpn.closed_group_not_empty": _("The closed group still has %(members)s members. Take them out first."),
    "vpn.not_of_group": _(
        "An in-group attendant is a member of a Centrex group; %(number)s is a single line."
    ),
    "vpn.sharing_invalid": _(
        "The attendants can't share their calls so (%(value)s). A rule is an attendant's number and, where "
        "they limit it, percentage, days, hours, callers, called numbers; at most 64 rules of 1 to 100 "
        "percent."
    ),
    "vpn.attendants_full": _("No more than %(limit)s attendants may be logged in at once."),
    "vpn.not_attendant": _("%(number)s is no attendant of this VPN."),
}
