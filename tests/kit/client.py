"""A person's browser without a screen: signs in, and presses a button again when the line breaks."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import requests

from tests.kit.waiting import PATIENCE_S, wait_for

_TRY_S = 20.0
Fields = Mapping[str, str | Sequence[str]]


class Client:
    """Requests are sent again after a broken connection until an answer comes, as people do.

    So the server may see a post twice; what an answer says is the caller's to judge.
    """

    def __init__(self, address: str, username: str, password: str) -> None:
        self._address = address
        self._session = requests.Session()
        wait_for(f"{username} to be let in", lambda: self._is_let_in(username, password))

    def _is_let_in(self, username: str, password: str) -> bool:
        """Once more after a refusal: a web process killed while it counted attempts leaves the count locked
        for ten seconds, and who comes then is sent away as if locked out."""
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", {"login": username, "password": password})
        return "/accounts/" not in answer.url

    def get(self, path: str) -> requests.Response:
        return self._send("GET", path)

    def post(self, path: str, fields: Fields, file: Path | None = None) -> requests.Response:
        """Post a form; `file` goes as the field "file"."""
        content = {"file": (file.name, file.read_bytes())} if file is not None else None
        token = self._session.cookies.get("dakehu_csrf") or ""
        return self._send("POST", path, data={**fields, "csrfmiddlewaretoken": token}, files=content)

    def close(self) -> None:
        self._session.close()

    def _send(self, method: str, path: str, **content: Any) -> requests.Response:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self._session.request(method, f"{self._address}{path}", timeout=_TRY_S, **content)
            except requests.RequestException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
