//! Input that knows its lines, and that ends when one piece of it does not.

use std::io::{self, BufRead, Read};

/// Bytes between two tags at most; a tag itself is counted too.
const PIECE: usize = 1 << 16;

/// Counts lines, and refuses a piece that is longer than any of a message.
pub(super) struct Bounded<R> {
    inner: R,
    line: u64,
    since: usize,
}

impl<R: BufRead> Bounded<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            line: 1,
            since: 0,
        }
    }

    /// A piece begins.
    pub(super) fn begin(&mut self) {
        self.since = 0;
    }

    /// The line that is being read, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let from = self.fill_buf()?;
        let length = from.len().min(into.len());
        into[..length].copy_from_slice(&from[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.since > PIECE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        // What was filled is still there and costs nothing to see again.
        if let Ok(filled) = self.inner.fill_buf() {
            let lines = filled.iter().take(length).filter(|b| **b == b'\n').count();
            self.line += lines as u64;
        }
        self.since += length;
        self.inner.consume(length);
    }
}
