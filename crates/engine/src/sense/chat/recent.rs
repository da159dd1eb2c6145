//! What was seen lately, in bounded memory: a table of four-slot buckets where the oldest makes room.

/// Slots at first.
const FEWEST: usize = 256;
/// Slots at most: 1.5 MB.
const MOST: usize = 1 << 16;
const BUCKET: usize = 4;

#[derive(Debug, Clone, Copy)]
struct Slot {
    key: u64,
    at_ms: i64,
    value: f32,
}

const EMPTY: Slot = Slot {
    key: 0,
    at_ms: i64::MIN,
    value: 0.0,
};

/// Keys with the time at which they were last seen, and a number each.
#[derive(Debug)]
pub struct Recent {
    slots: Vec<Slot>,
    /// Keys that made room though they were still of use, since the table last grew.
    crowded_out: usize,
}

impl Default for Recent {
    fn default() -> Self {
        Self {
            slots: vec![EMPTY; FEWEST],
            crowded_out: 0,
        }
    }
}

impl Recent {
    /// When a key was last seen, and its number.
    pub fn get(&self, key: u64) -> Option<(i64, f32)> {
        let bucket = &self.slots[self.bucket(key)..][..BUCKET];
        let slot = bucket
            .iter()
            .find(|s| s.key == key && s.at_ms != i64::MIN)?;
        Some((slot.at_ms, slot.value))
    }

    /// Remembers a key. `keep_ms` says for how long keys are of use: those older make room first and silently.
    pub fn put(&mut self, key: u64, at_ms: i64, value: f32, keep_ms: i64) {
        let slot = Slot { key, at_ms, value };
        let start = self.bucket(key);
        let bucket = &mut self.slots[start..start + BUCKET];
        if let Some(held) = bucket
            .iter_mut()
            .find(|s| s.key == key && s.at_ms != i64::MIN)
        {
            *held = slot;
            return;
        }
        let Some(oldest) = bucket.iter_mut().min_by_key(|s| s.at_ms) else {
            return;
        };
        let of_use = oldest.at_ms != i64::MIN && at_ms.saturating_sub(oldest.at_ms) <= keep_ms;
        *oldest = slot;
        self.crowded_out += usize::from(of_use);
        if self.crowded_out * 64 > self.slots.len() && self.slots.len() < MOST {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let wider = vec![EMPTY; self.slots.len() * 2];
        let held = std::mem::replace(&mut self.slots, wider);
        self.crowded_out = 0;
        for slot in held.into_iter().filter(|s| s.at_ms != i64::MIN) {
            let start = self.bucket(slot.key);
            let bucket = &mut self.slots[start..start + BUCKET];
            if let Some(oldest) = bucket.iter_mut().min_by_key(|s| s.at_ms) {
                *oldest = slot;
            }
        }
    }

    fn bucket(&self, key: u64) -> usize {
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize % (self.slots.len() / BUCKET) * BUCKET
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_use_is_kept_while_there_is_space() {
        let mut recent = Recent::default();
        for key in 0..10_000_u64 {
            recent.put(key, key as i64, key as f32, 100_000);
        }
        let kept = (0..10_000).filter(|k| recent.get(*k).is_some()).count();
        assert!(kept > 9_000, "{kept} of 10,000 kept");
        assert!(recent.slots.len() <= MOST);
    }

    #[test]
    fn memory_is_bounded() {
        let mut recent = Recent::default();
        for key in 0..400_000_u64 {
            recent.put(key, 0, 0.0, 1000);
        }
        assert_eq!(recent.slots.len(), MOST);
    }

    #[test]
    fn a_key_seen_again_is_one_key() {
        let mut recent = Recent::default();
        recent.put(7, 10, 1.0, 5);
        recent.put(7, 20, 2.0, 5);
        assert_eq!(recent.get(7), Some((20, 2.0)));
        assert_eq!(recent.get(8), None);
    }
}
