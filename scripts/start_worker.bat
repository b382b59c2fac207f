@echo off
rem Start a Celery worker; options of "celery worker" may follow.
cd /d "%~dp0.."
set PYTHON=python
if exist .venv\Scripts\python.exe set PYTHON=.venv\Scripts\python.exe
"%PYTHON%" -m celery -A celery_app worker --pool=solo --loglevel=INFO %*
