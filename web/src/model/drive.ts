import type { Snapshot } from './types';

/** Yards to goal at each snap of the drive in progress, its first snap first. */
export function driveSoFar({ plays, state }: Snapshot): number[] {
  return plays
    .filter((p) => p.drive === state.drive && p.spot.down && p.spot.possession === state.spot.possession)
    .map((p) => p.spot.yards_to_goal)
    .filter((y): y is number => y != null);
}
