"""The process that typesets one paper: it reads JSON from stdin and writes the PDF to stdout.

It is a process of its own because typst keeps several hundred megabytes in memory after a long
report, and because a process can be killed when it takes too long. The fonts come from a package
and from typst itself, so that a report looks the same on every machine.
"""

from __future__ import annotations

import sys
from importlib.resources import files

import typst

FONTS = "manimgx_fonts_cjk"
"""The package with Noto Sans CJK (OFL 1.1): all Korean, Chinese and Japanese letters."""


def set_paper(paper: str) -> bytes:
    """The tagged PDF of a paper given as JSON.

    Raises:
        typst.TypstError: the paper cannot be typeset.
    """
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(files(FONTS))])
    template = (files("virtual_lab.report") / "paper.typ").read_bytes()
    document: bytes = typst.compile(
        template, format="pdf", font_paths=fonts, sys_inputs={"paper": paper}
    )
    return document


if __name__ == "__main__":
    sys.stdout.buffer.write(set_paper(sys.stdin.buffer.read().decode("utf-8")))
