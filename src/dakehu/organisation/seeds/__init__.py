"""Reference data that a new installation starts with: roles, posts, dictionaries, the province itself."""
