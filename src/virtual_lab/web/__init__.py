"""The web pages, for users who do not use a terminal.

pages       renders a page from its template, in the language of its reader
page_route  the route of every page: shows errors as pages, refuses forms of other sites
home        /                    (question_form: the form; run_estimate: what a run will cost)
runs        /runs/{id}           (board: the events by specialist and round; score_chart, usage)
reports     /reports, /reports/{id}
versions    /reports/{id}/compare, /regenerate, /translate   (version_diff: what changed)
quotes      /reports/{id}/quotes/{n}   (context: the text around a quote in its source)
library     /library             (highlight: the words of a search in a text)
system      /system
login       /login, /logout
static      style sheets and scripts
"""
