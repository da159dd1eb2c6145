//! Places of plays in a game.
//!
//! Providers list plays in playing order but number them in the order of entry, and the two disagree now and
//! then: a play entered late has a high number and an early place. The list is right. Yet a plain position would
//! shift by one for every later play whenever a play is put in between, and each would count as corrected.

/// Gives every play of a list an `order` that rises along the list and changes as little as possible when a play
/// is put in: plays on the longest rising run of ids keep `1,000 × id`, and any other takes the place right
/// behind the one listed before it.
pub(crate) fn assign(ids: &[i64]) -> Vec<i64> {
    let keeps = longest_rising(ids);
    let mut orders = Vec::with_capacity(ids.len());
    let mut keep = keeps.iter().peekable();
    let mut last = i64::MIN / 2;
    for (i, &id) in ids.iter().enumerate() {
        let own = id.saturating_mul(1000);
        let order = if keep.next_if(|&&k| k == i).is_some() && own > last {
            own
        } else {
            // Before the first kept play there is nothing to stand behind; one thousand under the next will do.
            let after = if last == i64::MIN / 2 {
                keep.peek()
                    .map_or(own, |&&k| ids[k].saturating_mul(1000).saturating_sub(1000))
            } else {
                last
            };
            after.saturating_add(1)
        };
        orders.push(order);
        last = order;
    }
    orders
}

/// Indices of one longest strictly rising subsequence (patience sorting).
fn longest_rising(ids: &[i64]) -> Vec<usize> {
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; ids.len()];
    for (i, id) in ids.iter().enumerate() {
        let at = tails.partition_point(|&t| ids[t] < *id);
        before[i] = at.checked_sub(1).map(|p| tails[p]);
        if at == tails.len() {
            tails.push(i);
        } else {
            tails[at] = i;
        }
    }
    let mut run = Vec::with_capacity(tails.len());
    let mut next = tails.last().copied();
    while let Some(i) = next {
        run.push(i);
        next = before[i];
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rising_list_keeps_its_numbers() {
        assert_eq!(assign(&[36, 51, 73]), [36_000, 51_000, 73_000]);
    }

    #[test]
    fn a_late_entry_moves_only_itself() {
        assert_eq!(
            assign(&[36, 1485, 51, 73]),
            [36_000, 36_001, 51_000, 73_000]
        );
        assert_eq!(assign(&[900, 51, 73]), [50_001, 51_000, 73_000]);
    }

    proptest::proptest! {
        #[test]
        fn order_always_rises(ids in proptest::collection::vec(-5000_i64..5000, 0..60)) {
            let orders = assign(&ids);
            proptest::prop_assert!(orders.windows(2).all(|w| w[0] < w[1]), "{orders:?}");
        }
    }
}
