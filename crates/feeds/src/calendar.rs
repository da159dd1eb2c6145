//! Dates of a season, for feeds that carry a date and nothing else.

use jiff::civil::{Date, Weekday};

/// Season, week and whether it is a play-off, of an NFL game played on `date`. The first week begins on the
/// Tuesday after Labor Day (the first Monday of September); the regular season had 17 weeks up to 2020 and has
/// 18 since.
pub(crate) fn nfl(date: Date) -> Option<(u16, u8, bool)> {
    let season = if date.month() < 3 {
        date.year() - 1
    } else {
        date.year()
    };
    let first_of_september = Date::new(season, 9, 1).ok()?;
    let labor_day = if first_of_september.weekday() == Weekday::Monday {
        first_of_september
    } else {
        first_of_september.nth_weekday(1, Weekday::Monday).ok()?
    };
    let days = date.since(labor_day).ok()?.get_days();
    if days < 1 {
        return None;
    }
    let week = u8::try_from((days - 1) / 7 + 1).ok()?;
    let regular = if season >= 2021 { 18 } else { 17 };
    let postseason = week > regular;
    let week = if postseason { week - regular } else { week };
    Some((u16::try_from(season).ok()?, week, postseason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn weeks_and_play_offs() {
        assert_eq!(nfl(date(2017, 1, 1)), Some((2016, 17, false)));
        assert_eq!(nfl(date(2015, 1, 3)), Some((2014, 1, true)));
        assert_eq!(nfl(date(2010, 1, 3)), Some((2009, 17, false)));
        assert_eq!(nfl(date(2009, 9, 10)), Some((2009, 1, false)));
        assert_eq!(nfl(date(2022, 1, 9)), Some((2021, 18, false)));
        assert_eq!(nfl(date(2025, 2, 9)), Some((2024, 5, true)));
        assert_eq!(nfl(date(2024, 8, 1)), None);
    }
}
