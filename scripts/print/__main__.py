"""Prints a page of the documents: Markdown in, PDF out, with a table of contents and page numbers."""

import argparse
import pathlib

from document import printed


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("page", type=pathlib.Path, help="the Markdown file")
    arguments.add_argument("pdf", type=pathlib.Path, help="the PDF to write")
    chosen = arguments.parse_args()
    chosen.pdf.write_bytes(printed(chosen.page.read_text(encoding="utf-8")))


main()
