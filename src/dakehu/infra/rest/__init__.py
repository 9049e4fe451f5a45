"""The public API: TM Forum Open API resources with the behaviour of TMF630, written once.

Theory of operation. An app declares a `Resource` in its `rest/` room and registers it in `AppConfig.ready`:
its name and API, the selector that gives the rows an actor may see, the function that represents a row as a
`Shape`, the attributes that clients may filter and sort by, and the services that create, patch and remove.
All else happens here: authentication, `fields`, paging, filters, `sort`, patches, error bodies, replays of
a repeated request, events to listeners, and the published description (`/openapi.json`).

A request passes: size and media type → actor (bearer token or session) → query or body → the resource's
selector or service, which hold the gates → representation → field selection. Nothing here knows a right:
who may do what is decided by the selectors and services alone.
"""
