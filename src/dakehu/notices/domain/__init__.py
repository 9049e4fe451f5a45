"""Pure rules: when a notice may be sent, and what robots are told."""
