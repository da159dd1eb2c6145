//! Every threshold of the audio agent, in one place.

/// What the agent goes by. Levels are in decibels, times in reports (a tenth of a second each) unless the name says
/// otherwise. The values of [`Limits::DEFAULT`] were chosen on simulated crowds of other seeds than those that the
/// figures in the guide are of; those about sound pressure come from the product's rules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The level at which a crowd is as loud as any gets, fast, and its way back.
    pub loudest_db: (f32, f32),
    /// The level at which a crowd counts as loud, slow, and its way back.
    pub loud_db: (f32, f32),
    /// Reports between two facts of the level.
    pub level_every: u32,
    /// Reports before anything is told: what is usual must be known first.
    pub settle: u32,
    /// Seconds in which what is usual follows a crowd that is louder than usual, and one that is softer.
    pub usual_up_s: f32,
    /// See [`Limits::usual_up_s`].
    pub usual_down_s: f32,
    /// The same while something is being heard.
    pub usual_held_s: f32,

    /// Rise over the usual, mean of the octaves of 500 Hz to 2 kHz, at which one report is a roar.
    pub roar_at_once_db: f32,
    /// The same at which two reports in a row are.
    pub roar_db: f32,
    /// Least rise of each of those octaves.
    pub roar_each_db: f32,
    /// How much the octaves of 250 and 500 Hz may rise more than those of 1 and 2 kHz.
    pub roar_low_db: f32,
    /// How much more the octave of 4 kHz must rise than those: less is song, and more than the second is hands.
    pub roar_bright_db: (f32, f32),
    /// Rise at which a roar is one however bright.
    pub roar_sure_db: f32,
    /// Rise under which a roar is over, and for how many reports.
    pub roar_over_db: f32,
    /// See [`Limits::roar_over_db`].
    pub roar_over: u32,

    /// Rise of the octaves of 250 and 500 Hz at which a groan is one.
    pub groan_db: f32,
    /// How much more they must rise than those of 1 and 2 kHz.
    pub groan_low_db: f32,
    /// The same at which one report is enough.
    pub groan_low_at_once_db: f32,
    /// How many reports in a row otherwise.
    pub groan_reports: u32,
    /// Least rise at which a groan lasts.
    pub groan_over_db: f32,

    /// Where a referee's whistle lies.
    pub whistle_hz: (f32, f32),
    /// Prominence at which one report is a whistle.
    pub whistle_at_once_db: f32,
    /// The same at which two in a row with one tone are.
    pub whistle_db: f32,
    /// How far the tone may move between them.
    pub whistle_drift_hz: f32,
    /// Reports without it after which a whistle is over; bursts closer than that are one call.
    pub whistle_over: u32,

    /// Reports over which a rhythm is looked for.
    pub chant_window: usize,
    /// Lags that a beat may have.
    pub chant_lags: (usize, usize),
    /// Autocorrelation at which there is a rhythm.
    pub chant_rhythm: f32,
    /// The same at which there no longer is.
    pub chant_over: f32,
    /// How deep it must be: the standard deviation of the level about its trend.
    pub chant_depth_db: f32,
    /// How deep it must be to last.
    pub chant_over_depth_db: f32,
    /// How many reports in a row.
    pub chant_reports: u32,

    /// Pitch of a single voice or horn over which no crowd is told: an announcer, music.
    pub periodic: f32,
    /// Prominence of a tone under the whistles' range over which it is a horn.
    pub horn_db: f32,

    /// Peak under which an input is silent.
    pub silent_dbfs: f32,
    /// Share of samples like the one before over which an input is stuck.
    pub stuck: f32,
    /// Share of samples in flat tops over which it is overdriven.
    pub clipped: f32,
    /// Share of lost samples over which a report is not used.
    pub lost: f32,
    /// Reports in a row before silence, a stuck value or loss is told.
    pub trouble_reports: u32,
    /// Good reports in a row before a trouble is over.
    pub good_reports: u32,
}

impl Limits {
    /// The values in use.
    pub const DEFAULT: Self = Self {
        loudest_db: (120.0, 117.0),
        loud_db: (94.0, 85.0),
        level_every: 10,
        settle: 20,
        usual_up_s: 10.0,
        usual_down_s: 4.0,
        usual_held_s: 40.0,

        roar_at_once_db: 5.5,
        roar_db: 3.5,
        roar_each_db: 2.5,
        roar_low_db: 1.0,
        roar_bright_db: (2.4, 7.0),
        roar_sure_db: 14.0,
        roar_over_db: 2.0,
        roar_over: 5,

        groan_db: 4.0,
        groan_low_db: 2.3,
        groan_low_at_once_db: 4.0,
        groan_reports: 2,
        groan_over_db: 2.0,

        whistle_hz: (1900.0, 4800.0),
        whistle_at_once_db: 18.0,
        whistle_db: 12.0,
        whistle_drift_hz: 90.0,
        whistle_over: 10,

        chant_window: 48,
        chant_lags: (4, 13),
        chant_rhythm: 0.5,
        chant_over: 0.25,
        chant_depth_db: 1.0,
        chant_over_depth_db: 0.7,
        chant_reports: 8,

        periodic: 0.42,
        horn_db: 13.0,

        silent_dbfs: -90.0,
        stuck: 0.9,
        clipped: 0.01,
        lost: 0.2,
        trouble_reports: 5,
        good_reports: 10,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
