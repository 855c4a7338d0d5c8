"""How the paragraphs of a diary begin, and which question of the template `diary` such a paragraph answers."""

import re
from typing import Literal

Field = Literal["discussed", "striking", "view", "lessons"]
FIELDS: tuple[Field, ...] = ("discussed", "striking", "view", "lessons")

# A line that is nothing but one of these names the field of what follows, and is not kept.
LABELS: dict[Field, tuple[str, ...]] = {
    "discussed": (
        "sesi hari ini", "yang didiskusikan", "yang kami diskusikan", "hasil diskusi", "ringkasan diskusi",
        "today's session", "what we discussed", "discussion",
    ),
    "striking": (
        "yang paling menarik", "hal menarik", "hal yang menarik", "hal yang paling menarik", "yang menarik",
        "what struck me most", "what struck me", "most striking",
    ),
    "view": (
        "menurut saya", "pendapat saya", "pandangan saya", "my view", "in my view", "my opinion",
    ),
    "lessons": (
        "pelajaran untuk pekerjaan saya", "pelajaran", "pelajaran yang dapat saya ambil", "lesson learn",
        "lesson learned", "lessons learned", "lessons learnt", "lesson for my job", "lessons for my job", "lessons",
    ),
}  # fmt: skip

ORDINALS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "pertama first firstly", "kedua second secondly", "ketiga third thirdly", "keempat fourth", "kelima fifth",
            "keenam sixth", "ketujuh seventh", "kedelapan eighth", "kesembilan ninth", "kesepuluh tenth",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
ORDINAL = "|".join(ORDINALS)

_STRIKING = r"(?:menarik|mengganjal|mengesankan|berkesan|mengejutkan|menyentuh|membekas|mengusik|menggugah|menonjol)"
_TOPIC = (
    r"(?:hal|topik|bagian|materi|pembahasan|cerita|isu|momen|poin|diskusi|studi kasus|kasus|pertanyaan|pengalaman"
    r"|kejadian|sesi|pelajaran|catatan)"
)
_MY = r"(?:saya|penulis)"
_WORK = r"(?:pekerjaan|jabatan|tugas|peran)"

# Fields in the order in which they are tried: what struck me may be "a discussion" or "a lesson".
OPENINGS: dict[Field, tuple[str, ...]] = {
    "striking": (
        rf"(?:salah satu |satu |beberapa )?{_TOPIC}(?: \w+){{0,4}} yang (?:paling |sangat |cukup |begitu )?{_STRIKING}",
        rf"(?:salah satu |satu |beberapa )?{_TOPIC} (?:paling |ter)?{_STRIKING}",
        rf"yang (?:paling |sangat |cukup |juga )*{_STRIKING}",
        r"yang (?:paling )?(?:membuat|menarik perhatian) saya",
        r"menariknya\b",
        r"kejutan ",
        r"saya (?:paling |sangat |cukup )?(?:tertarik|terkesan|terkejut|tersentuh|tersentak|tergugah)",
        r"what (?:struck|surprised|interested|moved) me",
        r"the (?:most )?(?:interesting|striking|surprising) ",
        r"(?:one|another) (?:interesting|striking|surprising) ",
        r"i was (?:most |really |very )?(?:struck|surprised|moved)",
    ),
    "lessons": (
        r"lessons?[ -]learn\w*",
        rf"pelajaran (?:{ORDINAL}|lain|berikut|selanjutnya|yang|untuk|bagi|dari|penting|utama|ter\w+|berharga|saya)",
        r"pelajaran(?:nya)? ?[:(]",
        r"(?:ada|terdapat) \w+ (?:hal penting|pelajaran|pembelajaran|lesson)",
        r"(?:pembelajaran|hikmah) (?:lain |penting )?(?:yang|untuk|bagi|dari) ",
        r"(?:satu hal|hal lain|hal|sikap|nilai|yang)(?: \w+){0,2} (?:dapat|bisa|akan|ingin|perlu|harus) saya "
        r"(?:ambil|petik|pelajari|terapkan|lakukan|bawa|wujudkan|ubah)",
        r"(?:rencana )?tindak lanjut",
        r"ke ?depan(?:nya)?\b",
        r"sebagai (?:seorang )?[^.!?]{3,80}, saya (?:akan|harus|wajib|perlu|ingin|bertekad)",
        rf"(?:terkait|terkait dengan|untuk|bagi|dalam) {_WORK} {_MY}\b",
        r"(?:implementasi|penerapan)(?:nya)? (?:di|dalam|pada|bagi|untuk)",
        r"(?:dari [^.!?]{3,60} )?saya belajar (?:bahwa|untuk|agar)",
        r"saya (?:bertekad|berkomitmen|berjanji)",
        r"(?:the |one |another |my )?(?:first |second |third |key |main )?lessons?\b",
        r"(?:for|in) my (?:own )?(?:job|work|post|role|practice)",
        r"(?:what )?i (?:learned|learnt|take away|shall|will)\b",
        r"(?:my |key )?take-?aways?",
    ),
    "view": (
        rf"menurut (?:hemat |pendapat |pandangan )?(?:pribadi )?{_MY}",
        rf"[^.!?:]{{1,40}}\bmenurut (?:hemat |pendapat )?{_MY}\b",
        rf"{_MY} (?:pribadi |sendiri )?(?:juga )?(?:berpendapat|berpandangan|beranggapan|kira|pikir|yakin|meyakini"
        r"|percaya|sependapat|setuju|tidak setuju|kurang setuju)\b",
        rf"{_MY} (?:pribadi |sendiri )?(?:melihat|menilai|memandang|merasa|rasa) bahwa\b",
        rf"(?:pendapat|pandangan|opini|hemat) {_MY}\b",
        rf"(?:dalam|dari) (?:sudut )?pandang(?:an)? {_MY}\b",
        rf"bagi {_MY}\b",
        r"secara pribadi\b",
        r"(?:in|from) my (?:own )?(?:view|opinion|perspective|point of view)",
        r"my (?:own )?(?:view|opinion)\b",
        r"i (?:personally )?(?:think|believe|would argue|feel that)\b",
        r"personally\b",
    ),
    "discussed": (
        r"(?:diskusi|pembahasan|topik|materi|sesi|bahasan|kegiatan) (?:lain|berikut|selanjutnya|kedua|ketiga|hari|siang"
        r"|sore|kami|kelompok|dilanjutkan|kemudian|juga)",
        r"pokok bahasan",
        r"(?:hari ini |setelah itu,? |setelahnya,? |sesudah itu,? )?kami (?:juga |kemudian |lalu |sempat )?"
        r"(?:membahas|berdiskusi|mendiskusikan|mempelajari)",
        r"(?:dalam|pada) (?:sesi|diskusi|materi) (?:lain|berikut|selanjutnya|kedua|ketiga|siang|sore)",
        r"(?:another|other) (?:topic|discussion)s?\b",
        r"we (?:also |then )?discussed",
    ),
}

_LINKING = (
    r"(?:(?:selain itu|di sisi lain|sementara itu|akan tetapi|namun|tetapi|kemudian|lalu|selanjutnya|terakhir|nah|jujur"
    r"|besides|finally|also),? )?"
)
_OPENINGS = {field: re.compile(rf"{_LINKING}(?:{'|'.join(patterns)})") for field, patterns in OPENINGS.items()}
_LABEL = re.compile(r"\s*#*\s*[*_]*(?P<words>[^\W\d_].*?)[\s:*_]*")
_FIELD_BY_LABEL = {label: field for field, labels in LABELS.items() for label in labels}
_LONGEST_LABEL = max(map(len, _FIELD_BY_LABEL)) + 12  # with its marks

_MARKUP = re.compile(r"[*_`]+")
_LEADING = re.compile(r"(?:[\s>#\"'“”‘’(\[–•+-]|[0-9]{1,3}[.)](?=\s))*")
_LOOK_AT = 240  # characters; an opening is at the beginning


def plain_beginning(text: str) -> str:
    """The beginning of a paragraph as it is spoken: without marks, numbers and capitals."""
    beginning = _MARKUP.sub("", text[:_LOOK_AT])
    return " ".join(_LEADING.sub("", beginning, count=1).replace("’", "'").lower().split())


def field_of_label(line: str) -> Field | None:
    """The field that a line names if it says nothing else. An item of a list says something."""
    label = _LABEL.fullmatch(line) if len(line) <= _LONGEST_LABEL else None
    if not label or not label["words"][0].isupper():
        return None
    return _FIELD_BY_LABEL.get(plain_beginning(label["words"]))


def field_of_opening(paragraph: str) -> Field | None:
    """The field that a paragraph belongs to by its first words; None when it just goes on."""
    beginning = plain_beginning(paragraph)
    return next((field for field, pattern in _OPENINGS.items() if pattern.match(beginning)), None)
