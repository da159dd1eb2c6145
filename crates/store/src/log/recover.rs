//! Opening a log: reading what is there, cutting off what a crash left unfinished, and setting aside what is
//! damaged.

use std::{
    fmt,
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Write},
    path::{Path, PathBuf},
};

use super::{
    Damage, LogError,
    disk::{Disk, SystemDisk, sync_dir},
    frame::HeaderFault,
    index::{Index, ScanEnd, list, read_header},
};

/// The unfinished end of a log: what a write that was never acknowledged left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The segment file.
    pub path: PathBuf,
    /// Where the last whole append ends.
    pub offset: u64,
    /// How many bytes come after it.
    pub bytes: u64,
    /// What they are.
    pub what: String,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ends in {} unfinished bytes from byte {} on: {}",
            self.path.display(),
            self.bytes,
            self.offset,
            self.what
        )
    }
}

/// Reads a log's directory. The index ends where the first damage is, if there is any; an unfinished end is
/// returned beside it and left as it is. `progress` is told of bytes done and of how many there are.
pub(crate) fn load(
    dir: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(Index, Option<Cut>), LogError> {
    let paths = list(dir)?;
    let mut total = 0;
    for path in &paths {
        total += file_len(path)?;
    }
    let mut done = 0;
    let mut index = Index::default();
    for (at, path) in paths.iter().enumerate() {
        let is_last = at + 1 == paths.len();
        let segment = match read_header(path)? {
            Ok(segment) => segment,
            // A header is on disk before its file has this name, so that a crash does not leave half of one. Yet
            // a file system may, and there can be nothing acknowledged behind it.
            Err((HeaderFault::Short, damage)) if is_last => {
                let cut = Cut {
                    path: path.clone(),
                    offset: 0,
                    bytes: file_len(path)?,
                    what: damage.what,
                };
                return Ok((index, Some(cut)));
            }
            Err((_, damage)) => {
                index.damage = Some(damage);
                break;
            }
        };
        if let Err(damage) = index.enter(segment) {
            index.damage = Some(damage);
            break;
        }
        let end = index.scan(at as u32, is_last, &mut |bytes| {
            done += bytes;
            progress(done, total);
        })?;
        match end {
            ScanEnd::Clean => {}
            ScanEnd::Torn { what, file_len } => {
                let cut = Cut {
                    path: path.clone(),
                    offset: index.end.offset,
                    bytes: file_len - index.end.offset,
                    what,
                };
                return Ok((index, Some(cut)));
            }
            ScanEnd::Damaged(damage) => {
                index.damage = Some(damage);
                break;
            }
        }
    }
    Ok((index, None))
}

/// Takes the unfinished end away.
pub(crate) fn cut_off(disk: &dyn Disk, cut: &Cut) -> Result<(), LogError> {
    if cut.offset == 0 {
        std::fs::remove_file(&cut.path).map_err(LogError::io("remove", &cut.path))?;
        return sync_dir(&cut.path).map_err(LogError::io("sync the directory of", &cut.path));
    }
    disk.open(&cut.path)
        .and_then(|mut file| file.cut(cut.offset))
        .map_err(LogError::io("cut", &cut.path))
}

/// What [`repair`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The damage that was found.
    pub damage: Damage,
    /// Records that the log holds now: all those before the damage.
    pub records: u64,
    /// Where the files, as they were, have been put. Nothing is deleted.
    pub set_aside: Vec<PathBuf>,
}

/// Makes a damaged log usable again by ending it before the first damage. Every file that is changed or taken
/// out is kept under its name with `.damaged` after it. `None` where nothing is damaged. No writer may have the
/// log open.
pub fn repair(dir: &Path) -> Result<Option<Repair>, LogError> {
    let _lock = lock(dir)?;
    let (index, _) = load(dir, &mut |_, _| {})?;
    let Some(damage) = index.damage else {
        return Ok(None);
    };
    let mut set_aside = Vec::new();
    let kept = index.segments.len();
    // From the last file back, so that a crash half-way leaves a log that can be repaired again.
    for (at, path) in list(dir)?.iter().enumerate().rev() {
        let aside = aside_path(path);
        if at >= kept {
            std::fs::rename(path, &aside).map_err(LogError::io("rename", path))?;
            set_aside.push(aside);
        } else if at + 1 == kept && file_len(path)? > index.end.offset {
            std::fs::copy(path, &aside).map_err(LogError::io("copy", path))?;
            SystemDisk
                .open(path)
                .and_then(|mut file| file.cut(index.end.offset))
                .map_err(LogError::io("cut", path))?;
            set_aside.push(aside);
        }
    }
    sync_dir(&damage.path).map_err(LogError::io("sync", dir))?;
    set_aside.sort();
    Ok(Some(Repair {
        damage,
        records: index.records,
        set_aside,
    }))
}

/// A name beside the file's that is not taken, so that no earlier file set aside is written over.
fn aside_path(path: &Path) -> PathBuf {
    let with = |suffix: String| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let first = with(".damaged".to_owned());
    if !first.exists() {
        return first;
    }
    (2..)
        .map(|n| with(format!(".damaged-{n}")))
        .find(|path| !path.exists())
        .unwrap_or(first)
}

/// The right to write, for as long as this is kept.
pub(crate) struct WriterLock(File);

impl Drop for WriterLock {
    fn drop(&mut self) {
        // Closing the file would not do: a child process that is just being started may hold a copy of it for
        // a moment, and with it the lock.
        let _ = self.0.unlock();
    }
}

/// Takes the writer's lock, which the operating system gives back when the process ends, however it ends.
pub(crate) fn lock(dir: &Path) -> Result<WriterLock, LogError> {
    let path = dir.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(LogError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            let known = file.read_to_string(&mut pid).is_ok() && !pid.trim().is_empty();
            return Err(LogError::Locked {
                path: dir.to_owned(),
                pid: if known {
                    pid.trim().to_owned()
                } else {
                    "unknown".to_owned()
                },
            });
        }
        Err(TryLockError::Error(e)) => return Err(LogError::io("lock", &path)(e)),
    }
    // The process is named for whoever finds the log taken; nothing depends on it.
    file.set_len(0)
        .and_then(|()| file.write_all(std::process::id().to_string().as_bytes()))
        .map_err(LogError::io("write", &path))?;
    Ok(WriterLock(file))
}

pub(crate) fn file_len(path: &Path) -> Result<u64, LogError> {
    Ok(std::fs::metadata(path)
        .map_err(LogError::io("look at", path))?
        .len())
}
