//! The web app, as it lies inside the binary.

use std::{collections::HashMap, fmt::Write as _, io::Write as _, sync::Arc};

use flate2::{Compression, write::GzEncoder};
use matchday_deliver::gateway::{StaticFile, StaticFiles};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "$MATCHDAY_WEB_DIST"]
struct Dist;

/// Every file of the web app, packed once. A path that names no file is a page of the app, which its own
/// router draws, unless it looks like a file.
pub fn files() -> StaticFiles {
    let files: HashMap<String, StaticFile> = Dist::iter()
        .filter_map(|path| Some((format!("/{path}"), pack(&path, &Dist::get(&path)?))))
        .collect();
    Arc::new(move |path| {
        let last = path.rsplit('/').next().unwrap_or_default();
        // A program that asks for what there is not is not helped by a page.
        let page = !path.starts_with("/api/") && (last.is_empty() || !last.contains('.'));
        files
            .get(path)
            .or_else(|| page.then(|| files.get("/index.html")).flatten())
            .cloned()
    })
}

fn pack(path: &str, file: &rust_embed::EmbeddedFile) -> StaticFile {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let text =
        mime.type_() == "text" || matches!(mime.subtype().as_str(), "javascript" | "json" | "svg");
    let mut etag = String::with_capacity(32);
    for byte in &file.metadata.sha256_hash()[..16] {
        let _ = write!(etag, "{byte:02x}");
    }
    let packed = text
        .then(|| gzip(&file.data))
        .flatten()
        .filter(|p| p.len() < file.data.len());
    let charset = if text && !mime.essence_str().ends_with("json") {
        "; charset=utf-8"
    } else {
        ""
    };
    StaticFile {
        content_type: format!("{}{charset}", mime.essence_str()).into(),
        content_encoding: packed.is_some().then_some("gzip"),
        body: packed.unwrap_or_else(|| file.data.to_vec()).into(),
        etag,
        // Vite puts a hash of the content into the names under assets/.
        immutable: path.starts_with("assets/"),
    }
}

fn gzip(data: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_the_index_and_a_missing_file_is_missing() {
        let files = files();
        let page = files("/game/nfl-1").expect("a page of the app");
        assert_eq!(page.content_type, "text/html; charset=utf-8");
        assert_eq!(page.etag, files("/").expect("the start page").etag);
        assert!(files("/assets/missing.js").is_none());
    }
}
