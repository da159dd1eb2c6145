//! Files that are taken whole; and what is kept by its content's name, so that a replay of years later finds it: one JSON
//! file each.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};

/// A file's text, were it not absurdly long.
pub fn read(path: &Path, at_most_bytes: u64) -> anyhow::Result<String> {
    let cannot = || format!("cannot read {}", path.display());
    let size = fs::metadata(path).with_context(cannot)?.len();
    ensure!(
        size <= at_most_bytes,
        "{} has {size} bytes, at most {at_most_bytes} are read",
        path.display()
    );
    fs::read_to_string(path).with_context(cannot)
}

/// The files that are kept in a folder, by name; none where there is no such folder.
pub fn files(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let cannot = || format!("cannot list {}", dir.display());
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(cannot),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.with_context(cannot)?.path();
        if path.extension().is_some_and(|e| e == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Keeps some content under its name, whole or not at all. What is there already is the same.
pub fn put(dir: &Path, name: &str, content: &[u8]) -> anyhow::Result<()> {
    let path = dir.join(format!("{name}.json"));
    if path.exists() {
        return Ok(());
    }
    let write = || -> io::Result<()> {
        fs::create_dir_all(dir)?;
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot keep {}", path.display()))
}
