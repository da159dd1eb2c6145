//! Entropy coding: adaptive bits into a range coder.
//!
//! Every value is told bit by bit, and each bit has a model that has counted what it was before in the same situation. The
//! same function writes and reads a column: a coder that writes gives back what it was handed, one that reads gives back
//! what was written.

use std::{borrow::Borrow, num::NonZeroU32};

use constriction::stream::{
    Decode as _, Encode as _,
    model::{DecoderModel, EncoderModel, EntropyModel},
    queue::{DefaultRangeDecoder, DefaultRangeEncoder},
};

/// Bits of a probability.
const PRECISION: usize = 16;
const WHOLE: u32 = 1 << PRECISION;
/// Counts are halved here, so that a model follows a match as it changes.
const MOST: u16 = 1 << 12;
/// Beyond so many, having seen more makes a model no surer beside another.
const MOST_HEARD: u64 = 64;

/// What a bit was before: how often 0, how often 1.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bit {
    zero: u16,
    one: u16,
}

impl Bit {
    /// Krichevsky and Trofimov's estimate: half an observation of each to begin with.
    fn odds(self) -> Odds {
        let (zero, one) = (u32::from(self.zero), u32::from(self.one));
        let share = ((2 * one + 1) << (PRECISION - 1)) / (zero + one + 1);
        Odds {
            one: share.clamp(1, WHOLE - 1),
        }
    }

    /// The odds of two models together: their mean, weighed by how much each has seen.
    fn odds_of_two(a: Self, b: Self) -> Odds {
        let weight = |m: Self| u64::from(m.zero + m.one).min(MOST_HEARD) + 1;
        let (wa, wb) = (weight(a), weight(b));
        let sum = u64::from(a.odds().one) * wa + u64::from(b.odds().one) * wb;
        let one = u32::try_from(sum / (wa + wb)).unwrap_or(WHOLE / 2);
        Odds {
            one: one.clamp(1, WHOLE - 1),
        }
    }

    fn saw(&mut self, bit: bool) {
        if bit {
            self.one += 1;
        } else {
            self.zero += 1;
        }
        if self.zero + self.one >= MOST {
            self.zero = self.zero.div_ceil(2);
            self.one = self.one.div_ceil(2);
        }
    }
}

/// The probability of a bit, in parts of [`WHOLE`].
#[derive(Debug, Clone, Copy)]
struct Odds {
    one: u32,
}

impl Odds {
    const EVEN: Self = Self { one: WHOLE / 2 };

    fn of(self, bit: bool) -> (u32, NonZeroU32) {
        let zero = WHOLE - self.one;
        let (left, share) = if bit { (zero, self.one) } else { (0, zero) };
        (left, NonZeroU32::new(share).unwrap_or(NonZeroU32::MIN))
    }
}

impl EntropyModel<PRECISION> for Odds {
    type Symbol = bool;
    type Probability = u32;
}

impl EncoderModel<PRECISION> for Odds {
    fn left_cumulative_and_probability(
        &self,
        symbol: impl Borrow<bool>,
    ) -> Option<(u32, NonZeroU32)> {
        Some(self.of(*symbol.borrow()))
    }
}

impl DecoderModel<PRECISION> for Odds {
    fn quantile_function(&self, quantile: u32) -> (bool, u32, NonZeroU32) {
        let bit = quantile >= WHOLE - self.one;
        let (left, share) = self.of(bit);
        (bit, left, share)
    }
}

/// What was written is not what a writer writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// Writes or reads bits.
pub(super) trait Coder {
    fn code(&mut self, bit: bool, odds: &mut Bit) -> Result<bool, Broken>;
    fn even(&mut self, bit: bool) -> Result<bool, Broken>;
    /// By two models at once.
    fn code_by_two(&mut self, bit: bool, a: &mut Bit, b: &mut Bit) -> Result<bool, Broken>;

    /// The lowest `bits` bits of a value, each bit's model chosen by those above it. `tree` has `1 << bits` models.
    fn tree(&mut self, value: u32, bits: u32, tree: &mut [Bit]) -> Result<u32, Broken> {
        let mut node = 1_usize;
        for n in (0..bits).rev() {
            let model = tree.get_mut(node).ok_or(Broken)?;
            let bit = self.code(value >> n & 1 == 1, model)?;
            node = node << 1 | usize::from(bit);
        }
        u32::try_from(node - (1 << bits)).map_err(|_| Broken)
    }

    /// A whole number of any size: how long it is, the three bits below its first by their models, the rest as they are.
    fn number(&mut self, value: u64, model: &mut Number) -> Result<u64, Broken> {
        let length = u64::BITS - value.leading_zeros();
        let length = self.tree(length, 7, &mut model.length)?;
        if length > u64::BITS {
            return Err(Broken);
        }
        let mut got = u64::from(length > 0);
        for n in (0..length.saturating_sub(1)).rev() {
            let bit = value >> n & 1 == 1;
            let below_first = length - 1 - n;
            let bit = if below_first <= 3 {
                // The bits already known, behind their leading 1, tell which model.
                let known = usize::try_from(got & 7).map_err(|_| Broken)?;
                let at = (length as usize) << 3 | known;
                self.code(bit, model.first.get_mut(at).ok_or(Broken)?)?
            } else {
                self.even(bit)?
            };
            got = got << 1 | u64::from(bit);
        }
        Ok(got)
    }

    /// A whole number with a sign.
    fn signed(&mut self, value: i64, model: &mut Number) -> Result<i64, Broken> {
        let folded = ((value << 1) ^ (value >> 63)).cast_unsigned();
        let got = self.number(folded, model)?;
        Ok((got >> 1).cast_signed() ^ -((got & 1).cast_signed()))
    }
}

/// The models of a whole number.
#[derive(Debug, Clone)]
pub(super) struct Number {
    length: Vec<Bit>,
    first: Vec<Bit>,
}

impl Default for Number {
    fn default() -> Self {
        Self {
            length: vec![Bit::default(); 128],
            first: vec![Bit::default(); 65 << 3],
        }
    }
}

/// Writes.
#[derive(Default)]
pub(super) struct BitWriter(DefaultRangeEncoder);

impl BitWriter {
    /// The bytes.
    pub fn finish(self) -> Vec<u8> {
        match self.0.into_compressed() {
            Ok(words) => words.iter().flat_map(|w| w.to_le_bytes()).collect(),
            Err(never) => match never {},
        }
    }

    fn put(&mut self, bit: bool, odds: Odds) -> Result<bool, Broken> {
        self.0.encode_symbol(bit, odds).map_err(|_| Broken)?;
        Ok(bit)
    }
}

impl Coder for BitWriter {
    fn code_by_two(&mut self, bit: bool, a: &mut Bit, b: &mut Bit) -> Result<bool, Broken> {
        let odds = Bit::odds_of_two(*a, *b);
        let bit = self.put(bit, odds)?;
        a.saw(bit);
        b.saw(bit);
        Ok(bit)
    }

    fn code(&mut self, bit: bool, model: &mut Bit) -> Result<bool, Broken> {
        self.put(bit, model.odds())?;
        model.saw(bit);
        Ok(bit)
    }

    fn even(&mut self, bit: bool) -> Result<bool, Broken> {
        self.put(bit, Odds::EVEN)
    }
}

/// Reads.
pub(super) struct BitReader(DefaultRangeDecoder);

impl BitReader {
    pub fn new(bytes: &[u8]) -> Result<Self, Broken> {
        let (words, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(Broken);
        }
        let words: Vec<u32> = words.iter().map(|w| u32::from_le_bytes(*w)).collect();
        DefaultRangeDecoder::from_compressed(words)
            .map(Self)
            .map_err(|_| Broken)
    }

    fn get(&mut self, odds: Odds) -> Result<bool, Broken> {
        self.0.decode_symbol(odds).map_err(|_| Broken)
    }
}

impl Coder for BitReader {
    fn code_by_two(&mut self, _: bool, a: &mut Bit, b: &mut Bit) -> Result<bool, Broken> {
        let odds = Bit::odds_of_two(*a, *b);
        let bit = self.get(odds)?;
        a.saw(bit);
        b.saw(bit);
        Ok(bit)
    }

    fn code(&mut self, _: bool, model: &mut Bit) -> Result<bool, Broken> {
        let bit = self.get(model.odds())?;
        model.saw(bit);
        Ok(bit)
    }

    fn even(&mut self, _: bool) -> Result<bool, Broken> {
        self.get(Odds::EVEN)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_come_back(values in proptest::collection::vec(any::<i64>(), 0..200), small in proptest::collection::vec(-20..20_i64, 0..200)) {
            let mut into = BitWriter::default();
            let (mut a, mut b) = (Number::default(), Number::default());
            for v in &values { into.signed(*v, &mut a).expect("writes"); }
            for v in &small { into.signed(*v, &mut b).expect("writes"); }
            let bytes = into.finish();
            let mut from = BitReader::new(&bytes).expect("whole words");
            let (mut a, mut b) = (Number::default(), Number::default());
            for v in &values { prop_assert_eq!(from.signed(0, &mut a), Ok(*v)); }
            for v in &small { prop_assert_eq!(from.signed(0, &mut b), Ok(*v)); }
        }

        #[test]
        fn whatever_the_bytes_nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(mut from) = BitReader::new(&bytes) {
                let mut model = Number::default();
                for _ in 0..200 {
                    let Ok(_) = from.number(0, &mut model) else { break };
                }
            }
        }
    }

    #[test]
    fn what_is_always_the_same_costs_nothing() {
        let mut into = BitWriter::default();
        let mut bit = Bit::default();
        for _ in 0..4000 {
            into.code(true, &mut bit).expect("writes");
        }
        assert!(into.finish().len() <= 12);
    }
}
