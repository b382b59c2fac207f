"""The index in both databases: what goes in is found, what goes out is gone, others may read."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from virtual_lab.bootstrap.library import open_index
from virtual_lab.documents.document import BlockKind, Document, DocumentBuilder
from virtual_lab.errors import LibraryAwayError, LibraryError, NotFoundError
from virtual_lab.library.index import DocumentIndex, FileEntry
from virtual_lab.library.postgres.index import PostgresIndex
from virtual_lab.library.postgres.pool import Pool, open_pool
from virtual_lab.library.sqlite.index import Index
from virtual_lab.settings import Settings
from virtual_lab.text import tokens

ROOT = Path(__file__).resolve().parents[3]
Opened = Callable[[], DocumentIndex]


def document(*paragraphs: str, title: str = "Title") -> Document:
    builder = DocumentBuilder()
    for number, paragraph in enumerate(paragraphs, 1):
        builder.add(BlockKind.TEXT, paragraph, page=number)
    return Document(title=title, text=builder.text, blocks=builder.blocks, language="en")


NOVEL = document("The applicant shall describe the novel food.", "유전독성 시험을 하여야 한다.")
OTHER = document("Allergenicity is assessed case by case.", title="Opinion on SDN-1")


class OwnPool(PostgresIndex):
    """An index that closes its connections, as a process does that ends."""

    def __init__(self, url: str) -> None:
        self.pool: Pool = open_pool(url)
        super().__init__(self.pool)

    def close(self) -> None:
        self.pool.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Opens the library of this test; the same one whenever it is called."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        return lambda: OwnPool(url)
    return lambda: Index(tmp_path / "folder" / "library.sqlite3")


@pytest.fixture
def index(opened: Opened) -> Iterator[DocumentIndex]:
    with closing(opened()) as index:
        yield index


def found(index: DocumentIndex, query: str, *collections: str) -> list[str]:
    return [hit.passage.text for hit in index.search(query, collections)]


def test_what_was_added_is_found_with_its_place(index: DocumentIndex) -> None:
    assert index.add(NOVEL, "a")
    passage = index.search("유전독성")[0].passage
    assert passage == NOVEL.passages()[1]
    assert index.passage(passage.id) == passage
    assert index.text(NOVEL.source_id) == NOVEL.text
    assert index.source(NOVEL.source_id) == NOVEL.source()
    assert index.passages(NOVEL.source_id) == list(NOVEL.passages())


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("describing NOVEL foods", "The applicant shall describe the novel food."),
        ("유전독성시험", "유전독성 시험을 하여야 한다."),
        ("SDN-1", "Allergenicity is assessed case by case."),
    ],
)
def test_words_are_matched_in_their_forms_and_in_titles(
    index: DocumentIndex, query: str, first: str
) -> None:
    index.add(NOVEL, "a")
    index.add(OTHER, "a")
    assert found(index, query)[0] == first


@pytest.mark.parametrize(
    "query", ["", "the of", '"', "novel AND", "NEAR(", "title:food", "*", "x'); DROP TABLE source"]
)
def test_no_query_breaks_the_index(index: DocumentIndex, query: str) -> None:
    index.add(NOVEL, "a")
    index.search(query)
    assert index.size() == 2


def test_the_same_content_is_kept_once(index: DocumentIndex) -> None:
    assert index.add(NOVEL, "a")
    assert not index.add(NOVEL, "a")
    assert index.add(NOVEL, "b")
    assert index.size() == 2
    assert index.collections() == {"a": 1, "b": 1}


def test_a_search_keeps_to_its_collections(index: DocumentIndex) -> None:
    index.add(NOVEL, "a")
    index.add(OTHER, "b")
    assert found(index, "novel allergenicity", "b") == ["Allergenicity is assessed case by case."]
    assert len(found(index, "novel allergenicity", "a", "b")) == 2
    assert found(index, "novel", "none") == []


def test_a_term_that_most_passages_hold_is_dropped(index: DocumentIndex) -> None:
    index.add(document(*(f"Common words and number{n}." for n in range(20))), "a")
    assert found(index, "common number7") == ["Common words and number7."]
    assert len(found(index, "common")) == 20  # but a query is not left empty


def test_frequent_terms_count_without_being_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a large index one of the rarer terms has to be there; the scores are the same."""
    index = Index(tmp_path / "library.sqlite3")
    words = ("food", "safe", "novel")
    for n in range(60):
        chosen = " ".join(word for place, word in enumerate(words) if n % (place + 2) == 0)
        index.add(document(f"Passage{n} {chosen} {'rare' if n % 10 == 0 else ''} end{n}."), "a")
    everything = index.search("rare food safe novel", limit=60)
    monkeypatch.setattr("virtual_lab.library.sqlite.search._MOST_RANKED_PASSAGES", 10)
    pruned = index.search("rare food safe novel", limit=60)
    expected = [hit for hit in everything if "rare" in hit.passage.text]
    assert len(pruned) == len(expected) == 6 < len(everything)
    assert [hit.passage for hit in pruned] == [hit.passage for hit in expected]
    assert [hit.score for hit in pruned] == pytest.approx([hit.score for hit in expected])
    index.close()


def test_the_most_frequent_terms_of_a_long_query_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("virtual_lab.library.sqlite.search._MOST_RANKED_PASSAGES", 10)
    monkeypatch.setattr("virtual_lab.library.sqlite.search._MOST_SCORED_POSTINGS", 40)
    with closing(Index(tmp_path / "library.sqlite3")) as index:
        for n in range(60):
            chosen = f"{'rare' if n % 10 == 0 else ''} {'food' if n % 2 else 'safe safe'}"
            index.add(document(f"Passage{n} {chosen} {'novel' if n % 3 == 0 else ''}."), "a")
        assert index.search("rare novel", limit=60) == index.search("rare novel safe", limit=60)
        assert index.search("safe", limit=60)  # but never the rarest


def test_frequencies_are_kept_right_in_a_large_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is counted once and kept agrees with FTS5's own count after every change."""
    monkeypatch.setattr("virtual_lab.library.sqlite.counts._LARGE_LIBRARY_PASSAGES", 10)
    monkeypatch.setattr("virtual_lab.library.sqlite.counts._FREQUENT_TERM_SHARE", 0.2)
    path = tmp_path / "library.sqlite3"
    with closing(Index(path)) as index:
        for n in range(40):
            words = ("food " * (n % 2), "novel " * (n > 20), "safe " * (n % 9 == 0))
            index.add(document(f"Text {n} {''.join(words)}.", f"Food {n}."), "a" if n < 35 else "b")
            if n % 10 == 9:
                index.remove(index.sources()[n // 10].id, "a")
            if n == 36:
                index.remove_collection("b")
            with closing(sqlite3.connect(path)) as database:
                counted = dict(database.execute("SELECT term, doc FROM passage_terms"))
                kept = dict(database.execute("SELECT term, passages FROM frequent"))
                size = database.execute("SELECT count(*) FROM passage").fetchone()[0]
            assert index.size() == size
            assert kept == {term: counted[term] for term in kept}
            assert bool(kept) == (n > 3)
            for term in ("food", "novel", "safe", "text", "absent"):
                assert index.frequencies([term]) == {term: counted.get(term, 0)}


def test_passages_are_cut_from_long_texts(index: DocumentIndex) -> None:
    """Also where they stand in several of the blocks that a text is kept in."""
    long = document(
        "식품 " * 2_000 + "끝.", "Short.", "A\U0001f35a " * 7_000 + "novel.", "Last one."
    )
    index.add(long, "a")
    index.add(OTHER, "a")
    assert index.text(long.source_id) == long.text
    assert index.passages(long.source_id) == list(long.passages())
    assert [index.passage(each.id) for each in long.passages()] == list(long.passages())
    assert index.search("novel")[0].passage in long.passages()


def test_a_small_collection_is_found_in_a_large_index(index: DocumentIndex) -> None:
    index.add(document(*(f"Safe safe safe food {n}." for n in range(300))), "large")
    index.add(document("A word on food that is safe, among many other words."), "small")
    index.add(document(*(f"Other words {n}." for n in range(400))), "large")
    assert len(found(index, "safe food", "small")) == 1
    assert len(index.search("safe food", ["large"], 15)) == 15


def test_what_stands_everywhere_else_may_matter_in_a_collection(opened: Opened) -> None:
    small = document(
        "A novel food needs data.",
        "Data on milk and milk again, with data.",
        "Needs are other needs.",
        "A novel approach to bread.",
        "Bread and butter.",
    )
    with closing(opened()) as index:
        index.add(small, "small")
        alone = index.search("novel food data", ["small"])
        size, counts = index.size(["small"]), index.frequencies(["novel", "food"], ["small"])
        index.add(document(*(f"A novel food, number {n}." for n in range(40))), "large")
        beside = index.search("novel food data", ["small"])
        assert [hit.passage for hit in beside] == [hit.passage for hit in alone]
        assert beside[0].passage.text == "A novel food needs data."
        assert index.size(["small"]) == size == 5
        assert index.frequencies(["novel", "food"], ["small"]) == counts == {"novel": 2, "food": 1}
        assert index.weights(["food"], ["small"])["food"] > index.weights(["food"])["food"]
        assert index.size() == index.size(["small", "large"]) == 45


def test_rare_tokens_weigh_more(index: DocumentIndex) -> None:
    index.add(document("Food one.", "Food two.", "Toxicity of food."), "a")
    weights = index.weights(["toxic", "food"])
    assert weights["toxic"] > weights["food"] > 0
    asked = ["food", "absent", "food"]
    assert list(index.frequencies(asked).items()) == [("food", 3), ("absent", 0)]


def test_words_of_the_library_are_counted_anew_when_another_process_adds_to_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "library.sqlite3"
    with closing(Index(path)) as reader, closing(Index(path)) as writer:
        assert reader.frequencies(["food"]) == {"food": 0}
        writer.add(document("Food one.", "Food two."), "a")
        assert reader.frequencies(["food"]) == {"food": 2}
        reader.add(document("Food three."), "a")
        assert reader.frequencies(["food"]) == {"food": 3}
        writer.remove_collection("a")
        assert reader.frequencies(["food"]) == {"food": 0}


def test_sources_with_a_single_passage(index: DocumentIndex) -> None:
    index.add(document("Food one.", "Food two."), "a")
    abstract = document("Food three.")
    index.add(abstract, "a")
    ids = [*index.source_ids(), "absent"]
    assert index.single_passage_sources(ids) == {abstract.source_id}
    assert index.single_passage_sources([]) == set()


def test_removal_leaves_nothing_behind(index: DocumentIndex) -> None:
    index.add(NOVEL, "a")
    index.remember_file("a", "/x.md", "1", NOVEL.source_id)
    index.remove(NOVEL.source_id, "a")
    assert found(index, "novel food 유전독성") == []
    assert index.frequencies(["novel"]) == {"novel": 0}
    assert (index.size(), index.sources(), index.collections(), index.files("a")) == (0, [], {}, {})


def test_removal_leaves_nothing_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    with closing(Index(path)) as index:
        index.add(NOVEL, "a")
        index.remember_file("a", "/x.md", "1", NOVEL.source_id)
        index.remove(NOVEL.source_id, "a")
    database = sqlite3.connect(path)
    for table in ("source", "passage", "membership", "file", "block"):
        rows = database.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
        assert rows.fetchone() == (0,), table
    database.execute("INSERT INTO passage_words(passage_words) VALUES ('integrity-check')")
    assert database.execute("SELECT count(*) FROM passage_terms").fetchone() == (0,)
    database.close()


def test_removal_leaves_nothing_in_postgresql(postgres_url: str) -> None:
    with closing(OwnPool(postgres_url)) as index:
        index.add(NOVEL, "a")
        index.add(document("!", "?", title=""), "a")  # passages without a token
        index.remember_file("a", "/x.md", "1", NOVEL.source_id)
        index.remove_collection("a")
    with psycopg.connect(postgres_url) as connection:
        for table in ("source", "passage", "membership", "file", "posting", "term"):
            rows = connection.execute(f"SELECT count(*) FROM library.{table}")  # noqa: S608
            assert rows.fetchone() == (0,), table
        rows = connection.execute("SELECT passages, tokens FROM library.total")
        assert rows.fetchone() == (0, 0)


def test_a_source_stays_while_another_collection_holds_it(index: DocumentIndex) -> None:
    index.add(NOVEL, "a")
    index.add(NOVEL, "b")
    index.remove(NOVEL.source_id, "a")
    assert found(index, "novel", "b")
    assert index.remove_collection("b") == 1
    assert index.sources() == []


def test_what_is_not_there_is_said_so(index: DocumentIndex) -> None:
    with pytest.raises(NotFoundError, match="collection nowhere"):
        index.remove_collection("nowhere")
    for call in (index.source, index.text, index.passage):
        with pytest.raises(NotFoundError, match="s123"):
            call("s123")
    with pytest.raises(NotFoundError, match="s123 in collection a"):
        index.remove("s123", "a")


def test_a_file_is_remembered_and_forgotten_with_its_source(index: DocumentIndex) -> None:
    index.add(NOVEL, "a")
    for path in ("/one.md", "/copy.md"):
        index.remember_file("a", path, "stamp", NOVEL.source_id)
    assert [path for path, _ in index.files_of(NOVEL.source_id)] == ["/copy.md", "/one.md"]
    index.forget_file("a", "/one.md")
    assert index.files_of(NOVEL.source_id) == [("/copy.md", FileEntry("stamp", NOVEL.source_id))]
    assert found(index, "novel")  # the copy still holds it
    index.forget_file("a", "/copy.md")
    assert found(index, "novel") == []
    assert index.files("a") == {}
    assert index.files_of(NOVEL.source_id) == []


def test_a_failed_write_changes_nothing(index: DocumentIndex) -> None:
    passages = NOVEL.passages()
    broken = passages[1].model_copy(update={"language": None})  # the table wants one
    with pytest.raises(LibraryError):
        index.add_source(NOVEL.source(), NOVEL.text, [passages[0], broken], "a")
    assert (index.size(), index.collections(), found(index, "novel")) == (0, {}, [])
    assert index.add(NOVEL, "a")


def test_the_same_path_on_two_machines_is_two_files(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one of them does not hold any more does not take the other's away."""
    here, there = (
        Settings(_env_file=None, data_dir=tmp_path / name, DATABASE_URL=postgres_url)
        for name in ("here", "there")
    )
    with closing(open_index(here)) as index, closing(open_index(there)) as other:
        for at, kept in ((index, NOVEL), (other, OTHER)):
            at.add(kept, "a")
            at.remember_file("a", "/docs/x.md", "1", kept.source_id)
        assert index.files("a") == {"/docs/x.md": FileEntry("1", NOVEL.source_id)}
        assert index.files_of(NOVEL.source_id) == [("/docs/x.md", FileEntry("1", NOVEL.source_id))]
        assert other.files_of(NOVEL.source_id) == []
        other.forget_file("a", "/docs/x.md")
        assert index.source_ids(["a"]) == {NOVEL.source_id}
        with closing(open_index(here)) as again:
            assert again.files("a").keys() == {"/docs/x.md"}


def test_what_is_kept_is_there_when_it_is_opened_again(opened: Opened) -> None:
    first = opened()
    first.add(NOVEL, "a")
    first.close()
    again = opened()
    assert found(again, "novel")
    assert again.bytes_on_disk() > 0
    again.close()


def test_another_version_of_the_tokens_indexes_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened()
    first.add(NOVEL, "a")
    first.close()
    monkeypatch.setattr(tokens, "VERSION", tokens.VERSION + 1)
    monkeypatch.setattr("virtual_lab.library.sqlite.schema.tokenise", lambda text: ["everything"])
    again = opened()
    assert again.size() == 2
    assert again.frequencies(["novel", "everything"]) == {"novel": 0, "everything": 2}
    again.close()


@pytest.mark.parametrize("content", [b"This is no database at all. " * 40, b"\x00" * 4096])
def test_a_file_that_is_no_index_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match=r"library\.sqlite3"):
        Index(path)


def test_an_index_of_the_first_version_is_made_over(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    with closing(Index(path)) as index:
        for each in (NOVEL, OTHER):
            index.add(each, "a")
        index.remember_file("a", "/x.md", "1", NOVEL.source_id)
        before = [index.search(query) for query in ("novel food", "SDN-1")]
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "ALTER TABLE source ADD COLUMN text BLOB NOT NULL DEFAULT '';"
            "ALTER TABLE passage ADD COLUMN text TEXT NOT NULL DEFAULT '';"
            "ALTER TABLE passage DROP COLUMN length;"
            "DROP TABLE block; DROP TABLE total; DROP TABLE frequent;"
            "UPDATE meta SET value = '1' WHERE key = 'schema';"
        )
        for each in (NOVEL, OTHER):
            row = (zlib.compress(each.text.encode()), each.source_id)
            database.execute("UPDATE source SET text = ? WHERE id = ?", row)
            for passage in each.passages():
                database.execute(
                    "UPDATE passage SET text = ? WHERE start = ?"
                    " AND source = (SELECT number FROM source WHERE id = ?)",
                    (passage.text, passage.start, each.source_id),
                )
        database.commit()
    with closing(Index(path)) as index:
        assert [index.search(query) for query in ("novel food", "SDN-1")] == before
        assert index.passages(NOVEL.source_id) == list(NOVEL.passages())
        assert index.text(OTHER.source_id) == OTHER.text
        assert (index.size(), list(index.files("a"))) == (3, ["/x.md"])
        index.remove_collection("a")
        assert index.size() == 0


def test_an_index_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    Index(path).close()
    database = sqlite3.connect(path)
    database.execute("UPDATE meta SET value = '999' WHERE key = 'schema'")
    database.commit()
    database.close()
    with pytest.raises(LibraryError, match="another version"):
        Index(path)


_READ = """
import sys
from pathlib import Path
from virtual_lab.library.sqlite.index import Index
index = Index(Path(sys.argv[1]))
seen = []
while "last" not in seen:
    sizes = len(index.search("passage", limit=1000)), index.size()
    assert sizes[0] <= sizes[1] and sizes[1] % 10 == 0, sizes
    seen = [hit.passage.text.split()[-1] for hit in index.search("last")]
print(index.size())
"""


@pytest.mark.slow
def test_two_processes_read_while_one_writes(tmp_path: Path) -> None:
    """Readers never wait, fail, or see half a document."""
    path = tmp_path / "library.sqlite3"
    index = Index(path)
    readers = [
        subprocess.Popen([sys.executable, "-c", _READ, path], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for number in range(30):
        index.add(document(*(f"This passage is number {number} {n}." for n in range(10))), "a")
    index.add(document(*(f"This one is the last {n} last" for n in range(10))), "a")
    index.close()
    for reader in readers:
        assert reader.communicate(timeout=60)[0].strip() == "310"
        assert reader.returncode == 0


def test_both_rank_alike(tmp_path: Path, postgres_url: str) -> None:
    """The same passages in the same order, with the same scores."""
    library = [
        document(
            "Novel foods need an authorisation before they are sold.",
            "The authorisation names the food, its uses and its labels. Food is labelled.",
            "유전독성 시험은 세 가지 시험으로 이루어진다.",
            title="Novel food",
        ),
        document(
            "An allergen in a novel food is labelled; labelling is not assessed.",
            "시험 결과를 제출하여야 한다.",
            "Toxicity is assessed case by case, as in CAC/GL 45-2003.",
        ),
        *(document(f"Filler number {n} speaks of filler.") for n in range(9)),
    ]
    with closing(Index(tmp_path / "library.sqlite3")) as one, closing(OwnPool(postgres_url)) as two:
        for number, each in enumerate(library):
            for index in (one, two):
                index.add(each, "b" if number else "a")
        for query in (
            "novel food authorisation",
            "유전독성 시험",
            "labelled food",
            "CAC/GL 45-2003",
        ):
            for where in ((), ("a",), ("b",)):
                expected, got = one.search(query, where), two.search(query, where)
                assert [hit.passage for hit in got] == [hit.passage for hit in expected]
                assert [hit.score for hit in got] == pytest.approx([h.score for h in expected])
                assert expected or where
            assert two.weights(["novel"]) == pytest.approx(one.weights(["novel"]))


def test_what_postgresql_cannot_hold_is_marked(postgres_url: str) -> None:
    torn = document("A torn\x00text with half \ud83d a pair.")
    with closing(OwnPool(postgres_url)) as index:
        index.add(torn, "a")
        assert index.text(torn.source_id) == "A torn\ufffdtext with half \ufffd a pair."
        assert found(index, "torn") == ["A torn\ufffdtext with half \ufffd a pair."]


def test_a_postgresql_index_of_another_version_is_refused(postgres_url: str) -> None:
    OwnPool(postgres_url).close()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("UPDATE library.meta SET value = '999' WHERE key = 'schema'")
    with pytest.raises(LibraryError, match="another version"):
        OwnPool(postgres_url)


_ADD = """
import sys
from virtual_lab.bootstrap.library import open_index
from virtual_lab.settings import Settings
from tests.unit.library.test_index import document
index = open_index(Settings(database_url=sys.argv[1]))
for number in range(10):
    index.add(document(f"Passage {number} is everybody's."), "ours")
    index.add(document(f"Passage {number} is {sys.argv[2]}'s own."), sys.argv[2])
"""


def test_machines_add_at_once(postgres_url: str) -> None:
    """The tables are made once, the same document is kept once, and no count is lost."""
    machines = [
        subprocess.Popen([sys.executable, "-c", _ADD, postgres_url, f"machine{n}"], cwd=ROOT)
        for n in range(3)
    ]
    assert [machine.wait(timeout=120) for machine in machines] == [0, 0, 0]
    with closing(OwnPool(postgres_url)) as index:
        assert index.collections() == {"machine0": 10, "machine1": 10, "machine2": 10, "ours": 10}
        assert index.size() == index.frequencies(["passag"])["passag"] == 40
        assert len(index.search("machine1", limit=50)) == 10


def test_connections_that_were_cut_are_made_again(postgres_url: str) -> None:
    with closing(OwnPool(postgres_url)) as index:
        index.add(NOVEL, "a")
        with psycopg.connect(postgres_url) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert found(index, "novel")


def test_a_database_that_is_not_there_is_named_without_its_password() -> None:
    settings = Settings(database_url="postgresql://lab:hidden@127.0.0.1:1/lab")
    with pytest.raises(LibraryAwayError, match=r"127\.0\.0\.1:1/lab: .*refused") as caught:
        open_index(settings)
    assert "hidden" not in str(caught.value)
