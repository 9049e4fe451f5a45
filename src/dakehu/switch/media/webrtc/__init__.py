"""A browser's side of a call: ICE-lite, DTLS and SRTP on a port of ours, G.711 inside.

To all else a browser is an endpoint like any other. `ice` and `describing` are pure; `dtls` turns datagrams
into datagrams and keys; `endpoint` joins them to the port.
"""
