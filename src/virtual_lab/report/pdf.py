"""The report as PDF, typeset by typst without libraries or fonts of the system."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

from virtual_lab.domain import Report
from virtual_lab.errors import MissingExtraError, RenderingError
from virtual_lab.report.citing import CitationStyle
from virtual_lab.report.layout import lay_out

_PACKAGES = ("typst", "manimgx_fonts_cjk")


def render_pdf(
    report: Report, citations: CitationStyle = "numbered", timeout: float = 120.0
) -> bytes:
    """The whole report as a tagged PDF with its fonts embedded.

    Args:
        timeout: the longest time for it, in seconds; 300 statements take about 5.

    Raises:
        MissingExtraError: the extra ``pdf`` is not installed.
        RenderingError: typst failed, or took too long.
    """
    require_pdf()
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "virtual_lab.report.typesetting"],
            input=lay_out(report, citations).model_dump_json().encode("utf-8"),
            capture_output=True,
            check=True,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        raise RenderingError("report.pdf_over_time", seconds=f"{timeout:.0f}") from None
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode("utf-8", "replace").splitlines() or ["no reason given"]
        raise RenderingError("report.pdf_failed", problem=lines[-1]) from None
    return done.stdout


def require_pdf() -> None:
    """Check that this installation can make PDFs, without loading the packages.

    Raises:
        MissingExtraError: the extra ``pdf`` is not installed.
    """
    if not all(find_spec(package) for package in _PACKAGES):
        raise MissingExtraError("report.no_pdf")
