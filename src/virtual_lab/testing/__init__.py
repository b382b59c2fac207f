"""Fakes for tests, of this project and of those who build on it.

``ScriptedModel`` answers as the lab's roles from what it reads in the prompt, ``ModelServer``
serves it as an OpenAI-compatible endpoint on this machine, with faults where wanted. The setting
VIRTUAL_LAB_ONLY_LOCAL_MODELS makes sure that nothing else is reached.
"""

from virtual_lab.testing.faults import Rule, ServerFault
from virtual_lab.testing.obedient import ObedientModel
from virtual_lab.testing.scripted import RequestKind, ScriptedModel
from virtual_lab.testing.server import ModelServer

__all__ = ["ModelServer", "ObedientModel", "RequestKind", "Rule", "ScriptedModel", "ServerFault"]
