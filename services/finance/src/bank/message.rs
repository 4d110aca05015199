//! A message of ISO 20022, element by element, as banks send it.
//!
//! What comes from outside is bounded: no document type and so no entities, no element without end, no depth without
//! end. Elements are named by their path below the document, whatever prefix the bank gives its namespace; the version
//! of a message (its last two digits) is the bank's, since what is read here is the same in all.

mod bounded;
mod element;
mod error;

use std::io::{self, BufRead};

use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Error as XmlError, Reader};

use bounded::Bounded;

pub(super) use element::Element;
pub use error::MessageError;

/// How deep an element may stand.
const DEPTH: usize = 32;

/// Bytes of an element's text at most.
const LONGEST: usize = 1 << 14;

/// A message that is being read.
pub(super) struct Message<R> {
    reader: Reader<Bounded<R>>,
    buffer: Vec<u8>,
    expected: &'static str,
    path: String,
    /// The length of the path outside each element that is open; nothing of the document itself.
    outside: Vec<usize>,
    ended: bool,
    begun: bool,
    text: String,
    currency: Option<String>,
}

impl<R: BufRead> Message<R> {
    /// Of which nothing was read yet; `expected` is its name without version, such as `pain.002`.
    pub(super) fn new(input: R, expected: &'static str) -> Self {
        let mut reader = Reader::from_reader(Bounded::new(input));
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            expected,
            path: String::new(),
            outside: Vec::new(),
            ended: false,
            begun: false,
            text: String::new(),
            currency: None,
        }
    }

    /// The line on which reading stands, from 1.
    pub(super) fn line(&self) -> u64 {
        self.reader.get_ref().line()
    }

    /// That something has to stand before this line.
    pub(super) fn missing(&self, element: &'static str, label: &'static str) -> MessageError {
        MessageError::Missing {
            line: self.line(),
            element,
            label,
        }
    }

    /// The next element that ends; `None` behind the document.
    pub(super) fn next(&mut self) -> Result<Option<Element<'_>>, MessageError> {
        self.leave();
        loop {
            self.buffer.clear();
            self.reader.get_mut().begin();
            let event = self.reader.read_event_into(&mut self.buffer);
            let line = self.reader.get_ref().line();
            match event.map_err(|error| unreadable(error, line))? {
                Event::Start(start) => {
                    let depth = self.outside.len();
                    if !self.begun {
                        check_document(&start, self.expected)?;
                        self.begun = true;
                        continue;
                    }
                    if self.ended {
                        return Err(MessageError::Malformed { line });
                    }
                    if depth == DEPTH {
                        return Err(MessageError::Endless { line });
                    }
                    self.outside.push(self.path.len());
                    if depth > 0 {
                        self.path.push('/');
                    }
                    self.path.push_str(start.local_name().into_inner());
                    self.text.clear();
                    let currency = start.try_get_attribute("Ccy");
                    let currency = currency.map_err(|_| MessageError::Malformed { line })?;
                    self.currency = currency.map(|found| found.value.into_owned());
                }
                Event::End(_) if self.outside.is_empty() => self.ended = true,
                Event::End(_) => break,
                Event::Text(text) => self.text.push_str(&text.xml10_content()),
                Event::CData(text) => self.text.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    self.text.push_str(&resolved(&reference, line)?);
                }
                Event::DocType(_) => return Err(MessageError::DocumentType { line }),
                Event::Decl(said) => {
                    if let Some(Ok(encoding)) = said.encoding()
                        && !encoding.eq_ignore_ascii_case("utf-8")
                    {
                        let encoding = encoding.into_owned();
                        return Err(MessageError::Encoding { encoding });
                    }
                }
                Event::Eof if self.ended => return Ok(None),
                Event::Eof if self.begun => return Err(MessageError::Truncated { line }),
                Event::Eof => {
                    return Err(MessageError::Other {
                        expected: self.expected,
                    });
                }
                Event::Comment(_) | Event::PI(_) | Event::Empty(_) => {}
            }
            let outside = self.ended || !self.begun;
            if outside && !self.text.trim().is_empty() {
                return Err(if self.begun {
                    MessageError::Malformed { line }
                } else {
                    MessageError::Other {
                        expected: self.expected,
                    }
                });
            }
            if self.text.len() > LONGEST {
                return Err(MessageError::Endless { line });
            }
        }
        Ok(Some(Element {
            path: &self.path,
            text: self.text.trim(),
            line: self.reader.get_ref().line(),
            currency: self.currency.as_deref(),
        }))
    }

    /// Forgets the element that ended last.
    fn leave(&mut self) {
        if let Some(length) = self.outside.pop() {
            self.path.truncate(length);
        }
        self.text.clear();
        self.currency = None;
    }
}

/// That the document is of the message that is expected, in whatever version.
fn check_document(start: &BytesStart<'_>, expected: &'static str) -> Result<(), MessageError> {
    let name = start.name();
    let declared = match name.prefix() {
        Some(prefix) => format!("xmlns:{}", prefix.into_inner()),
        None => "xmlns".to_owned(),
    };
    let namespace = start.try_get_attribute(declared.as_str()).ok().flatten();
    let message = namespace.as_ref().and_then(|found| {
        let of = found
            .value
            .strip_prefix("urn:iso:std:iso:20022:tech:xsd:")?;
        of.strip_prefix(expected)?.strip_prefix(".001.")
    });
    if name.local_name().into_inner() == "Document" && message.is_some() {
        return Ok(());
    }
    Err(MessageError::Other { expected })
}

fn resolved(reference: &BytesRef<'_>, line: u64) -> Result<String, MessageError> {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => Ok(c.to_string()),
        Ok(None) => {
            let name = reference.xml10_content();
            let known = resolve_xml_entity(&name).map(str::to_owned);
            known.ok_or_else(|| MessageError::Entity {
                line,
                name: name.chars().take(40).collect(),
            })
        }
        Err(_) => Err(MessageError::Malformed { line }),
    }
}

fn unreadable(error: XmlError, line: u64) -> MessageError {
    match error {
        XmlError::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            MessageError::Endless { line }
        }
        XmlError::Io(error) => MessageError::Read(io::Error::new(error.kind(), error)),
        XmlError::Encoding(_) => MessageError::Encoding {
            encoding: "其他编码".to_owned(),
        },
        XmlError::Syntax(SyntaxError::UnclosedDoctype) => MessageError::DocumentType { line },
        XmlError::Syntax(
            SyntaxError::UnclosedTag
            | SyntaxError::UnclosedCData
            | SyntaxError::UnclosedComment
            | SyntaxError::UnclosedPI
            | SyntaxError::UnclosedXmlDecl
            | SyntaxError::UnclosedSingleQuotedAttributeValue
            | SyntaxError::UnclosedDoubleQuotedAttributeValue,
        )
        | XmlError::IllFormed(IllFormedError::MissingEndTag(_)) => MessageError::Truncated { line },
        _ => MessageError::Malformed { line },
    }
}
