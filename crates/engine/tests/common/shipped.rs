//! The rules that ship, from the folder.

use std::{collections::BTreeMap, path::Path};

use matchday_engine::rules::Sources;

/// Every file of `rules/`.
pub fn shipped() -> Sources {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut files = BTreeMap::new();
    for folder in std::fs::read_dir(&root).expect("rules/") {
        let folder = folder.expect("an entry").path();
        for file in std::fs::read_dir(&folder).expect("a folder") {
            let path = file.expect("an entry").path();
            let name = path
                .strip_prefix(&root)
                .expect("inside")
                .to_string_lossy()
                .into_owned();
            files.insert(
                name,
                std::fs::read_to_string(&path).expect("a file of rules"),
            );
        }
    }
    Sources { files }
}
