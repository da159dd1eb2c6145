//! A period's clock, as reports have it and as it must have been.

use matchday_event::{FaultCode, PlayReport};

use crate::sense::game::timeline::Heals;

/// A clock that counts down, healed: it never rises within a period and never exceeds its length.
pub fn count_down(
    was: (u8, u16),
    report: &PlayReport,
    length: impl Fn(u8) -> u16,
    heals: &mut Heals<'_>,
) -> (u8, u16) {
    let period = if report.period < was.0.max(1) || report.period > was.0.max(1) + 1 {
        heals.note(
            FaultCode::PeriodRange,
            Some(report.period.to_string()),
            Some(was.0.to_string()),
        );
        was.0.max(1)
    } else {
        report.period
    };
    let most = if period == was.0 {
        was.1
    } else {
        length(period)
    };
    let Some(clock) = report.clock_s else {
        heals.note(FaultCode::ClockMissing, None, Some(most.to_string()));
        return (period, most);
    };
    match u16::try_from(clock) {
        Ok(clock) if clock <= most => (period, clock),
        Ok(clock) if clock <= length(period) => {
            heals.note(
                FaultCode::ClockBackward,
                Some(clock.to_string()),
                Some(most.to_string()),
            );
            (period, most)
        }
        _ => {
            heals.note(
                FaultCode::ClockRange,
                Some(clock.to_string()),
                Some(most.to_string()),
            );
            (period, most)
        }
    }
}
