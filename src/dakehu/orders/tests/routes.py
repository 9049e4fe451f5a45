"""This chapter's rows of the access table."""

from __future__ import annotations

from typing import Any

from dakehu.infra.testing.routes import Route
from dakehu.orders.testing import OrderScenario


def _order(world: Any) -> dict[str, int]:
    return {"pk": OrderScenario(world).submitted().pk}


def _completed(world: Any) -> dict[str, int]:
    return {"pk": OrderScenario(world).completed().pk}


def _number(world: Any) -> dict[str, str]:
    return {"key": OrderScenario(world).submitted().number}


def _act(name: str) -> Any:
    return lambda world: {**_order(world), "act": name}


def _step(world: Any) -> dict[str, object]:
    step = OrderScenario(world).taken().steps.get(kind="survey")
    return {"pk": step.pk, "act": "start"}


def _customer(world: Any) -> dict[str, int]:
    return {"pk": OrderScenario(world).customer.pk}


def _typed(world: Any) -> dict[str, Any]:
    scene = OrderScenario(world)
    return {
        "customer": scene.customer.pk,
        "head-exchange": scene.exchange.code,
        "rows": "r1",
        "r1-public_number": scene.numbers[1],
        "r1-line_kind": "fixed",
        "r1-rights_level": "national",
        "stage": "submit",
    }


def _body(world: Any) -> dict[str, Any]:
    scene = OrderScenario(world)
    values = {"exchange": scene.exchange.code, "public_number": scene.numbers[1]}
    return {
        "relatedParty": [{"id": str(scene.customer.pk), "role": "customer"}],
        "productOrderItem": [
            {
                "id": "1",
                "action": "add",
                "productOffering": {"id": "single-line"},
                "product": {"productCharacteristic": [{"name": n, "value": v} for n, v in values.items()]},
            }
        ],
    }


_LISTENER = {"callback": "http://192.0.2.1/tmf"}

ROUTES = [
    Route("orders-order-list"),
    Route("orders-order-record", path=_order, neighbour=404),
    Route("orders-order-sheet", path=_order, neighbour=404),
    Route("orders-customer-panel", path=_customer, neighbour=404),
    Route("orders-draft-new", auditor=403),
    Route("orders-draft-form", path={"offering": "single-line"}, query="customer=0", manager=404,
          administrator=404, auditor=403),
    Route("orders-draft-form", "POST", path={"offering": "single-line"}, data=_typed, manager=302,
          neighbour=404, administrator=302, auditor=403),
    Route("orders-draft-check", "POST", path={"offering": "single-line"}, data=_typed, neighbour=404,
          auditor=403),
    Route("orders-order-act", path=_act("cancel"), neighbour=404, auditor=403),
    Route("orders-order-act", "POST", path=_act("take"), manager=403, neighbour=403, administrator=302,
          also={"one_stop_desk": 302}, auditor=403),
    Route("orders-order-act", "POST", path=_act("cancel"), data={"version": 1, "reason": "客户不办了"},
          manager=302, neighbour=404, administrator=302, auditor=403),
    Route("orders-step-act", path=_step, manager=403, neighbour=403, administrator=404, auditor=403),
    Route("orders-step-act", "POST", path=_step, manager=403, neighbour=403, administrator=302,
          also={"provisioning_engineer": 302, "one_stop_desk": 403}, auditor=403),
    Route("orders-order-telephones", "POST", path=_completed, manager=403, neighbour=403,
          also={"one_stop_desk": 200, "provisioning_engineer": 200}, auditor=403),
    Route("rest-productOrder-list", anonymous=401),
    Route("rest-productOrder-list", "POST", data=_body, json=True, anonymous=401, manager=201,
          neighbour=400, administrator=201, auditor=403),
    Route("rest-productOrder-item", path=_number, anonymous=401, neighbour=404),
    Route("rest-productOrder-item", "PATCH", path=_number, data={"description": "加急"}, json=True,
          anonymous=401, neighbour=404, auditor=403),
    Route("rest-productOrder-hub", "POST", data=_LISTENER, json=True, anonymous=401, auditor=403,
          manager=403, administrator=403),
    Route("rest-productOrder-hub-item", "DELETE", path={"key": "x"}, anonymous=401, auditor=403, manager=403,
          administrator=403),
]  # fmt: skip
