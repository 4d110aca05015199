//! Compiles the contracts: descriptors with their options, Rust types, and what is derived from the
//! options at compile time so that it costs nothing at run time.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a build script talks to cargo by its environment and its output"
)]

mod derive;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let files = proto_files(&root.join("workinjury"))?;
    println!("cargo:rerun-if-changed=workinjury");
    println!("cargo:rerun-if-changed=google");

    let mut compiler = protox::Compiler::new([&root])?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(&files)?;
    // Only these bytes still hold the custom options; a `prost_types` round trip drops them.
    fs::write(
        out.join("descriptors.bin"),
        compiler.encode_file_descriptor_set(),
    )?;

    let set = compiler.file_descriptor_set();
    fs::write(
        out.join("derived.rs"),
        derive::from_options(&compiler.encode_file_descriptor_set())?,
    )?;
    let mut types = tonic_prost_build::Config::new();
    types
        .enable_type_names()
        .extern_path(".google.type.Date", "crate::Date")
        .extern_path(".workinjury.common.v1.Money", "crate::Money")
        .extern_path(".workinjury.common.v1.Month", "crate::Month")
        .include_file("contracts.rs");
    tonic_prost_build::configure()
        .codec_path("crate::codec::CheckedCodec")
        .compile_fds_with_config(set, types)
        .context("generating the Rust types")?;
    Ok(())
}

fn proto_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(proto_files(&path)?);
        } else if path.extension().is_some_and(|e| e == "proto") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
