from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from dakehu.infra.access.scope import OrgScoped
from dakehu.organisation.domain.sign_on import Way
from dakehu.organisation.localised import localised
from dakehu.organisation.models.tree import OrgUnit

# Characters that are read differently as a surname.
_SURNAMES = {
    "曾": "zeng",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "查": "zha",
    "盖": "ge",
    "朴": "piao",
    "任": "ren",
    "翟": "zhai",
    "覃": "qin",
    "缪": "miao",
    "冼": "xian",
    "华": "hua",
    "员": "yun",
    "乐": "yue",
    "瞿": "qu",
    "召": "shao",
    "宁": "ning",
    "燕": "yan",
    "洗": "xian",
}


WAYS = [
    (Way.PASSWORD.value, _("Password of this system")),
    (Way.DIRECTORY.value, _("Password of the directory")),
    (Way.SIGN_ON.value, _("Single sign-on alone")),
]


class Role(models.Model):
    """A named set of permissions; `code` is stable, the names are the administrator's.

    `seeded` remembers what releases have granted, so that a right an administrator took away does not come
    back with the next release, while a new one does arrive.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    permissions = models.JSONField(default=list)
    seeded = models.JSONField(default=list, editable=False)
    everything = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return localised(self.name, self.name_en)


class Post(models.Model):
    """A post (岗位) such as key-account manager or centre director."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return localised(self.name, self.name_en)


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.place(user.org_unit.path)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, OrgScoped):
    """A person who signs in: works in `org_unit`, sees the subtree of `scope_unit` (by default the same).

    `pinyin` and `initials` are made from the name, for sorting and for search. Only who `signs_in_by` a
    password of this system has one here; whatever the way, the sign-on provider may vouch for a person, too.
    """

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=120, blank=True, db_index=True, editable=False)
    initials = models.CharField(max_length=20, blank=True, db_index=True, editable=False)
    email = models.EmailField(blank=True)
    mobile = models.CharField(max_length=20, blank=True)
    org_unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="members")
    scope_unit = models.ForeignKey(OrgUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT)
    roles = models.ManyToManyField(Role, blank=True, related_name="members")
    valid_until = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    signs_in_by = models.CharField(max_length=10, choices=WAYS, default=Way.PASSWORD)
    date_joined = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ["pinyin", "id"]
        indexes = [models.Index(fields=["org_city", "pinyin", "id"])]

    def __str__(self) -> str:
        return self.name

    def has_lapsed(self, today: date) -> bool:
        """Whether the last day of a limited account is over."""
        return self.valid_until is not None and self.valid_until < today

    def has_usable_password(self) -> bool:
        """Whether there is a password to ask for before something weighty: here or in the directory."""
        return self.signs_in_by == Way.DIRECTORY or super().has_usable_password()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pinyin, self.initials = spelled(self.name)
        super().save(*args, **kwargs)


class Identity(models.Model):
    """Who a user is to the provider or the directory, bound at the first sign-in by that way.

    A name there may be given to another person one day; `subject` never is.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    way = models.CharField(max_length=10, choices=WAYS)
    subject = models.CharField(max_length=255)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["way", "subject"], name="organisation_identity_subject"),
            models.UniqueConstraint(fields=["user", "way"], name="organisation_identity_user"),
        ]

    def __str__(self) -> str:
        return self.subject


def spelled(name: str) -> tuple[str, str]:
    """A person's name as pinyin without tones, the surname in its own reading, and its initials."""
    from pypinyin import lazy_pinyin  # its tables take 100 ms to load: only for who writes a name

    syllables = lazy_pinyin(name.lower().replace(" ", ""))
    reading = _SURNAMES.get(name[:1]) if len(syllables) > 1 else None
    if reading:
        syllables[0] = reading
    return "".join(syllables)[:120], "".join(syllable[:1] for syllable in syllables)[:20]
