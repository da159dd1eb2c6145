use matchday_event::production::Cut;

/// Of the cuts that were told, those that came to be: what an output shows that holds each until its frame.
///
/// A cut that came after another and has its frame or an earlier one stands in its place; one that leaves the picture as it
/// is is none. For matches that are over: of one that goes on, the last may yet be taken back.
#[derive(Debug, Clone, Default)]
pub struct OnAir {
    cuts: Vec<Cut>,
}

impl OnAir {
    /// Hears of a cut.
    pub fn push(&mut self, cut: Cut) {
        let stay = self.cuts.partition_point(|c| c.frame < cut.frame);
        self.cuts.truncate(stay);
        let changes = match self.cuts.last() {
            Some(last) => last.shot.camera != cut.shot.camera || last.shot.zoom != cut.shot.zoom,
            None => cut.from != cut.shot.camera || cut.shot.zoom.is_some(),
        };
        if changes {
            self.cuts.push(cut);
        }
    }

    /// The cuts, by frame.
    pub fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    /// The cuts, by frame.
    pub fn into_cuts(self) -> Vec<Cut> {
        self.cuts
    }
}

impl FromIterator<Cut> for OnAir {
    fn from_iter<I: IntoIterator<Item = Cut>>(cuts: I) -> Self {
        let mut on_air = Self::default();
        for cut in cuts {
            on_air.push(cut);
        }
        on_air
    }
}
