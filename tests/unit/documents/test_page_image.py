"""A page of a PDF as a picture, its quote marked."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from virtual_lab.documents.page_drawing import MOST_PIXELS, WIDTH, find_words
from virtual_lab.documents.page_image import picture_page
from virtual_lab.documents.registry import read_document
from virtual_lab.errors import BrokenDocumentError, SlowDocumentError, UnreadableDocumentError

pytestmark = pytest.mark.slow

PAGE = b"""%%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R/Rotate %d
/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>> endobj
4 0 obj <</Length 87>> stream
BT /F 24 Tf 20 150 Td (A novel food is) Tj 0 -30 Td (a food without a history.) Tj ET
endstream endobj
trailer <</Root 1 0 R>>
"""


def pdf(folder: Path, width: int = 400, height: int = 200, rotation: int = 0) -> Path:
    path = folder / "page.pdf"
    path.write_bytes(PAGE % (width, height, rotation))
    return path


def opened(png: bytes) -> Image.Image:
    """The picture, all of it read."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        return picture.convert("RGB")


def yellow_rows(png: bytes) -> list[float]:
    """Where there is yellow, in shares of the height."""
    picture = opened(png)
    return [
        y / picture.height
        for y in range(picture.height)
        if any(is_yellow(picture.getpixel((x, y))) for x in range(picture.width))
    ]


def is_yellow(point: tuple[int, ...]) -> bool:
    return point[0] > 200 and point[1] > 180 and point[2] < 150


def test_the_words_are_marked_and_nothing_else(tmp_path: Path) -> None:
    first = yellow_rows(picture_page(pdf(tmp_path), 1, "A novel food is"))
    both = yellow_rows(picture_page(pdf(tmp_path), 1, "A novel food is a food without a history."))
    assert 0.1 < min(first) < max(first) < 0.35
    assert min(first) == min(both)
    assert 0.35 < max(both) < 0.5
    assert not yellow_rows(picture_page(pdf(tmp_path), 1, "Nothing of this stands there"))


def test_a_turned_page_is_marked_where_the_words_are(tmp_path: Path) -> None:
    rows = yellow_rows(picture_page(pdf(tmp_path, rotation=90), 1, "A novel food is"))
    assert max(rows) - min(rows) > 0.3


@pytest.mark.parametrize(("width", "height"), [(400, 200), (200, 4000), (14400, 14400)])
def test_a_picture_has_a_limited_size(tmp_path: Path, width: int, height: int) -> None:
    drawn = opened(picture_page(pdf(tmp_path, width, height), 1, ""))
    assert drawn.width <= WIDTH + 1
    assert drawn.width * drawn.height <= 1.01 * MOST_PIXELS


def test_what_cannot_be_drawn_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"no pdf")
    for path, page in ((broken, 1), (pdf(tmp_path), 2), (tmp_path / "missing.pdf", 1)):
        with pytest.raises(BrokenDocumentError):
            picture_page(path, page, "")
    with pytest.raises(SlowDocumentError):
        picture_page(pdf(tmp_path), 1, "", timeout=0.001)


def test_hostile_files_are_drawn_or_refused(shared_data: Path) -> None:
    for path in sorted((shared_data / "hostile").rglob("*.pdf"))[:12]:
        try:
            assert opened(picture_page(path, 1, "words", timeout=20))
        except UnreadableDocumentError:
            continue


@pytest.mark.parametrize(
    ("page", "words", "found"),
    [
        ("A genome-\r\nedited plant.", "genome-edited plant", "genome-\r\nedited plant"),
        ("A genome\ufffe\r\nedited plant.", "genomeedited", "genome\ufffe\r\nedited"),
        ("2004 31 rules", "2004³¹", "2004 31"),
        ("The ﬁrst food.", "The first food.", "The ﬁrst food"),
        ("식품의  안전성을\r\n평가한다.", "안전성을 평가", "안전성을\r\n평가"),
    ],
)
def test_words_are_found_however_the_page_sets_them(page: str, words: str, found: str) -> None:
    stretch = find_words(page, words)
    assert stretch is not None
    assert page[slice(*stretch)] == found


def test_words_that_a_note_interrupts_are_found_by_their_ends() -> None:
    begin, end = "The applicant shall provide the data", "on every ingredient of the novel food."
    page = f"Before. {begin}\r\n12 See the note.\r\n{end} After."
    stretch = find_words(page, f"{begin} {end}")
    assert stretch is not None
    assert page[slice(*stretch)] == page[len("Before. ") : -len(". After.")]
    assert find_words(page, "Something else entirely that is not there at all") is None
    assert find_words(page, "…") is None


def test_all_passages_of_a_real_document_are_found_on_their_pages(shared_data: Path) -> None:
    import pypdfium2

    path = next((shared_data / "documents" / "en").glob("*.pdf"))
    pdf = pypdfium2.PdfDocument(path)
    texts = {number: page.get_textpage().get_text_range() for number, page in enumerate(pdf, 1)}
    passages = read_document(path).passages()
    lost = [p.id for p in passages if not find_words(texts[p.page or 0], p.text)]
    assert len(passages) > 100
    assert not lost
