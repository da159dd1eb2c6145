//! Finds the built web app to embed. Without one, a page that says how to build it takes its place, so
//! that the Rust side builds and passes its tests by itself.

use std::{env, fs, path::Path};

fn main() {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../..");
    let dist = root.join("web/dist");
    println!(
        "cargo::rerun-if-changed={}",
        dist.join("index.html").display()
    );
    println!("cargo::rerun-if-changed={}", dist.display());
    let folder = if dist.join("index.html").is_file() {
        dist
    } else {
        let out = Path::new(&env::var("OUT_DIR").expect("set by cargo")).join("no-web");
        fs::create_dir_all(&out).expect("a writable OUT_DIR");
        fs::write(
            out.join("index.html"),
            "<!doctype html><meta charset=utf-8><title>matchday</title><p>The web app is not in this build. \
             Run <code>make web</code>, then build again. The API is at \
             <a href=/api/v1/games>/api/v1/games</a>.",
        )
        .expect("a writable OUT_DIR");
        out
    };
    println!("cargo::rustc-env=MATCHDAY_WEB_DIST={}", folder.display());
}
