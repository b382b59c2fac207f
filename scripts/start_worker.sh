#!/usr/bin/env bash
# Start a Celery worker; options of "celery worker" may follow, such as --concurrency=4.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=python
if [ -x .venv/bin/python ]; then
  python=.venv/bin/python
fi
exec "$python" -m celery -A celery_app worker --loglevel=INFO "$@"
