"""The app for ``uvicorn server:app``."""

from virtual_lab.settings import load_settings
from virtual_lab.web import make_site

app = make_site(load_settings())
