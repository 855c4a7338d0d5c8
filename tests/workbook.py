"""A workbook read back, without the library that wrote it: what stands in its cells, and of which kind."""

import io
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

NS = {"": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@dataclass(frozen=True)
class Book:
    """The sheets of a workbook by their names, and all of its XML."""

    sheets: dict[str, list[dict[str, str | float]]]  # rows of cells by their columns: a text, or a number
    source: str

    @classmethod
    def read(cls, data: bytes) -> "Book":
        """Of these bytes."""
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            files = {name: book.read(name).decode() for name in book.namelist()}
        names = [sheet.get("name", "") for sheet in _tree(files, "xl/workbook.xml").iterfind(".//sheet", NS)]
        sheets = {
            name: [_cells(row) for row in _tree(files, f"xl/worksheets/sheet{number}.xml").iterfind(".//row", NS)]
            for number, name in enumerate(names, start=1)
        }
        return cls(sheets, "\n".join(files.values()))


def _tree(files: dict[str, str], name: str) -> ElementTree.Element:
    return ElementTree.fromstring(files[name])


def _cells(row: ElementTree.Element) -> dict[str, str | float]:
    found: dict[str, str | float] = {}
    for cell in row.iterfind("c", NS):
        column = re.sub(r"\d", "", cell.get("r", ""))
        if cell.get("t") == "inlineStr":
            found[column] = "".join(part.text or "" for part in cell.iterfind("is//t", NS))
        else:
            found[column] = float(cell.findtext("v", "", NS))
    return found
