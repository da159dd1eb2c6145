//! What the log's writer asks of the file system. The program uses [`SystemDisk`]; tests put one in between
//! that fills up, fails to sync or writes only half.

use std::{
    fmt,
    fs::{File, OpenOptions},
    io,
    path::Path,
};

/// A place where segment files are written.
pub trait Disk: Send + Sync + fmt::Debug {
    /// Creates the file with these bytes such that after a crash it is either whole or not there.
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<Box<dyn DiskFile>>;

    /// Opens an existing file to write on.
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
}

/// A file being written.
pub trait DiskFile: Send {
    /// Writes all the bytes at the offset. After an error any part of them may be there.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Returns once all that was written is on stable storage.
    fn sync(&mut self) -> io::Result<()>;

    /// Makes the file end at this offset, on stable storage too.
    fn cut(&mut self, len: u64) -> io::Result<()>;
}

/// The operating system's.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<Box<dyn DiskFile>> {
        let draft = path.with_extension("new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        let mut file = SystemFile(options.open(&draft)?);
        file.write_at(0, bytes)?;
        file.0.sync_all()?;
        std::fs::rename(&draft, path)?;
        sync_dir(path)?;
        Ok(Box::new(file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(SystemFile(
            OpenOptions::new().write(true).open(path)?,
        )))
    }
}

struct SystemFile(File);

impl DiskFile for SystemFile {
    #[cfg(unix)]
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&self.0, bytes, offset)
    }

    #[cfg(not(unix))]
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        use std::io::{Seek, SeekFrom, Write};
        self.0.seek(SeekFrom::Start(offset))?;
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.0.set_len(len)?;
        self.0.sync_all()
    }
}

/// Makes a new name durable: on Unix a file's name is its directory's to keep.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(dir) = path.parent() {
        File::open(dir)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
