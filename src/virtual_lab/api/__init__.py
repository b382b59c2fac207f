"""The HTTP API.

app        makes the app with its routes and middleware
research   POST /api/research, /async, /batch, /stream
tasks      /api/task/{id}, /api/tasks
events     /api/task/{id}/events
reports    /api/reports
rewriting  /api/reports/{id}/regenerate, /translate
library    /api/library
health     /health, /ready, /metrics, /api/celery/health
docs       /docs
models     the bodies of requests; answers: the bodies of answers
"""

from virtual_lab.api.app import make_app

__all__ = ["make_app"]
