//! Clocks that leap hours ahead of the match: one stamp is a fault, and believed at once it would make all that follows
//! late; stamp after stamp is a match that was interrupted for so long.

/// A match is not interrupted for longer.
const FAR_US: i64 = 6 * 3_600_000_000;
/// So many stamps in a row that are as far ahead are right.
const BELIEVED: u8 = 10;

/// Whether `at_us` lies further ahead of what was told before than a match is interrupted for.
pub(crate) fn is_far(before_us: i64, at_us: i64) -> bool {
    at_us > before_us.saturating_add(FAR_US)
}

/// Stamps in a row that were too far ahead to be believed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Leaps(u8);

impl Leaps {
    /// Whether the next stamp is believed, given the time before it.
    pub fn believe(&mut self, before_us: Option<i64>, at_us: i64) -> bool {
        let far = before_us.is_some_and(|before| is_far(before, at_us));
        self.0 = if far { (self.0 + 1) % BELIEVED } else { 0 };
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stamp_is_not_believed_and_ten_in_a_row_are() {
        let mut leaps = Leaps::default();
        assert!(leaps.believe(None, i64::MAX), "nothing to compare it with");
        assert!(
            leaps.believe(Some(0), FAR_US),
            "six hours are an interruption"
        );
        for _ in 0..BELIEVED - 1 {
            assert!(!leaps.believe(Some(0), FAR_US + 1));
        }
        assert!(leaps.believe(Some(0), FAR_US + 1));
        assert!(!leaps.believe(Some(0), i64::MAX), "it begins anew");
        assert!(leaps.believe(Some(0), 1));
        assert!(!leaps.believe(Some(0), i64::MAX), "a sane one ends the row");
    }
}
