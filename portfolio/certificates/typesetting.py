"""The sheet of a certificate: one page as PDF, with its number and a QR code that leads to where it is checked.

The same certificate in the same language always makes the same bytes. Names go to the typesetter as data: nothing that
somebody is called is ever read as markup.
"""

import io
import json
import re
from datetime import date
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import gettext, ngettext

from portfolio.models import Certificate

LONGEST_WORD = 20  # signs, on a line of the sheet; what nobody's name has is broken somewhere
SHEET = Path(__file__).with_name("certificate.typ")


def qr_code(address: str) -> str:
    """A QR code as SVG, dark on white, with the quiet zone that readers need."""
    import segno

    drawn = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(drawn, kind="svg", xmldecl=False, svgns=True, dark="#22252b", light="#ffffff", border=4, omitsize=True)
    return drawn.getvalue().decode()


def sheet(certificate: Certificate, *, address: str, language: str) -> bytes:
    """The certificate as PDF, in the language that is spoken. Needs `cohort` and `modules` loaded."""
    import typst

    pdf: bytes = typst.compile(
        str(SHEET),
        root=str(SHEET.parent),
        format="pdf",
        ignore_system_fonts=True,  # the same sheet on every machine, in the fonts that the typesetter brings
        font_paths=[],
        sys_inputs={"data": json.dumps(words_on(certificate, address=address, language=language))},
    )
    return pdf


def words_on(certificate: Certificate, *, address: str, language: str) -> dict[str, object]:
    """All that stands on the sheet."""
    issued_on = certificate.cohort.today(certificate.issued_at)

    def day(value: date) -> str:
        return str(format_date(value, "d MMMM y", locale=language))

    done = len(certificate.modules)
    facts = [
        gettext("from %(start)s to %(end)s", start=day(certificate.starts_on), end=day(certificate.ends_on)),
        " · ".join(
            (
                *hours_of(certificate, language),
                ngettext("%(num)s module complete", "%(num)s modules complete", done),
                ngettext("%(num)s reflection signed off", "%(num)s reflections signed off", certificate.signed_off),
            )
        ),
    ]
    return {
        "language": language,
        "title": gettext("Certificate of completion %(number)s", number=certificate.shown_number),
        "heading": gettext("Certificate of completion"),
        "given": gettext("given to"),
        "holder": _breakable(certificate.holder),
        "completed": gettext("who completed the programme"),
        "programme": _breakable(certificate.programme_title[language]),
        "cohort": _breakable(" · ".join(filter(None, (certificate.cohort_name, _group(certificate))))),
        "facts": facts,
        "issued": [issued_on.year, issued_on.month, issued_on.day],
        "issued-word": gettext("Issued on"),
        "issued-on": day(issued_on),
        "number-word": gettext("Number"),
        "number": certificate.shown_number,
        "check": gettext("Whether this certificate is valid can be checked with the code, or at this address:"),
        "address": address,
        "qr": qr_code(address),
        "qr-words": gettext("QR code that leads to %(address)s", address=address),
    }


def hours_of(certificate: Certificate, language: str) -> list[str]:
    """How long the programme is, where that is known."""
    if certificate.hours is None or certificate.hour_unit is None:
        return []
    hours = format_decimal(certificate.hours, locale=language)
    return [f"{hours} {_unit(certificate, language)}"]


def _unit(certificate: Certificate, language: str) -> str:
    assert certificate.hour_unit is not None
    unit = certificate.hour_unit[language]
    return f"{unit}s" if language == "en" and certificate.hours != 1 else unit  # the packs have the singular


def _group(certificate: Certificate) -> str:
    return gettext("Group %(group)s", group=certificate.group) if certificate.group else ""


def _breakable(text: str) -> str:
    """The same words; those that no line could hold may be broken."""
    return re.sub(rf"(\S{{{LONGEST_WORD}}})(?=\S)", "\\1\u200b", text)
