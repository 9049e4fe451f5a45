"""The ways in besides a password of this system: OpenID Connect through allauth, a directory by LDAP."""
