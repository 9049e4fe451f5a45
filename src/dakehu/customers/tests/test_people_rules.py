from __future__ import annotations

import pytest

from dakehu.customers.domain.people import LONGEST_OF_CONTACT, check_contact, is_email

_TEXTS = dict.fromkeys(LONGEST_OF_CONTACT, "") | {"name": "周敏"}


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("min@x.example", True), ("zhou.min+a@mail.x.example", True), ("周敏@例子.中国", True),
        ("min", False),
        ("min@", False), ("@x.example", False), ("min@x", False), ("a b@x.example", False),
        ("min@x.example, lin@x.example", False), ("<min@x.example>", False),
    ],
)  # fmt: skip
def test_addresses(text: str, is_one: bool) -> None:
    assert is_email(text) is is_one


@pytest.mark.parametrize(
    ("texts", "faults"),
    [
        ({}, []), ({"name": ""}, [("name", "name_missing")]), ({"post": "长" * 60}, []),
        ({"post": "长" * 61}, [("post", "text_too_long")]),
        ({"email": "min"}, [("email", "email_malformed")]),
        ({"email": "x" * 255, "phone": "1" * 41}, [("phone", "text_too_long"), ("email", "text_too_long")]),
    ],
)  # fmt: skip
def test_texts(texts: dict[str, str], faults: list[tuple[str, str]]) -> None:
    found = check_contact(_TEXTS | texts)
    assert [(fault.field, fault.code) for fault in found] == [
        (field, f"customers.{code}") for field, code in faults
    ]
