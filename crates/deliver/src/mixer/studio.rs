//! An OBS Studio of our own, for tests and measurements: the real program, under a display that nobody sees, with its
//! settings in a folder of its own.

use std::{
    env, fs,
    io::{self, BufRead as _, BufReader},
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Password that the studio is started with.
const PASSWORD: &str = "a secret of this studio";

/// A running OBS. Ends with this value.
#[derive(Debug)]
pub struct Studio {
    folder: PathBuf,
    port: u16,
    display: String,
    xvfb: Child,
    obs: Option<Child>,
}

impl Studio {
    /// Which of the programs that it takes is not on this machine.
    pub fn missing() -> Option<&'static str> {
        ["obs", "Xvfb"].into_iter().find(|program| {
            !env::var_os("PATH").is_some_and(|path| {
                env::split_paths(&path).any(|folder| folder.join(program).is_file())
            })
        })
    }

    /// Starts it with a canvas so small that it needs little of a processor. `fps` is what OBS calls a common rate: 25, 30,
    /// 50 or 60 pictures a second. obs-websocket listens some seconds later.
    pub fn start(folder: &Path, fps: u32) -> io::Result<Self> {
        // Nobody else takes the port in the moment in between, or OBS says so and is not reached.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let settings = folder.join("config/obs-studio");
        fs::create_dir_all(settings.join("basic/profiles/Untitled"))?;
        fs::create_dir_all(settings.join("basic/scenes"))?;
        fs::create_dir_all(folder.join("run"))?;
        fs::write(
            settings.join("global.ini"),
            format!(
                "[General]\nFirstRun=true\nEnableAutoUpdates=false\nInfoIncrement=-1\nLastVersion=486539266\n\
                 [Basic]\nProfile=Untitled\nProfileDir=Untitled\nSceneCollection=Untitled\n\
                 SceneCollectionFile=Untitled\n\
                 [OBSWebSocket]\nFirstLoad=false\nServerEnabled=true\nServerPort={port}\nAlertsEnabled=false\n\
                 AuthRequired=true\nServerPassword={PASSWORD}\n"
            ),
        )?;
        fs::write(
            settings.join("basic/profiles/Untitled/basic.ini"),
            format!(
                "[General]\nName=Untitled\n[Video]\nBaseCX=320\nBaseCY=180\nOutputCX=320\nOutputCY=180\n\
                 FPSType=1\nFPSInt={fps}\n"
            ),
        )?;
        fs::write(folder.join("password"), format!("{PASSWORD}\n"))?;
        let mut xvfb = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "640x360x24",
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut display = String::new();
        if let Some(out) = xvfb.stdout.take() {
            BufReader::new(out).read_line(&mut display)?;
        }
        let mut studio = Self {
            folder: folder.to_owned(),
            port,
            display: format!(":{}", display.trim()),
            xvfb,
            obs: None,
        };
        if studio.display == ":" {
            return Err(io::Error::other("Xvfb gave no display"));
        }
        studio.open()?;
        Ok(studio)
    }

    /// Starts OBS, after [`Studio::kill`] once more.
    pub fn open(&mut self) -> io::Result<()> {
        let log = fs::File::create(self.folder.join("obs.log"))?;
        let obs = Command::new("obs")
            .args([
                "--multi",
                "--minimize-to-tray",
                "--disable-shutdown-check",
                "--disable-updater",
            ])
            .env("HOME", &self.folder)
            .env("XDG_CONFIG_HOME", self.folder.join("config"))
            .env("XDG_RUNTIME_DIR", self.folder.join("run"))
            .env("DISPLAY", &self.display)
            .env("QT_QPA_PLATFORM", "xcb")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // In a group of its own, so that an interrupt at the terminal reaches whoever ends it first.
            .process_group(0)
            .spawn()?;
        self.obs = Some(obs);
        Ok(())
    }

    /// Ends OBS as a power cut would.
    pub fn kill(&mut self) -> io::Result<()> {
        if let Some(mut obs) = self.obs.take() {
            obs.kill()?;
            obs.wait()?;
        }
        Ok(())
    }

    /// Where obs-websocket listens.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The file with its password.
    pub fn password_file(&self) -> PathBuf {
        self.folder.join("password")
    }

    /// The last lines of its log, for whoever wonders why it does not answer.
    pub fn log(&self) -> String {
        let text = fs::read_to_string(self.folder.join("obs.log")).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        let _ = self.kill();
        let _ = self.xvfb.kill();
        let _ = self.xvfb.wait();
    }
}
