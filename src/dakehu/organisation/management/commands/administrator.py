from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dakehu.infra.access.api import SYSTEM
from dakehu.infra.errors import message_for
from dakehu.kernel.errors import DomainError
from dakehu.organisation.models import OrgUnit, Role, User
from dakehu.organisation.seed import PROVINCE_PATH
from dakehu.organisation.services.users import UserDetails, user_create, user_reset_password


class Command(BaseCommand):
    help = "Open an administrator's account, or give a known one a new one-time password. The way in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", nargs="?", default="admin")
        parser.add_argument("--name", default="系统管理员", help="the person's name")

    def handle(self, *_args: Any, username: str, name: str, **_options: Any) -> None:
        try:
            password = _password(username, name)
        except DomainError as error:
            raise CommandError(message_for(error)) from None
        self.stdout.write(f"{username}\n{password}\n")


def _password(username: str, name: str) -> str:
    known = User.objects.filter(username=username.lower()).first()
    if known is not None:
        return user_reset_password(actor=SYSTEM, user_id=known.pk)[1]
    role = Role.objects.filter(everything=True).first()
    province = OrgUnit.objects.filter(path=PROVINCE_PATH).first()
    if role is None or province is None:
        raise CommandError("Run `dakehu setup` first.")
    details = UserDetails(name, province.pk, role_ids=frozenset({role.pk}))
    return user_create(actor=SYSTEM, username=username, details=details)[1]
