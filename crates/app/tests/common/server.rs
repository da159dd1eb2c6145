//! The program as users start it: a server in a folder of its own.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
};

use matchday_feeds::sign::{SIGNATURE_HEADER, TIMESTAMP_HEADER, sign};

/// The secret of every feed and microphone of the tests.
pub const SECRET: &str = "a secret of the tests";

/// The program.
pub fn matchday() -> Command {
    Command::new(env!("CARGO_BIN_EXE_matchday"))
}

/// A server in a folder, killed when it is dropped.
pub struct Server {
    pub child: Child,
    pub url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts it, and waits until it says where it serves.
    pub fn start(dir: &Path) -> Self {
        use std::io::BufRead as _;
        let mut child = matchday()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .current_dir(dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let out = child.stdout.take().expect("piped");
        let line = std::io::BufReader::new(out)
            .lines()
            .next()
            .expect("a line")
            .expect("text");
        let url = line
            .split_whitespace()
            .find(|w| w.starts_with("http://"))
            .expect("where it serves")
            .to_owned();
        Self { child, url }
    }

    /// Sends a body, signed; the path is what the signature of a microphone is over, and the body that of a push.
    pub async fn post(&self, path: &str, signed: &[u8], body: Vec<u8>) -> reqwest::Response {
        let now_s = std::time::UNIX_EPOCH.elapsed().expect("a time").as_secs() as i64;
        reqwest::Client::new()
            .post(format!("{}{path}", self.url))
            .header(TIMESTAMP_HEADER, now_s)
            .header(SIGNATURE_HEADER, sign(SECRET.as_bytes(), now_s, signed))
            .body(body)
            .send()
            .await
            .expect("an answer")
    }
}
