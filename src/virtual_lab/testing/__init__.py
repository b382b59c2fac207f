"""Fakes for the tests of this project and of projects that use it.

``ScriptedModel`` answers for each role of the lab from the text of the prompt. ``ModelServer``
serves it as an OpenAI-compatible endpoint on this machine, with faults on request. The setting
VIRTUAL_LAB_ONLY_LOCAL_MODELS makes sure that tests reach no other model.
"""

from virtual_lab.testing.faults import Rule, ServerFault
from virtual_lab.testing.obedient import ObedientModel
from virtual_lab.testing.scripted import RequestKind, ScriptedModel
from virtual_lab.testing.server import ModelServer

__all__ = ["ModelServer", "ObedientModel", "RequestKind", "Rule", "ScriptedModel", "ServerFault"]
