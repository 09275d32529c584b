import pytest
from django.test import Client


@pytest.fixture
def client_of():
    """A browser of one's own, signed in as somebody or not."""

    def make(user=None):
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return make
