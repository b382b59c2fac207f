"""For ``celery -A celery_app worker`` and ``celery -A celery_app flower``."""

from virtual_lab.errors import SettingError

try:
    from virtual_lab.jobs.worker.lifecycle import app
except SettingError as error:
    raise SystemExit(str(error)) from None

__all__ = ["app"]
