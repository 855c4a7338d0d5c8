"""What stands on a sheet: enough of a reader of PDF for the files that our typesetter writes, and for no others."""

import re
import zlib
from dataclasses import dataclass
from functools import cached_property

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
MAPPED = re.compile(rb"^<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>$", re.MULTILINE)
# Where something is set, a change of font, the end of what is shown, and the beginning of a piece of text.
SHOWN = re.compile(rb"1 0 0 -1 ([\d.-]+) [\d.-]+ cm|/(\w+) ([\d.]+) Tf|(T[jJ])\b|(?<!Alt)(?<!Text)\(")
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass
class Run:
    """Some words that are set together."""

    x: float
    size: float
    text: str = ""


class Sheet:
    """A file of one page, read."""

    def __init__(self, file: bytes) -> None:
        self.file = file
        self.objects = {int(number): body for number, body in OBJECT.findall(file)}

    @property
    def pages(self) -> int:
        """How many there are."""
        return len(re.findall(rb"/Type/Page/", self.file))

    @property
    def text(self) -> str:
        """All words, a line for each run."""
        return "\n".join(run.text for run in self.runs)

    @cached_property
    def drawn(self) -> bytes:
        """How the page is drawn."""
        return _stream(self._referred(self._page, b"Contents"))

    @cached_property
    def runs(self) -> list[Run]:
        """The words that are set, in their order."""
        fonts, font, runs, at, x, size = self._fonts(), {}, [], 0, 0.0, 0.0
        words: list[str] = []
        while found := SHOWN.search(self.drawn, at):
            moved, name, large, ends = found.groups()
            at = found.end()
            if moved:
                x = float(moved)
            elif name:
                font, size = fonts[name], float(large)
            elif ends:
                runs.append(Run(x, size, "".join(words)))
                words.clear()
            else:
                codes, at = _literal(self.drawn, at)
                words += [font[int.from_bytes(codes[sign : sign + 2])] for sign in range(0, len(codes), 2)]
        return runs

    @property
    def _page(self) -> bytes:
        [page] = [body for body in self.objects.values() if b"/Type/Page/" in body]
        return page

    def _fonts(self) -> dict[bytes, dict[int, str]]:
        named = re.search(rb"/Font<<(.*?)>>", self._referred(self._page, b"Resources"), re.DOTALL)
        fonts = {}
        for name, number in re.findall(rb"/(\w+) (\d+) 0 R", named[1] if named else b""):
            signs = _stream(self._referred(self.objects[int(number)], b"ToUnicode"))
            fonts[name] = {
                int(code, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in MAPPED.findall(signs)
            }
        return fonts

    def _referred(self, body: bytes, name: bytes) -> bytes:
        found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
        assert found is not None
        return self.objects[int(found[1])]


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream\n")
    inside = rest.rsplit(b"\nendstream", 1)[0]
    return zlib.decompress(inside) if b"FlateDecode" in head else inside


def _literal(text: bytes, at: int) -> tuple[bytes, int]:
    """A piece of text in round brackets, which may hold others in pairs; and where it ends."""
    found, depth = bytearray(), 1
    while True:
        sign = text[at : at + 1]
        at += 1
        if sign == b"\\":
            octal = re.compile(rb"[0-7]{1,3}").match(text, at)
            told = octal[0] if octal else text[at : at + 1]
            at += len(told)
            found += bytes([int(told, 8)]) if octal else ESCAPED.get(told, told)
            continue
        depth += {b"(": 1, b")": -1}.get(sign, 0)
        if depth == 0:
            return bytes(found), at
        found += sign
