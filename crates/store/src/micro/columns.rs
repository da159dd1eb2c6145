//! A block's rows as columns of whole numbers, and those as coded bytes.

use matchday_event::{
    EventTime, GameId, Side,
    senses::{
        CONFIDENCE_STEPS, Camera, LabelledMicro, MicroEvent, MicroKind, PLACE_STEPS, Place, Sense,
    },
};

use super::code::{Bit, BitReader, BitWriter, Broken, Coder, Number};

/// Bits of a place on the dictionary of kinds, and of one that is told by tree.
const KIND_BITS: u32 = 6;
const NAME_BITS: u32 = 4;
const PLACE_BITS: u32 = 10;
/// Of a place the highest bits have models of what was there before; the others do not repay them.
const HIGH_BITS: u32 = 6;
const LOW_BITS: u32 = PLACE_BITS - HIGH_BITS;
const CONFIDENCE_BITS: u32 = 7;

const KINDS: usize = 1 << KIND_BITS;

/// One event in whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Row {
    /// Place on the block's list of matches.
    pub game: u32,
    pub at_ms: i64,
    pub match_ms: u32,
    pub kind: u32,
    /// From 1 on the list of labels; 0 for none.
    pub label: u32,
    pub sense: u32,
    pub camera: u32,
    /// From 1 on the list of cameras; 0 for none.
    pub called: u32,
    /// 1 home, 2 away, 0 nobody's.
    pub side: u32,
    pub place: Option<(u32, u32)>,
    pub confidence: u32,
}

/// The names that a block's rows point to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Names {
    pub games: Vec<GameId>,
    pub kinds: Vec<MicroKind>,
    pub labels: Vec<std::sync::Arc<str>>,
    pub senses: Vec<Sense>,
    pub cameras: Vec<Camera>,
}

fn place_of<T: PartialEq + Clone>(list: &mut Vec<T>, of: &T) -> u32 {
    let at = list
        .iter()
        .position(|known| known == of)
        .unwrap_or_else(|| {
            list.push(of.clone());
            list.len() - 1
        });
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn steps(share: f32, of: u16) -> u32 {
    // Clamped before, so that the number fits; what is no number is 0.
    (share.clamp(0.0, 1.0) * f32::from(of)).round() as u32
}

impl Names {
    /// An event in whole numbers; names that are new go on the lists.
    pub fn row(&mut self, micro: &LabelledMicro) -> Row {
        let event = &micro.event;
        Row {
            game: place_of(&mut self.games, &micro.game),
            at_ms: event.at.millis(),
            match_ms: event.match_ms,
            kind: place_of(&mut self.kinds, &event.kind),
            label: event
                .label
                .as_ref()
                .map_or(0, |l| place_of(&mut self.labels, l) + 1),
            sense: place_of(&mut self.senses, &event.sense),
            camera: place_of(&mut self.cameras, &event.camera),
            called: micro
                .called
                .map_or(0, |c| place_of(&mut self.cameras, &c) + 1),
            side: match event.side {
                None => 0,
                Some(Side::Home) => 1,
                Some(Side::Away) => 2,
            },
            place: event
                .place
                .map(|p| (steps(p.x, PLACE_STEPS), steps(p.y, PLACE_STEPS))),
            confidence: steps(event.confidence, CONFIDENCE_STEPS),
        }
    }

    /// The event of a row.
    pub fn event(&self, row: &Row) -> Result<LabelledMicro, Broken> {
        fn named<T: Clone>(list: &[T], at: u32) -> Result<T, Broken> {
            list.get(at as usize).cloned().ok_or(Broken)
        }
        let place = match row.place {
            None => None,
            Some((x, y)) => {
                let share = |v: u32| v as f32 / f32::from(PLACE_STEPS);
                Some(Place::new(share(x), share(y)).ok_or(Broken)?)
            }
        };
        let one_on = |at: u32| at.checked_sub(1);
        Ok(LabelledMicro {
            game: named(&self.games, row.game)?,
            event: MicroEvent {
                at: EventTime::from_millis(row.at_ms),
                match_ms: row.match_ms,
                kind: named(&self.kinds, row.kind)?,
                label: one_on(row.label)
                    .map(|at| named(&self.labels, at))
                    .transpose()?,
                sense: named(&self.senses, row.sense)?,
                place,
                side: match row.side {
                    0 => None,
                    1 => Some(Side::Home),
                    2 => Some(Side::Away),
                    _ => return Err(Broken),
                },
                camera: named(&self.cameras, row.camera)?,
                confidence: MicroEvent::confidence_of(
                    row.confidence as f32 / f32::from(CONFIDENCE_STEPS),
                ),
            },
            called: one_on(row.called)
                .map(|at| named(&self.cameras, at))
                .transpose()?,
        })
    }
}

/// The models of every column. A context is what the reader knows already: mostly the kind.
struct Models {
    steps: Vec<Number>,
    start: Number,
    clock: Number,
    kind: Vec<Bit>,
    label: Vec<Number>,
    sense: Vec<Bit>,
    camera: Vec<Bit>,
    called: Vec<Bit>,
    side: Vec<Bit>,
    placed: Vec<Bit>,
    x: Axis,
    y: Axis,
    confidence: Vec<Bit>,
}

/// The models of one number of a place: by what kind of thing it is and whose, and by where the last one was.
struct Axis {
    by_kind: Vec<Bit>,
    by_last: Vec<Bit>,
    low: Vec<Bit>,
}

impl Axis {
    fn new() -> Self {
        Self {
            by_kind: vec![Bit::default(); (KINDS * 3) << HIGH_BITS],
            by_last: vec![Bit::default(); (65 * 4) << HIGH_BITS],
            low: vec![Bit::default(); 1 << LOW_BITS],
        }
    }

    fn code(
        &mut self,
        coder: &mut impl Coder,
        value: u32,
        kind: usize,
        last: usize,
    ) -> Result<u32, Broken> {
        let mut node = 1_usize;
        for n in (0..HIGH_BITS).rev() {
            let a = self.by_kind.get_mut(kind << HIGH_BITS | node);
            let b = self.by_last.get_mut(last << HIGH_BITS | node);
            let bit = value >> (n + LOW_BITS) & 1 == 1;
            let bit = coder.code_by_two(bit, a.ok_or(Broken)?, b.ok_or(Broken)?)?;
            node = node << 1 | usize::from(bit);
        }
        let high = u32::try_from(node - (1 << HIGH_BITS)).map_err(|_| Broken)?;
        let low = coder.tree(value & ((1 << LOW_BITS) - 1), LOW_BITS, &mut self.low)?;
        Ok(high << LOW_BITS | low)
    }
}

fn bits(contexts: usize, bits: u32) -> Vec<Bit> {
    vec![Bit::default(); contexts << bits]
}

fn part<T>(of: &mut [T], context: usize, bits: u32) -> Result<&mut [T], Broken> {
    of.get_mut(context << bits..(context + 1) << bits)
        .ok_or(Broken)
}

impl Models {
    fn new() -> Self {
        Self {
            steps: vec![Number::default(); KINDS],
            start: Number::default(),
            clock: Number::default(),
            kind: bits(KINDS, KIND_BITS),
            label: vec![Number::default(); KINDS],
            sense: bits(KINDS, NAME_BITS),
            camera: bits(KINDS, NAME_BITS),
            called: bits(KINDS, NAME_BITS),
            side: bits(KINDS * 3, 2),
            placed: bits(KINDS, 0),
            x: Axis::new(),
            y: Axis::new(),
            confidence: bits(KINDS, CONFIDENCE_BITS),
        }
    }

    /// Writes a row or, where the coder reads, makes it. `last` is the row before of the same match.
    fn row(
        &mut self,
        coder: &mut impl Coder,
        row: Row,
        last: Option<&Last>,
    ) -> Result<Row, Broken> {
        let mut got = Row {
            game: row.game,
            ..Row::default()
        };
        let fresh = Last::default();
        let before = last.unwrap_or(&fresh);
        let of = before.row;
        let before_kind = of.kind as usize;
        let kinds = part(&mut self.kind, before_kind, KIND_BITS)?;
        got.kind = coder.tree(row.kind, KIND_BITS, kinds)?;
        let kind = got.kind as usize;
        if last.is_some() {
            let model = self.steps.get_mut(kind).ok_or(Broken)?;
            let step = coder.number(row.at_ms.abs_diff(of.at_ms), model)?;
            got.at_ms = of.at_ms.checked_add_unsigned(step).ok_or(Broken)?;
        } else {
            got.at_ms = coder.signed(row.at_ms, &mut self.start)?;
        }
        // The match's clock goes with the time of day but for the matches' beginnings.
        let expected = i64::from(of.match_ms).wrapping_add(got.at_ms.wrapping_sub(of.at_ms));
        let off = i64::from(row.match_ms).wrapping_sub(expected);
        let off = coder.signed(off, &mut self.clock)?;
        got.match_ms = u32::try_from(expected.wrapping_add(off)).map_err(|_| Broken)?;
        let labels = self.label.get_mut(kind).ok_or(Broken)?;
        let label = coder.number(u64::from(row.label), labels)?;
        got.label = u32::try_from(label).map_err(|_| Broken)?;
        got.sense = coder.tree(
            row.sense,
            NAME_BITS,
            part(&mut self.sense, kind, NAME_BITS)?,
        )?;
        got.camera = coder.tree(
            row.camera,
            NAME_BITS,
            part(&mut self.camera, kind, NAME_BITS)?,
        )?;
        got.called = coder.tree(
            row.called,
            NAME_BITS,
            part(&mut self.called, kind, NAME_BITS)?,
        )?;
        let sides = part(&mut self.side, kind * 3 + of.side.min(2) as usize, 2)?;
        got.side = coder.tree(row.side, 2, sides)?;
        let placed = self.placed.get_mut(kind).ok_or(Broken)?;
        if coder.code(row.place.is_some(), placed)? {
            let (x, y) = row.place.unwrap_or_default();
            let soon = u64::try_from(got.at_ms - before.placed_ms).unwrap_or(0);
            let soon = match soon {
                0..=1_500 => 0,
                1_501..=5_000 => 1,
                5_001..=20_000 => 2,
                _ => 3,
            };
            let context = kind * 3 + got.side.min(2) as usize;
            let near = |v: u32| (v >> LOW_BITS) as usize * 4 + soon;
            let (last_x, last_y) = before
                .place
                .map_or((64 * 4, 64 * 4), |(x, y)| (near(x), near(y)));
            let x = self.x.code(coder, x, context, last_x)?;
            let y = self.y.code(coder, y, context, last_y)?;
            got.place = Some((x, y));
        }
        let confidences = part(&mut self.confidence, kind, CONFIDENCE_BITS)?;
        got.confidence = coder.tree(row.confidence, CONFIDENCE_BITS, confidences)?;
        Ok(got)
    }
}

/// What the coder remembers of the row before.
#[derive(Debug, Clone, Copy, Default)]
struct Last {
    row: Row,
    place: Option<(u32, u32)>,
    placed_ms: i64,
}

fn walk(
    coder: &mut impl Coder,
    rows: impl Iterator<Item = Row>,
    mut take: impl FnMut(Row),
) -> Result<(), Broken> {
    let mut models = Models::new();
    let mut last: Option<Last> = None;
    for row in rows {
        let known = last.filter(|l| l.row.game == row.game);
        let got = models.row(coder, row, known.as_ref())?;
        let known = known.unwrap_or_default();
        last = Some(Last {
            row: got,
            place: got.place.or(known.place),
            placed_ms: if got.place.is_some() {
                got.at_ms
            } else {
                known.placed_ms
            },
        });
        take(got);
    }
    Ok(())
}

/// Rows, by match and then by time, as bytes.
pub(super) fn write(rows: &[Row]) -> Result<Vec<u8>, Broken> {
    let mut coder = BitWriter::default();
    walk(&mut coder, rows.iter().copied(), |_| ())?;
    Ok(coder.finish())
}

/// The rows of such bytes: so many of each match, in the order in which `counts` has the matches.
pub(super) fn read(bytes: &[u8], counts: &[u32]) -> Result<Vec<Row>, Broken> {
    let mut coder = BitReader::new(bytes)?;
    let all: usize = counts.iter().map(|n| *n as usize).sum();
    let mut rows = Vec::with_capacity(all);
    let games = counts.iter().zip(0_u32..).flat_map(|(n, game)| {
        std::iter::repeat_n(
            Row {
                game,
                ..Row::default()
            },
            *n as usize,
        )
    });
    walk(&mut coder, games, |row| rows.push(row))?;
    Ok(rows)
}
