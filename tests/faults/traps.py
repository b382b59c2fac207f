"""Where a run can be caught: the nodes of the graph, in their order."""

NODES = ("gather", "plan", "analyse", "critique", "summarise", "synthesise", "verify")
