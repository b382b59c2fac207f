"""The service of the API's tests."""

from tests.unit.api.conftest import *  # noqa: F403
