"""The rules of characteristics, pure."""
