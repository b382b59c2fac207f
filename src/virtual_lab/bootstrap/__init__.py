"""The composition root: opens from the settings what runs, pages and commands use.

``lab`` opens a ``retriever`` on the ``library``, and an ``analyst``, which has a ``model_run``
where a model is set. What one room opens for itself alone stays there: what searches online in
``sources`` and ``lab``, store, checkpoints and limiter in ``jobs``.
"""
