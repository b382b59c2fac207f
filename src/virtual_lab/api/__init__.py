"""The HTTP API.

app        makes the app; service holds what its calls share
research   POST /api/research, /async, /stream      (synchronous: a run in this process)
tasks      /api/task/{id}, /api/tasks               (answers, models, results, identifiers)
events     /api/task/{id}/events                    (tailing: one reader for all who watch)
reports    /api/reports
rewriting  /api/reports/{id}/regenerate, /translate
library    /api/library                             (uploads: the files behind it)
health     /health, /ready, /metrics, /api/celery/health
problems   every error as RFC 9457 problem details
guard, limits, headers   what is checked, and added, around every call
"""

from virtual_lab.api.app import make_app

__all__ = ["make_app"]
