//! The few properties of characters that chat needs, by block.

/// Joins pictographs into one.
pub const JOINER: char = '\u{200d}';

/// A pictograph, or half a flag.
pub fn is_emoji(c: char) -> bool {
    matches!(u32::from(c),
        0x1f1e6..=0x1f1ff // regional indicators
        | 0x1f300..=0x1f3fa
        | 0x1f400..=0x1faff
        | 0x2600..=0x27bf // miscellaneous symbols, dingbats
        | 0x2b05..=0x2b07 | 0x2b1b..=0x2b1c | 0x2b50 | 0x2b55
        | 0x231a..=0x231b | 0x23e9..=0x23fa
        | 0x203c | 0x2049 | 0x3030 | 0x303d
        | 0x1f004 | 0x1f0cf | 0x1f18e | 0x1f191..=0x1f19a
    )
}

/// Skin tones, presentation selectors and enclosures, which change how a pictograph looks and not what it means.
pub fn is_modifier(c: char) -> bool {
    matches!(u32::from(c), 0x1f3fb..=0x1f3ff | 0xfe00..=0xfe0f | 0x20e3 | 0xe0020..=0xe007f)
}

/// One letter of a flag.
pub fn is_regional(c: char) -> bool {
    matches!(u32::from(c), 0x1f1e6..=0x1f1ff)
}

/// Marks that belong to the letter before.
pub fn is_combining(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036f | 0x0591..=0x05c7 | 0x064b..=0x065f | 0x093a..=0x094f | 0x0e31..=0x0e4e | 0x3099..=0x309a)
}
