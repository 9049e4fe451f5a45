"""What this chapter's errors say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "centrex.exit_prefix_invalid": _("The exit prefix is one digit, such as 0 or 9."),
    "centrex.attendant_prefix_invalid": _("The attendant prefix is one digit, or empty without a console."),
    "centrex.prefixes_equal": _(
        "Exit prefix and attendant prefix are both %(prefix)s. Choose two different digits."
    ),
    "centrex.short_length_invalid": _("Short numbers have %(least)s to %(most)s digits."),
    "centrex.whole_number_length": _(
        "Short numbers of %(length)s digits need a work order of their own to the exchange before the group "
        "is opened. They can't be ordered here."
    ),
    "centrex.capacity_invalid": _("The capacity is between 1 and %(most)s at this exchange."),
    "centrex.capacity_beyond_numbers": _(
        "There are only %(numbers)s short numbers of this length: too few for %(capacity)s members. "
        "Take longer short numbers or a smaller capacity."
    ),
    "centrex.capacity_fixed": _(
        "The capacity of %(capacity)s was agreed when the group was made and can't be changed. "
        "Make a new group and move the members there."
    ),
    "centrex.group_full": _(
        "The group takes %(capacity)s members and no more. Take members out, "
        "or make a new group of a larger capacity."
    ),
    "centrex.group_not_chosen": _("Choose one of the customer's groups."),
    "centrex.group_not_empty": _("The group still has %(members)s members. Take them out first."),
    "centrex.group_name_taken": _(
        "The customer has a group named “%(name)s” at this exchange already. "
        "Choose that group, or take another name."
    ),
    "centrex.gcn_not_at_exchange": _(
        "The search number %(number)s is not a number of the exchange %(exchange)s. Take one of its own."
    ),
    "centrex.gcn_in_use": _("The search number %(number)s is in use. Take an unused number of the exchange."),
    "centrex.gcn_as_member": _("%(number)s is the group's search number and can't serve a line."),
    "centrex.other_customer": _("The line %(number)s belongs to another customer than the group."),
    "centrex.other_exchange": _(
        "The line %(number)s is at the exchange %(exchange)s, the group at %(expected)s. "
        "A group takes lines of its own exchange only."
    ),
    "centrex.line_in_group": _("The line %(number)s is a member of a group already."),
    "centrex.short_number_not_digits": _("A short number has digits only."),
    "centrex.short_number_length": _("The short number %(short_number)s must have %(length)s digits."),
    "centrex.short_number_whole_number": _(
        "%(short_number)s is a whole local number. Short numbers of 7 digits need a work order of their own "
        "to the exchange before the opening; leave them out here."
    ),
    "centrex.short_number_exit_prefix": _(
        "The short number %(short_number)s begins with the exit prefix %(prefix)s. "
        "Choose another first digit."
    ),
    "centrex.short_number_attendant_prefix": _(
        "The short number %(short_number)s begins with the attendant prefix %(prefix)s. "
        "Choose another first digit."
    ),
    "centrex.short_number_emergency": _("%(short_number)s is an emergency number. Choose another."),
    "centrex.short_number_taken": _("The short number %(short_number)s is another member's. Choose another."),
    "centrex.night_number_foreign": _(
        "%(number)s is no line in service of the group's customer. Take one of the customer's lines as the "
        "night number, or leave it empty."
    ),
    "centrex.exclusive_services": _(
        "In-group calls only and outgoing restriction by password exclude each other. Switch one of them off."
    ),
    "centrex.only_for_members": _(
        "%(number)s is not a member of a group: only members can have in-group calls only."
    ),
}
