"""The composition root: what runs, pages and commands work with, opened from the settings.

One module for each: ``library`` is part of ``retriever``, that and ``analyst`` (on a
``model_run`` where a model is set) are parts of ``lab``.
"""
