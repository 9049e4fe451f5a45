"""Who brought a document has no claim to it: sight of the account, the visit, the person decides."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dakehu.customers.domain.holdings import DocumentDraft, HoldingKind
from dakehu.customers.models import Document
from dakehu.customers.services.customers import customer_change
from dakehu.customers.services.holdings import Upload, holding_add
from dakehu.customers.tests.fixtures import a_customer, a_draft
from dakehu.infra.access.api import SYSTEM
from dakehu.infra.files.api import access_file, file_store
from dakehu.infra.files.purposes import _purposes
from dakehu.kernel.errors import NotFound
from dakehu.managers.tests.fixtures import PNG
from dakehu.organisation.testing import Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.req("KAM-11")]


def test_an_uploader_who_lost_the_account_lost_its_documents(world: Scenario, client: Client) -> None:
    account = a_customer(world.team, actor=world.manager)
    upload = Upload("报价.pdf", [b"%PDF-1.4 x"])
    row = holding_add(
        actor=world.manager, customer_id=account.pk, draft=DocumentDraft(subject="报价"), upload=upload
    )
    assert isinstance(row, Document)
    assert row.file is not None
    client.force_login(world.manager_user)
    page = reverse("customers-holding-file", args=[HoldingKind.DOCUMENT, row.pk])
    assert client.get(page).status_code == 200
    assert client.get(f"/files/{row.file.pk}/").status_code == 404
    draft = a_draft(world.datong_team, name=account.name)
    customer_change(actor=SYSTEM, customer_id=account.pk, version=account.version, draft=draft)
    assert client.get(page).status_code == 404
    assert client.get(f"/files/{row.file.pk}/").status_code == 404
    client.force_login(world.neighbour_user)
    assert client.get(page).status_code == 200


def test_no_file_of_an_object_is_reached_by_its_own_address(world: Scenario) -> None:
    """Neither by its owner nor by an administrator: the object's page is the only way."""
    kept = [each for each in _purposes.values() if each.of_an_object]
    assert {each.name for each in kept} >= {
        "customer_document",
        "managers.visit",
        "managers.portrait",
        "managers.figure",
    }
    for purpose in kept:
        row = file_store(actor=world.administrator, purpose=purpose.name, name="a.png", chunks=[PNG])
        with pytest.raises(NotFound):
            access_file(world.administrator, row.pk)
