"""The lab: a LangGraph graph that answers a question with a report."""

from virtual_lab.lab.run import ResearchLab
from virtual_lab.lab.state import OnEvent

__all__ = ["OnEvent", "ResearchLab"]
