"""What can be taken away, sent: tables as CSV while they are read, as XLSX from a file on disk; sheets as PDF."""

import io
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from contextlib import ExitStack

from flask import Response, send_file, stream_with_context

from portfolio.spreadsheets import Row, Sheet, csv_chunks, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_of(name: str, rows: Iterable[Row]) -> Response:
    """An answer that sends rows as they are read. Nothing of it is held in memory."""
    response = Response(stream_with_context(csv_chunks(rows)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{_plain(name)}.csv")
    return response


def xlsx_of(name: str, sheets: Iterable[Sheet]) -> Response:
    """An answer with a workbook, which is written to a file first: its parts are not known before its end."""
    with ExitStack() as unless_sent:
        file = unless_sent.enter_context(tempfile.TemporaryFile())
        write_xlsx(file, sheets)
        length = file.seek(0, io.SEEK_END)
        file.seek(0)
        response = send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"{_plain(name)}.xlsx")
        response.content_length = length
        unless_sent.pop_all()  # it is closed, and so gone, when it has been sent
    return response


def pdf_of(name: str, sheet: bytes) -> Response:
    """An answer with a sheet to print."""
    response = Response(sheet, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"{_plain(name)}.pdf")
    return response


def _plain(name: str) -> str:
    """A name for a file, in ASCII: every system takes it."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_only).strip("-").lower() or "table"
