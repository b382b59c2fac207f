"""The app for ``uvicorn server:app``."""

from virtual_lab.asgi import make_site
from virtual_lab.settings import load_settings

app = make_site(load_settings())
