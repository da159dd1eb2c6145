use matchday_event::Logged;

use super::LogError;

/// A place in a log that moves forward.
pub trait Cursor: Send {
    /// The next record, or `None` where there is none *yet*: asked again later, it may have one. After an error
    /// there is nothing more.
    fn advance(&mut self) -> Option<Result<Logged, LogError>>;
}

/// Records of a log, in order. After an error it ends.
pub struct Records {
    cursor: Option<Box<dyn Cursor>>,
}

impl Records {
    /// Wraps a cursor that will come to an end.
    pub fn new(cursor: impl Cursor + 'static) -> Self {
        Self {
            cursor: Some(Box::new(cursor)),
        }
    }
}

impl Iterator for Records {
    type Item = Result<Logged, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.cursor.as_mut()?.advance();
        if !matches!(next, Some(Ok(_))) {
            self.cursor = None;
        }
        next
    }
}

impl std::iter::FusedIterator for Records {}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records").finish_non_exhaustive()
    }
}
