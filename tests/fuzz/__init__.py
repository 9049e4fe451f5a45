"""Damaged messages thrown at the voice process: parser, stack, STUN, WebSocket, a whole server.

    make fuzz ARGS="--seconds 60"                # a seed of its own, which it prints
    make fuzz ARGS="--seed 7 --only parser"      # the same damage again

An exception of ours, a call that never ends, or memory that grows is a fault.
"""
