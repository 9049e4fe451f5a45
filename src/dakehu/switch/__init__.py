"""The live voice services: `sip` protocol core, `callcontrol` decisions, `directory` of lines, `records` of
calls, `runtime` that moves bytes. No Django here; of the products it knows their `domain/` alone.
"""
