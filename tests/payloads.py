"""What somebody may write in order to run a script in another's browser, and how it gets into every text there is."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from portfolio.database import Base
from tests.rows import Rows

# Any of them that runs sets `window.__xss`, or asks another host for something.
PAYLOADS = (
    # Scripts, out of whatever they may be inside of
    "<script>window.__xss=1</script>",
    "</script><script>window.__xss=1</script>",
    "</textarea></template><script>window.__xss=1</script>",
    "</title></style></noscript><script>window.__xss=1</script>",
    "--><script>window.__xss=1</script>",
    """"><script>window.__xss=1</script>""",
    """'><img src=x onerror=window.__xss=1>""",
    """x" onmouseover="window.__xss=1" autofocus onfocus="window.__xss=1" data-x=\"""",
    """`-window.__xss=1-`';window.__xss=1;//";window.__xss=1;//""",
    # Handlers
    "<img src=x onerror=window.__xss=1>",
    "<img/src=x/onerror=window.__xss=1//",
    "<body onload=window.__xss=1>",
    "<details open ontoggle=window.__xss=1><summary>x</summary></details>",
    "<input autofocus onfocus=window.__xss=1>",
    "<video><source onerror=window.__xss=1></video>",
    "<marquee onstart=window.__xss=1>x</marquee>",
    "<xss style=animation-name:x onanimationstart=window.__xss=1 tabindex=1 onfocus=window.__xss=1>x</xss>",
    # SVG and MathML
    "<svg onload=window.__xss=1>",
    "<svg><script>window.__xss=1</script></svg>",
    "<svg><animate onbegin=window.__xss=1 attributeName=x dur=1s></svg>",
    """<svg><a xlink:href="javascript:window.__xss=1"><text y=9>x</text></a></svg>""",
    """<math><maction actiontype="statusline" xlink:href="javascript:window.__xss=1">x</maction></math>""",
    # Other documents
    """<iframe srcdoc="<script>parent.__xss=1</script>"></iframe><iframe src="javascript:parent.__xss=1"></iframe>""",
    """<object data="data:text/html,<script>parent.__xss=1</script>"></object><embed src="//xss.example/x.swf">""",
    """<meta http-equiv="refresh" content="0;url=javascript:window.__xss=1"><base href="//xss.example/">""",
    """<form action="javascript:window.__xss=1"><button formaction="javascript:window.__xss=1">x</button></form>""",
    # Style
    """<link rel=stylesheet href="//xss.example/x.css"><style>@import "//xss.example/x.css";*{display:none}</style>""",
    """<div style="position:fixed;inset:0;background:url(//xss.example/x)">x</div>""",
    # Shapes that change when they are read a second time
    """<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.__xss=1&gt;">""",
    """<noscript><p title="</noscript><img src=x onerror=window.__xss=1>">""",
    """<svg></p><style><a id="</style><img src=1 onerror=window.__xss=1>">""",
    """<form><math><mtext></form><form><mglyph><style></math><img src onerror=window.__xss=1>""",
    "&lt;script&gt;window.__xss=1&lt;/script&gt;&#60;img src=x onerror=window.__xss=1&#62;&amp;lt;svg onload=x&amp;gt;",
    # Markdown
    "[a](javascript:window.__xss=1) [a][b]\n\n[b]: javascript:window.__xss=1",
    "[a](JaVa&#115;cript&colon;window.__xss=1) [a](java\tscript:window.__xss=1) <javascript:window.__xss=1>",
    "[a](data:text/html;base64,PHNjcmlwdD5wYXJlbnQuX194c3M9MTwvc2NyaXB0Pg==) [a](vbscript:x) [a](//xss.example)",
    """![a](x"onerror="window.__xss=1) [a](https://xss.example "x\\" onmouseover=\\"window.__xss=1")""",
    """```html"onmouseover="window.__xss=1\n</code></pre><script>window.__xss=1</script>\n```""",
    # Templates, and letters that turn the direction of a line
    "{{7*7919}}{%print(7*7919)%}${7*7919}#{7*7919}<%=7*7919%>{{constructor.constructor('window.__xss=1')()}}",
    "\u202egpj.\u2066exe\u2069\u200b\ufeff<!--><img src=x onerror=window.__xss=1>-->",
)

# Names and secrets that people do not choose, and that the application compares.
NOT_TEXTS = {
    "digest", "sampled_text.code", "certificate.number", "password_hash", "slug", "key", "time_zone", "import_digest",
    "sign_off_steps", "pack", "tab", "upload", "media_type", "sha256", "tokens", "module_progress.kept",
}  # fmt: skip

Poison = Callable[[str, sa.Column[Any]], str]


def texts() -> list[sa.Column[Any]]:
    """Every column in which somebody's words may stand."""
    kinds = (sa.String, sa.JSON)
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    return [
        column
        for column in columns
        if isinstance(getattr(column.type, "impl_instance", column.type), kinds)
        and not isinstance(column.type, sa.Enum)
        and not {column.name, str(column)} & NOT_TEXTS
    ]


def poisoned(rows: Rows, poison: Poison) -> Rows:
    """The same rows, with each text as `poison(text, column)` makes it."""
    columns = {str(column): column for column in texts()}

    def changed(value: Any, column: sa.Column[Any]) -> Any:
        match value:
            case str():
                return poison(value, column)
            case dict():
                return {key: changed(inner, column) for key, inner in value.items()}
            case list():
                none = [""] if column.name == "tags" else []  # few texts of the tests have any
                return [changed(inner, column) for inner in value or none]
        return value

    return {
        table: [
            {
                name: changed(value, columns[f"{table}.{name}"]) if f"{table}.{name}" in columns else value
                for name, value in row.items()
            }
            for row in there
        ]
        for table, there in rows.items()
    }


def in_turn() -> Iterator[tuple[str, ...]]:
    """All payloads, again and again, each time with another one first: what hides the others hides them once."""
    while True:
        for first in range(len(PAYLOADS)):
            yield PAYLOADS[first:] + PAYLOADS[:first]
