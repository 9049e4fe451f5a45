"""The sentences of this chapter's refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "orders.empty": _("The order asks for nothing yet. Choose a product."),
    "orders.too_many_members": _("One order takes at most %(most)s items. Divide it into several."),
    "orders.number_twice": _("The number %(number)s stands in the order twice."),
    "orders.offering_unknown": _("No product “%(offering)s” is on sale."),
    "orders.action_not_offered": _("“%(offering)s” cannot be ordered with the action “%(action)s”."),
    "orders.customer_missing": _("Choose the customer."),
    "orders.item_misplaced": _("“%(offering)s” does not build on “%(parent)s”."),
    "orders.reason_missing": _("Give the reason."),
    "orders.point_of_no_return": _(
        "The construction is done already: the order can no longer be cancelled. Order the removal instead."
    ),
    "orders.steps_unfinished": _(
        "Some steps are still to be done; the order completes when the customer has signed."
    ),
    "orders.step_not_yours": _("%(branch)s holds this step."),
    "orders.stands_still": _("The order stands still: nobody works on its steps meanwhile."),
    "orders.external_id_reused": _(
        "The external id “%(external_id)s” belongs to another order with other contents."
    ),
    "orders.rest_value": _("“%(value)s” is no value for “%(attribute)s”."),
    "orders.rest_state": _("A client cannot bring the order to “%(state)s”."),
    "orders.under_way": _(
        "Order %(number)s of “%(name)s” is under way: keep that file and merge the other into it, "
        "or finish the order first."
    ),
    "orders.nothing_to_urge": _("Nobody holds a step of the order at the moment."),
}
