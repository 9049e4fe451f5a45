"""What the API refuses by itself, each with its HTTP status, and the body of every refusal."""

from __future__ import annotations

from typing import Any, ClassVar

from dakehu.infra.errors import message_for
from dakehu.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from dakehu.kernel.states import IllegalMove


class RestError(DomainError):
    """A request that never reached the trade's rules. `status` is the HTTP status."""

    code = "rest.refused"
    status: ClassVar[int] = 400


class NotSignedIn(RestError):
    """Neither a session nor a bearer token came with the request."""

    code = "rest.not_signed_in"
    status = 401


class TokenInvalid(RestError):
    """The bearer token is unknown, expired, or its client was closed."""

    code = "rest.token_invalid"
    status = 401


class ForgeryCheckFailed(RestError):
    """A write within a browser session came without the session's forgery token."""

    code = "rest.forgery_check_failed"
    status = 403


class NoSuchResource(RestError):
    """No resource is published at the path."""

    code = "rest.no_such_resource"
    status = 404


class MethodNotAllowed(RestError):
    """The resource doesn't offer the method. Data: `method`."""

    code = "rest.method_not_allowed"
    status = 405


class BodyTooLarge(RestError):
    """The body is larger than the API takes. Data: `most`, in bytes."""

    code = "rest.body_too_large"
    status = 413


class MediaTypeUnknown(RestError):
    """The body's media type is not one the method takes. Data: `media_type`."""

    code = "rest.media_type_unknown"
    status = 415


class NotJson(RestError):
    """The body can't be read as JSON. Data: `fault`."""

    code = "rest.not_json"


class TooDeep(RestError):
    """The body is nested too deep. Data: `most`."""

    code = "rest.too_deep"


class ShapeWrong(RestError):
    """The body has another shape than the resource. Data: `fault`."""

    code = "rest.shape_wrong"


class ParameterUnknown(RestError):
    """No attribute to filter, sort or select by. Data: `parameter`, `name`."""

    code = "rest.parameter_unknown"


class ParameterInvalid(RestError):
    """The value of a query parameter can't be understood. Data: `parameter`, `value`."""

    code = "rest.parameter_invalid"


class AttributeFixed(RestError):
    """A patch touches an attribute that can't be changed. Data: `attribute`."""

    code = "rest.attribute_fixed"


class PatchInvalid(RestError):
    """The patch is none by RFC 6902 or 7396, or doesn't fit the resource. Data: `fault`."""

    code = "rest.patch_invalid"


class PatchTestFailed(RestError):
    """A `test` of a JSON Patch found another value (RFC 6902 section 4.6). Data: `path`."""

    code = "rest.patch_test_failed"
    status = 409


class KeyReused(RestError):
    """The idempotency key was used for another request before. Data: `key`."""

    code = "rest.key_reused"
    status = 409


class ClientsOnly(RestError):
    """Events go to programs: a listener belongs to an OAuth2 client."""

    code = "rest.clients_only"
    status = 403


class ListenersTooMany(RestError):
    """The client has as many listeners as it may. Data: `most`."""

    code = "rest.listeners_too_many"
    status = 409


class CallbackInvalid(RestError):
    """No address that events may be sent to. Data: `callback`."""

    code = "rest.callback_invalid"


class InternalFault(RestError):
    """A fault of our own. Data: `correlation_id`."""

    code = "rest.internal"
    status = 500


_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (IllegalMove, 409),
)


def status_of(error: DomainError) -> int:
    """The HTTP status of a refusal; a rule of the trade that refuses an input is a bad request."""
    if isinstance(error, RestError):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)


def error_body(error: DomainError) -> dict[str, Any]:
    """The TM Forum error body; several faults at once stand in `errors` beside it."""
    body: dict[str, Any] = {
        "code": error.code,
        "reason": message_for(error),
        "status": str(status_of(error)),
        "@type": "Error",
    }
    if isinstance(error, Invalid):
        faults = list(_flat(error))
        body["message"] = " ".join(message_for(fault) for fault in faults)
        body["errors"] = [_fault(fault) for fault in faults]
    elif error.field:
        body["message"] = f"{error.field}: {body['reason']}"
    return body


def _fault(fault: DomainError) -> dict[str, str]:
    entry = {"code": fault.code, "reason": message_for(fault)}
    return {**entry, "field": fault.field} if fault.field else entry


def _flat(error: DomainError) -> list[DomainError]:
    if not isinstance(error, Invalid):
        return [error]
    return [leaf for fault in error.faults for leaf in _flat(fault)]
