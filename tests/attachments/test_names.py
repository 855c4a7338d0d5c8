"""What a file is called, whatever somebody calls it."""

import pytest

from portfolio.attachments.names import cleaned
from portfolio.attachments.sending import disposition

NAMES = [
    ("../../x.txt", "x.txt"),
    ("..\\x.txt", "x.txt"),
    ("C:\\x.txt", "x.txt"),
    ("/etc/passwd", "passwd"),
    ("con.txt", "_con.txt"),
    ("LPT1", "_LPT1"),
    (".htaccess", "htaccess"),
    ("a/b", "b"),
    ("", "file"),
    ("...", "file"),
    ("/", "file"),
    ("\u202egnp.exe", "gnp.exe"),
    ("photo\u200b.jpg", "photo.jpg"),
    ("a\0b.txt", "ab.txt"),
    ("a\r\nSet-Cookie: x.txt", "a Set-Cookie_ x.txt"),
    ('say "hello".pdf', "say _hello_.pdf"),
    ("<script>.png", "_script_.png"),
    ("foto 📷 keluarga 👨\u200d👩\u200d👧.jpg", "foto 📷 keluarga 👨\u200d👩\u200d👧.jpg"),
    ("trailing. . ", "trailing"),
    ("cafe\u0301.pdf", "café.pdf"),
    ("  two   spaces.pdf ", "two spaces.pdf"),
    ("%2e%2e%2fx.pdf", "%2e%2e%2fx.pdf"),
    ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ("x" * 300, "x" * 120),
    ("laporan.tar.pdf", "laporan.tar.pdf"),
]


@pytest.mark.parametrize(("sent", "called"), NAMES)
def test_a_name_is_cleaned(sent: str, called: str):
    assert cleaned(sent) == called
    said = disposition(called, "attachment")
    assert said.isascii()
    assert "\n" not in said
    assert "\r" not in said
    assert said.count('"') == 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("paper.pdf", 'attachment; filename="paper.pdf"'),
        ("café.pdf", "attachment; filename=\"cafe.pdf\"; filename*=UTF-8''caf%C3%A9.pdf"),
        ("日本.pdf", "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.pdf"),
        ("100%.pdf", "attachment; filename=\"100.pdf\"; filename*=UTF-8''100%25.pdf"),
    ],
)
def test_a_name_is_sent_as_rfc_6266_says(name: str, said: str):
    assert disposition(name, "attachment") == said
