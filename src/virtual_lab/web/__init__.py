"""The pages: what a person sees who never opens a terminal.

pages      renders a page, in the language of its reader (language, templates)
routing    around every page: errors as pages, and no change asked for by another site
home       /                    (asking: the form as a question; outlook: what it will cost)
runs       /runs/{id}           (board: what the events say, by specialist and round;
                                 charting, spending: scores and costs; failing: errors)
reports    /reports, /reports/{id}
versions   /reports/{id}/compare, /regenerate, /translate   (comparing: what changed)
quotes     /reports/{id}/quotes/{n}   (context: what stands around a quote in its source)
library    /library             (highlighting: where the words of a search stand)
system     /system
static     style sheets and scripts, which only ask for pages again
"""
