"""What every part shares and nothing else needs: errors, state tables, money, time, telephone numbers.

Pure: no Django, no asyncio, no socket, no clock, no random source. Time and ids are handed in.
"""
