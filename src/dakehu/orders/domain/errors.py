"""What the rules of orders refuse."""

from __future__ import annotations

from dakehu.kernel.errors import DomainError


class OrderEmpty(DomainError):
    """The order asks for nothing."""

    code = "orders.empty"


class TooManyMembers(DomainError):
    """More extensions than one order takes. Data: `most`."""

    code = "orders.too_many_members"


class NumberTwice(DomainError):
    """The order names a public number twice. Data: `number`."""

    code = "orders.number_twice"


class OfferingUnknown(DomainError):
    """No product on sale has the code. Data: `offering`."""

    code = "orders.offering_unknown"


class ActionNotOffered(DomainError):
    """The product can't be ordered with that action. Data: `action`, `offering`."""

    code = "orders.action_not_offered"


class ItemMisplaced(DomainError):
    """The product doesn't build on the one it was put under. Data: `offering`, `parent`."""

    code = "orders.item_misplaced"


class CustomerMissing(DomainError):
    """The order names no customer."""

    code = "orders.customer_missing"


class ReasonMissing(DomainError):
    """The act needs a reason."""

    code = "orders.reason_missing"


class PointOfNoReturn(DomainError):
    """A construction is done: the order can't be cancelled any more. Data: `step`."""

    code = "orders.point_of_no_return"


class StepsUnfinished(DomainError):
    """Steps are still to be done before the order can complete. Data: `steps`."""

    code = "orders.steps_unfinished"


class StepNotYours(DomainError):
    """Another branch holds the step. Data: `branch`."""

    code = "orders.step_not_yours"


class OrderStandsStill(DomainError):
    """While the order is held, waits or is being cancelled nobody works on its steps. Data: `state`."""

    code = "orders.stands_still"


class ExternalIdReused(DomainError):
    """The external id names another order of the same caller. Data: `external_id`."""

    code = "orders.external_id_reused"


class OrderUnderWay(DomainError):
    """The customer's file cannot go while an order is under way for it. Data: `number`, `name`."""

    code = "orders.under_way"


class NothingToUrge(DomainError):
    """Nobody holds a step of the order just now."""

    code = "orders.nothing_to_urge"
