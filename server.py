"""The app for ``uvicorn server:app``."""

from virtual_lab.api import make_app
from virtual_lab.settings import load_settings

app = make_app(load_settings())
