"""The sentences of the API's own refusals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "rest.refused": _("The request was refused."),
    "rest.not_signed_in": _("Sign in, or send an access token."),
    "rest.token_invalid": _("The access token is unknown or has expired. Fetch a new one."),
    "rest.forgery_check_failed": _("The request lacks the forgery token of its session. Reload the page."),
    "rest.no_such_resource": _("No resource is published here. The API page lists those that are."),
    "rest.method_not_allowed": _("The resource does not offer %(method)s."),
    "rest.body_too_large": _("The body is larger than the %(most)s bytes that are accepted."),
    "rest.media_type_unknown": _("The media type “%(media_type)s” is not accepted here."),
    "rest.not_json": _("The body is no JSON: %(fault)s"),
    "rest.too_deep": _("The body is nested deeper than %(most)s levels."),
    "rest.shape_wrong": _("The body does not fit the resource: %(fault)s"),
    "rest.parameter_unknown": _("“%(parameter)s” knows no attribute “%(name)s”."),
    "rest.parameter_invalid": _("“%(value)s” is no value for “%(parameter)s”."),
    "rest.attribute_fixed": _("The attribute “%(attribute)s” cannot be changed."),
    "rest.patch_invalid": _("The patch cannot be applied: %(fault)s"),
    "rest.patch_test_failed": _("The value at “%(path)s” is not the one that the patch expects."),
    "rest.key_reused": _("The idempotency key “%(key)s” was used for another request. Choose a new one."),
    "rest.internal": _("Something broke on our side. Report it with the number %(correlation_id)s."),
    "rest.clients_only": _("Events are sent to programs: register with a client’s access token."),
    "rest.listeners_too_many": _("A client has at most %(most)s listeners. Unregister one first."),
    "rest.callback_invalid": _("“%(callback)s” is no address that events may be sent to."),
}
