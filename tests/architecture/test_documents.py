"""The rendered documents are what the code says."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils import translation

from referral.documents import DOCUMENTS


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_rendered_document_is_not_stale(path):
    with translation.override("en-gb"):
        assert (settings.BASE_DIR / path).read_text(encoding="utf-8") == DOCUMENTS[path](), "run manage.py render_docs"
