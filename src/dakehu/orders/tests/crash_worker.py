"""What the crash test kills: works orders from submission to completion, over and over until all are done.

    python -m dakehu.orders.tests.crash_worker prepare | work | report

Each service call prints a line; a new process goes on from whatever the database holds.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dakehu.orders.testing import OrderScenario

ORDERS = 4
MEMBERS = 3


def main(what: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dakehu.config.settings")
    import django

    django.setup()
    {"prepare": _prepare, "work": _work, "report": _report}[what]()


def _prepare() -> None:
    from django.core.management import call_command

    from dakehu.orders.testing import OrderScenario
    from dakehu.organisation.testing import Scenario

    call_command("migrate", verbosity=0)
    scene = OrderScenario(Scenario())
    scene.world.user("administrator", unit=scene.world.province, username="worker")
    print(scene.customer.pk, scene.exchange.code, len(scene.numbers))


def _scene() -> OrderScenario:
    """The prepared province, with the worker in every part."""
    from dakehu.customers.api import Customer
    from dakehu.numbering.api import Exchange, PublicNumber
    from dakehu.orders.testing import OrderScenario
    from dakehu.organisation.api import User, actor_for
    from dakehu.organisation.testing import Scenario

    actor = actor_for(User.objects.get(username="worker"))
    scene = OrderScenario.__new__(OrderScenario)
    scene.world = Scenario()
    vars(scene).update(
        manager=actor, desk=actor, engineer=actor, datong_engineer=actor, customer=Customer.objects.get(),
        exchange=Exchange.objects.get(), numbers=sorted(PublicNumber.objects.values_list("pk", flat=True)),
    )  # fmt: skip
    vars(scene.world).update(datong=scene.exchange.city)
    return scene


def _work() -> None:
    from dakehu.orders.domain.states import OrderState, StepState
    from dakehu.orders.services.handling import order_take
    from dakehu.orders.services.steps import step_finish, step_start
    from dakehu.orders.services.submission import order_submit

    scene = _scene()
    actor = scene.manager
    for n in range(ORDERS):
        members = [scene.member_item(n * MEMBERS + m) for m in range(MEMBERS)]
        group = scene.group_item(*members, name=f"群{n}", gcn=scene.numbers[99 - n])
        request = scene.request(group, external_id=f"k{n}")
        order = order_submit(actor=actor, request=request).order
        print("submitted", flush=True)
        if order.stage is OrderState.ACKNOWLEDGED:
            order_take(actor=actor, order_id=order.pk)
            print("taken", flush=True)
        while step := order.steps.filter(state__in=[StepState.READY, StepState.WORKING]).first():
            if step.stage is StepState.READY:
                step_start(actor=actor, step_id=step.pk)
                print("started", flush=True)
            step_finish(actor=actor, step_id=step.pk)
            print("finished", flush=True)
    print("done", flush=True)


def _report() -> None:
    from collections import Counter

    from dakehu.centrex.api import CentrexGroup, CentrexMember
    from dakehu.infra.audit.models import AuditEntry
    from dakehu.infra.outbox.models import OutboxEvent
    from dakehu.numbering.api import Line, PublicNumber
    from dakehu.orders.models import OrderEntry, ProductOrder, ProductOrderItem

    made = [item.made for item in ProductOrderItem.objects.all()]
    completed = OutboxEvent.objects.filter(topic="order.completed")
    report = {
        "orders": Counter(ProductOrder.objects.values_list("state", flat=True)),
        "numbers": Counter(PublicNumber.objects.exclude(state="free").values_list("state", flat=True)),
        "lines": Line.objects.count(),
        "groups": CentrexGroup.objects.count(),
        "members": CentrexMember.objects.count(),
        "events": completed.count(),
        "told": len(set(completed.values_list("key", flat=True))),
        "unmade": sum(not each for each in made),
        "stories": Counter(OrderEntry.objects.values_list("kind", flat=True)),
        "audited": AuditEntry.objects.filter(action="order.submit").count(),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1])
