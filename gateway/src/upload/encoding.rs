//! The encoding of a CSV file: UTF-8 with or without a mark, or GBK; nothing is guessed beyond that.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use encoding_rs::{Decoder, DecoderResult, GB18030, UTF_8};

use super::lines::refuse;
use crate::problem::Problem;

const CHUNK: usize = 64 << 10;

/// The file in UTF-8: itself, or a copy that was read as GBK.
///
/// # Errors
/// When it is neither; the sentence names what it seems to be and what to do.
pub fn utf8(mut file: File) -> Result<(File, &'static str), Problem> {
    let mut start = [0; 4];
    let read = file.read(&mut start).map_err(Problem::internal)?;
    rewind(&mut file)?;
    match &start[..read] {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            return Err(unknown("文件是UTF-16编码（Unicode文本）"));
        }
        [_, 0, ..] | [0, ..] => return Err(unknown("文件不是文本，或者是UTF-16编码")),
        _ => {}
    }
    if decoded(UTF_8.new_decoder(), &mut file, &mut io::sink())? {
        rewind(&mut file)?;
        return Ok((file, "UTF-8"));
    }
    rewind(&mut file)?;
    let mut copy = BufWriter::new(tempfile::tempfile().map_err(Problem::internal)?);
    // GB18030 is GBK with the characters of rare names.
    if !decoded(GB18030.new_decoder(), &mut file, &mut copy)? {
        return Err(unknown("文件既不是UTF-8编码，也不是GBK编码"));
    }
    let mut copy = copy.into_inner().map_err(Problem::internal)?;
    rewind(&mut copy)?;
    Ok((copy, "GBK"))
}

/// Decodes all of `from` into `to`; answers whether every byte was of the encoding.
fn decoded(mut decoder: Decoder, from: &mut File, to: &mut dyn Write) -> Result<bool, Problem> {
    let mut from = BufReader::with_capacity(CHUNK, from);
    let mut input = vec![0; CHUNK];
    let mut output = vec![0; CHUNK * 3 + 16];
    loop {
        let length = from.read(&mut input).map_err(Problem::internal)?;
        let mut rest = &input[..length];
        let last = length == 0;
        loop {
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(rest, &mut output, last);
            to.write_all(&output[..written])
                .map_err(Problem::internal)?;
            rest = &rest[read..];
            match result {
                DecoderResult::Malformed(..) => return Ok(false),
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
            }
        }
        if last {
            to.flush().map_err(Problem::internal)?;
            return Ok(true);
        }
    }
}

fn rewind(file: &mut File) -> Result<(), Problem> {
    file.rewind().map_err(Problem::internal)
}

fn unknown(what: &str) -> Problem {
    refuse(
        "FILE_ENCODING",
        format!("{what}，不能读取。请在电子表格软件中另存为“CSV UTF-8”或XLSX格式后重新上传。"),
    )
}
