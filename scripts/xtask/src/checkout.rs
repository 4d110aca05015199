//! The files of the checkout.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders that hold nothing written here.
const NOT_OURS: &[&str] = &[".git", ".local", "target", "__pycache__"];

/// The root of the checkout.
#[must_use]
pub fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.ancestors().nth(2).unwrap_or(xtask)
}

/// The services of the business: folders under `services/` that are neither the law nor the chassis.
///
/// # Errors
/// When the folder cannot be read.
pub fn services() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root().join("services")).context("reading services/")? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| name != "law" && name != "chassis");
    names.sort();
    Ok(names)
}

/// A text file.
#[derive(Debug)]
pub struct Source {
    /// Path from the root, with `/`.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

impl Source {
    /// The text without comments that fill a line, with the numbers of its lines, from 1.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..)
            .zip(self.text.lines())
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The last part of the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// The text files below a folder of the checkout with one of the extensions, in the order of their
/// paths; none when the folder is not there.
///
/// # Errors
/// When a folder or a file cannot be read, or is not text.
pub fn sources(folder: &str, extensions: &[&str]) -> Result<Vec<Source>> {
    let mut paths = Vec::new();
    walk(&root().join(folder), &mut paths)?;
    paths.sort();
    let wanted = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| extensions.contains(&extension))
    };
    paths.into_iter().filter(wanted).map(read).collect()
}

/// Writes a file that is made from others, or, to check it, says how to make it when it differs.
///
/// # Errors
/// When it differs or cannot be written.
pub fn write_or_check(path: &str, text: &str, check: bool, command: &str) -> Result<()> {
    let file = root().join(path);
    if !check {
        return fs::write(&file, text).with_context(|| format!("writing {path}"));
    }
    let there = fs::read_to_string(&file).unwrap_or_default();
    anyhow::ensure!(
        there == text,
        "{path} is stale; make it anew with `{command}` and commit it"
    );
    Ok(())
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if !NOT_OURS.iter().any(|folder| name == *folder) {
                walk(&entry.path(), found)?;
            }
        } else {
            found.push(entry.path());
        }
    }
    Ok(())
}

fn read(path: PathBuf) -> Result<Source> {
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let path = path.strip_prefix(root())?.to_string_lossy().into_owned();
    Ok(Source { path, text })
}
