"""A page of the documents as a PDF."""

import pathlib
import re

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from weasyprint import HTML

STYLE = (pathlib.Path(__file__).parent / "style.css").read_text(encoding="utf-8")

# Headings of the second level are the articles and the annex; they make the table of contents.
LISTED = "h2"


def slug(title: str) -> str:
    """The anchor of a heading, as the pages link to it."""
    kept = re.sub(r"[^\w\s-]", "", title.strip().lower())
    return re.sub(r"\s", "-", kept)


def printed(markdown: str) -> bytes:
    """The page as a PDF."""
    reader = MarkdownIt("commonmark").enable("table").use(anchors_plugin, max_level=3, slug_func=slug)
    tokens = reader.parse(markdown)
    plain(tokens)
    title, first = reader.renderer.render(tokens[:3], reader.options, {}), tokens[3:]
    body = reader.renderer.render(first, reader.options, {})
    html = f'<html lang="zh"><style>{STYLE}</style>{title}{contents(tokens)}{body}</html>'
    return HTML(string=html).write_pdf()


def plain(tokens: list[Token]) -> None:
    """Takes links to files away: on paper there is no folder that they lead into."""
    for token in tokens:
        kept, inside = [], False
        for child in token.children or []:
            leaves = child.type == "link_open" and not str(child.attrs["href"]).startswith("#")
            if leaves or (inside and child.type == "link_close"):
                inside = leaves
            else:
                kept.append(child)
        token.children = kept if token.children is not None else None


def contents(tokens: list[Token]) -> str:
    """The table of contents, each line with its page."""
    lines = []
    for opening, inline in zip(tokens, tokens[1:]):
        if opening.type == "heading_open" and opening.tag == LISTED:
            lines.append(f'<li><a href="#{opening.attrs["id"]}">{inline.content}</a></li>')
    return f'<ul class="contents">{"".join(lines)}</ul>'
