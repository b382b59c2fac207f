"""The lab: a LangGraph graph from a question to a report."""

from virtual_lab.lab.run import ResearchLab
from virtual_lab.lab.state import OnEvent

__all__ = ["OnEvent", "ResearchLab"]
