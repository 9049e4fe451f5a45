"""The voice process's media engine: ports, prompts and tones, rooms, relays, recorders.

`MediaDesk` (desk.py) is its door. Codecs, RTP, telephone-events, answering, tones and mixing are pure;
`ports`, `endpoint`, `ticker`, `recorder` and the prompts' builder touch sockets, the loop and the disk.
"""
