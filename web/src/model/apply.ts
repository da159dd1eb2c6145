import { completeCard, completeUpdate } from './sport';
import type { GameCard, PlayFact, Scoreboard, Snapshot, Update } from './types';

function before(a: PlayFact, b: PlayFact): boolean {
  return a.order < b.order || (a.order === b.order && a.play_id < b.play_id);
}

function lastIndex<T>(list: readonly T[], test: (item: T) => boolean): number {
  for (let i = list.length - 1; i >= 0; i--) if (test(list[i]!)) return i;
  return -1;
}

/**
 * Brings a snapshot up to date, as `Snapshot::apply` of the server does. The result is a new object with
 * new lists where they changed, so that a view can tell what changed by identity.
 */
export function applyUpdate(snapshot: Snapshot, update: Update): Snapshot {
  update = completeUpdate(update);
  const next: Snapshot = { ...snapshot, state: update.state };
  if (update.info) next.info = update.info;

  const removed = update.removed ?? [];
  if (removed.length > 0 || update.plays.length > 0) {
    const plays = removed.length
      ? snapshot.plays.filter((p) => !removed.includes(p.play_id))
      : snapshot.plays.slice();
    for (const play of update.plays) {
      // Nearly every update changes the last play or adds one behind it: look from the end.
      const old = lastIndex(plays, (p) => p.play_id === play.play_id);
      if (old >= 0) plays.splice(old, 1);
      plays.splice(lastIndex(plays, (p) => before(p, play)) + 1, 0, play);
    }
    next.plays = plays;
  }
  if (update.key_plays) next.key_plays = update.key_plays;

  const drives = update.drives ?? [];
  if (drives.length > 0 || update.drives_end != null) {
    let list = snapshot.drives.slice();
    for (const drive of drives) {
      const at = list.findIndex((d) => d.number === drive.number);
      if (at >= 0) list[at] = drive;
      else list.push(drive);
    }
    const end = update.drives_end;
    if (end != null) list = list.filter((d) => d.number <= end);
    next.drives = list;
  }
  if (update.healed) next.healed = update.healed;
  return next;
}

/** Lays the changed cards over the ones held. */
export function applyCards(held: ReadonlyMap<string, GameCard>, board: Scoreboard): Map<string, GameCard> {
  const next = new Map(held);
  for (const card of board.games) next.set(card.id, completeCard(card));
  return next;
}
