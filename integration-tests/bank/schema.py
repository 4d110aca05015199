"""Messages of ISO 20022, checked against their published schemas while they are read."""

import functools
import pathlib
from collections.abc import Iterator
from xml.parsers import expat

from lxml import etree

FOLDER = pathlib.Path(__file__).with_name("schemas")
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"


class Invalid(Exception):
    """The file is no such message."""


@functools.cache
def schema(message: str) -> etree.XMLSchema:
    """The schema of a message, such as `pain.001.001.09`."""
    return etree.XMLSchema(etree.parse(FOLDER / f"{message}.xsd"))


def elements(path: pathlib.Path, message: str, names: list[str]) -> Iterator[etree._Element]:
    """The elements of these names as they end, without their namespace in the way; what was read is let go of.

    Raises `Invalid` where the file stops being the message, at the latest behind its last element.
    """
    document, *tags = [f"{{{NAMESPACE}{message}}}{name}" for name in ["Document", *names]]
    is_whole = False
    try:
        with path.open("rb") as file:
            refuse_document_type(file)
            # `resolve_entities` stays as it is: without it nothing is said of a file that ends too early.
            read = etree.iterparse(file, events=("start", "end"), tag=[document, *tags], schema=schema(message),
                                   load_dtd=False, no_network=True)
            for event, element in read:
                if element.tag == document:
                    is_whole = event == "end"
                elif event == "end":
                    yield element
                    if element.tag == tags[-1]:
                        let_go(element)
    except etree.XMLSyntaxError as error:
        raise Invalid(str(error)) from error
    if not is_whole:
        raise Invalid("the file is not whole")


class Begun(Exception):
    """The first element begins: what could stand before it does not."""


def refuse_document_type(file) -> None:
    """Raises `Invalid` where a file declares a document type; else it stands at its beginning again."""
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = lambda *_: found(Invalid("the file has a document type"))
    reader.StartElementHandler = lambda *_: found(Begun())
    try:
        reader.ParseFile(file)
    except Begun:
        pass
    except expat.ExpatError as error:
        raise Invalid(str(error)) from error
    file.seek(0)


def found(what: Exception) -> None:
    raise what


def let_go(element: etree._Element) -> None:
    """Empties an element, and forgets the one like it before it."""
    element.clear()
    before = element.getprevious()
    if before is not None and before.tag == element.tag:
        element.getparent().remove(before)


def text(element: etree._Element, path: str) -> str:
    """The text of what stands at a path below an element; nothing where there is none."""
    namespace = etree.QName(element).namespace
    found = element.find("/".join(f"{{{namespace}}}{name}" for name in path.split("/")))
    return "" if found is None or found.text is None else found.text


def check(path: pathlib.Path, message: str) -> None:
    """Raises `Invalid` unless a file is a message, read as a whole."""
    try:
        schema(message).assertValid(etree.parse(str(path)))
    except (etree.DocumentInvalid, etree.XMLSyntaxError) as error:
        raise Invalid(str(error)) from error
