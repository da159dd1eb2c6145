/** Productions in words: what was decided, why, and what became of it. */
import { age, decimal, integer, percent } from './format';
import type {
  Action,
  Camera,
  CameraModelFact,
  Cut,
  Entry,
  Fired,
  Kind,
  RuleDiff,
  RuleSetFact,
  Shot,
} from './production';

const plain = (code: string): string => {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const CAMERA_WORDS: Record<Camera, string> = {
  main: 'wide, on halfway',
  tight: 'close to the ball',
  rail: 'along the touchline',
  keeper: 'behind the goal',
  wing: 'high on a wing',
  crowd: 'on the stands',
  baseline: 'low, behind the line',
};
export const cameraName = (camera: string): string => plain(camera);
export const cameraText = (camera: string): string => CAMERA_WORDS[camera as Camera] ?? '';

const SPORTS: Record<string, string> = { american_football: 'American football' };
export const sportName = (sport: string | null): string =>
  sport === null ? 'Every sport' : (SPORTS[sport] ?? plain(sport));

export const KIND_NAMES: Record<Kind, string> = {
  cut: 'Cuts',
  fired: 'Rules fired',
  released: 'Released',
  rules: 'Rule changes',
  refused: 'Refused',
};

/** One word that stands at the head of an entry. */
export const entryName = (entry: Entry): string =>
  ({ cut: 'Cut', fired: 'Fired', released: 'Released', rules: 'Rules', camera_model: 'Model' })[
    entry.decided
  ];

/** A duration in microseconds, as short as it can be said: `300 ms`, `1.4 s`. */
export const lasting = (us: number): string =>
  Math.abs(us) < 1_000_000 ? `${integer(us / 1000)} ms` : age(us / 1000);

/** How a camera is shown, other than by a plain cut: `fade 500 ms`, `zoom 1.4× within 800 ms`. */
export function shotWords(shot: Shot): string[] {
  const out: string[] = [];
  if (shot.fade_ms) out.push(`fade ${lasting(shot.fade_ms * 1000)}`);
  if (shot.zoom != null) {
    const within = shot.zoom_within_ms ? ` within ${lasting(shot.zoom_within_ms * 1000)}` : '';
    out.push(`zoom ${decimal(shot.zoom)}×${within}`);
  }
  if (shot.buffer_frames) out.push(`${shot.buffer_frames} frames kept before it`);
  return out;
}

/** What a rule asks for: `Rail camera, fade 500 ms`, `Graphic ball trace`. */
export function actionText(action: Action): string {
  switch (action.do) {
    case 'shot':
      return [`${cameraName(action.camera)} camera`, ...shotWords(action)].join(', ');
    case 'overlay':
      return `Graphic “${action.overlay.replaceAll('_', ' ')}”`;
    case 'confetti':
      return action.coupon ? 'Confetti with a coupon' : 'Confetti';
    case 'poll':
      return `Question “${action.poll.replaceAll('_', ' ')}”`;
    case 'code':
      return `Discount code of ${percent(action.percent / 100, true)}`;
    case 'mark':
      return `Mark “${action.mark.replaceAll('_', ' ')}” for other rules`;
    default:
      return plain((action as { do: string }).do);
  }
}

/** When what a rule asks for begins and ends: `300 ms later, for 4.0 s at most`. */
export function firedTiming({ at, due, until }: Fired): string {
  const parts: string[] = [];
  if (due > at) parts.push(`${lasting(due - at)} later`);
  if (until !== undefined) parts.push(`for ${lasting(until - due)} at most`);
  return parts.join(', ');
}

const REASONS: Record<Cut['reason'], string> = {
  rule: 'a rule',
  model: 'the camera model',
  return: 'the way back',
  manual: 'by hand',
};
export const reasonText = (reason: Cut['reason']): string => REASONS[reason] ?? plain(reason);

const REFUSALS: Record<string, string> = {
  no_consent: 'Kept in: the viewers have not agreed to it.',
  frequency_cap: 'Kept in: something of its kind was shown too recently.',
  not_allowed: 'Kept in: nothing in the guard’s policy allows it.',
  manual_hold: 'Kept in: an operator holds this output by hand.',
  unknown: 'Not carried out: no such rule set is at hand.',
  unknown_model: 'Not carried out: no such camera model is at hand.',
  other_sport: 'Not carried out: that camera model is of another sport.',
  nothing_before: 'Not carried out: there is no rule set before this one.',
};
export const refusalText = (code: string): string =>
  REFUSALS[code] ?? `Kept in: ${code.replaceAll('_', ' ')}.`;

/** Rule sets are told apart by the beginning of their names. */
export const shortId = (id: string | null | undefined): string => (id ? id.slice(0, 8) : 'none');

/** How the rules came to be those in force. */
export function changeText(change: RuleSetFact): string {
  const now = shortId(change.set);
  const share = change.share == null ? '' : ` (${percent(change.share, true)} of viewers)`;
  if (change.refused) {
    const order = change.change === 'rolled_back' ? 'A roll-back was ordered' : 'A rule set was ordered';
    return `${order}; ${now} stays in force.`;
  }
  switch (change.change) {
    case 'ordered':
      return `Set ${now} was ordered${change.before ? ` in place of ${shortId(change.before)}` : ''}.`;
    case 'rolled_back':
      return `Rolled back by hand to ${now}.`;
    case 'frowns':
      return `Rolled back by itself to ${now}: too many viewers frowned${share}.`;
    default:
      return plain((change as { change: string }).change);
  }
}

/** Which camera model proposes shots now. */
export function modelText({ model, refused }: CameraModelFact): string {
  const now = model ? `Camera model ${shortId(model)}` : 'No camera model';
  if (refused) return `Another camera model was ordered. ${now} goes on.`;
  return model ? `${now} proposes shots below the rules.` : 'No camera model proposes shots any more.';
}

/** `2 added, 1 removed, 3 changed`. */
export function diffSummary(diff: RuleDiff[]): string {
  const counts = (['added', 'removed', 'changed'] as const).map((change) => ({
    change,
    n: diff.filter((d) => d.change === change).length,
  }));
  const said = counts.filter(({ n }) => n > 0).map(({ change, n }) => `${integer(n)} ${change}`);
  return said.length > 0 ? said.join(', ') : 'no rule differs';
}

/** A field of a rule as people read it: an action's JSON in words, all else as it stands in the file. */
export function fieldValue(field: string, value: string | null): string {
  if (value === null) return 'not said';
  if (field !== 'action') return value;
  try {
    return actionText(JSON.parse(value) as Action);
  } catch {
    return value;
  }
}

/** What an entry says, in one line: for those who hear it rather than see it. */
export function entryText(entry: Entry): string {
  const refused = entry.refused ? ` ${refusalText(entry.refused)}` : '';
  switch (entry.decided) {
    case 'cut':
      return `${cameraName(entry.from)} to ${cameraName(entry.shot.camera)}: ${entry.why}.${refused}`;
    case 'fired':
      return `${entry.rule}${entry.key ? `, ${entry.key}` : ''}: ${actionText(entry.action)}.${refused}`;
    case 'released':
      return `${entry.rule} asks no more.${refused}`;
    case 'camera_model':
      return `${modelText(entry)}${refused}`;
    default:
      return `${changeText(entry)}${refused}`;
  }
}
