/** The crowd in words: what a code, a number or a sense is called, and what to do about a microphone. */
import type { Contribution, Crowd, MomentFact, MomentumFact, Sense } from './crowd';
import { signed } from './format';
import type { Side } from './types';
import type { Names } from './words';

const plain = (code: string): string => {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const SENSE_NAMES: Record<Sense, [name: string, what: string]> = {
  game: ['Game', 'The match itself: points, win probability added, leverage'],
  sound: ['Sound', 'Microphones in the ground'],
  chat: ['Chat', 'What rooms write'],
  body: ['Body', 'Wearables of those who agreed'],
  vision: ['Vision', 'What cameras see: celebrations, reactions'],
  gaze: ['Gaze', 'Where viewers look'],
  tracking: ['Tracking', 'Where players and ball are'],
};
export const senseName = (sense: Sense): string => SENSE_NAMES[sense]?.[0] ?? plain(sense);
export const senseText = (sense: Sense): string => SENSE_NAMES[sense]?.[1] ?? '';

const MOMENTS: Record<string, string> = {
  near_miss: 'Near miss',
  big_play: 'Big play',
  crowd: 'The crowd stirred',
};
export const momentName = (kind: string): string => MOMENTS[kind] ?? plain(kind);

export const soundName = (kind: string): string => plain(kind);

/** `Score, CPT, A. Brook`: a moment as it is read out. */
export function momentTitle(m: MomentFact, names: Names): string {
  return [momentName(m.kind), m.side && names[m.side], m.player].filter(Boolean).join(', ');
}

/** What is wrong with a microphone, and what to do. */
const TROUBLES: Record<string, [title: string, advice: string]> = {
  silent: ['Nothing comes in', 'Check the cable, the phantom power and the mute of this input.'],
  stuck: ['The input repeats one value', 'Restart the encoder; its converter hangs.'],
  clipped: ['Overdriven', 'Turn the gain down: levels read too low, and nothing is heard while this lasts.'],
  wrong_rate: ['Sample rate not usable', 'Send 44.1 to 192 kHz; 48 kHz is best.'],
  changed: ['The format changed midway', 'Close the stream and open it anew with the new rate or channels.'],
  lost: ['Much of the sound is lost on its way', 'Check the network between the encoder and this server.'],
  out_of_order: ['Reports out of order', 'Two senders may share this name: give each microphone its own.'],
  impossible: ['Numbers that cannot be', 'Check the encoder; what it sends is no sound.'],
  uncalibrated: [
    'No reference level',
    'Set its offset_db to have levels of sound pressure: matchday listen --help says how to find it.',
  ],
};
export const troubleText = (code: string): { title: string; advice: string } => {
  const [title, advice] = TROUBLES[code] ?? [plain(code), 'Nothing is heard from this input while it lasts.'];
  return { title, advice };
};

/** How stirred people are, in a word. */
export function intensityWord(intensity: number): string {
  if (intensity >= 75) return 'boiling';
  if (intensity >= 45) return 'stirred';
  if (intensity >= 20) return 'lively';
  return 'calm';
}

/** Whether the mood of a room holds, in a word. */
export function volatilityWord(volatility: number): string {
  if (volatility >= 0.4) return 'torn';
  if (volatility >= 0.2) return 'unsettled';
  return 'steady';
}

/** Whose momentum it is, as `Crowd::leading` of the server: nobody's where both are the same. */
export function leading(momentum: MomentumFact | null): Side | null {
  if (!momentum || momentum.home === momentum.away) return null;
  return momentum.home > momentum.away ? 'home' : 'away';
}

/** By how much one must lead before the sentence says that it does: less is nothing anyone would feel. */
const CLEAR = 8;

/** What drives the momentum: the parts that pull the way it goes, strongest first, two at most. */
export function drivers(momentum: MomentumFact, side: Side | null): { part: Contribution; by: number }[] {
  const pull = (p: Contribution): number =>
    side === null ? p.intensity : side === 'home' ? p.home - p.away : p.away - p.home;
  return momentum.parts
    .map((part) => ({ part, by: pull(part) }))
    .filter(({ by }) => by >= 1)
    .sort((a, b) => b.by - a.by)
    .slice(0, 2);
}

/** One sentence or two: who has the crowd, and what drives it. */
export function driveSentence(crowd: Crowd, names: Names): string {
  const { momentum } = crowd;
  if (!momentum) return 'No momentum yet.';
  const apart = Math.abs(momentum.home - momentum.away);
  const side = apart >= CLEAR ? leading(momentum) : null;
  const drive = drivers(momentum, side)
    .map(({ part, by }) => `${senseName(part.sense).toLowerCase()} (${signed(by, 0)})`)
    .join(', then ');
  if (side)
    return drive ? `It goes ${names[side]}’s way, driven by ${drive}.` : `It goes ${names[side]}’s way.`;
  const who = momentum.home >= 15 && momentum.away >= 15 ? 'Both sides are up.' : 'Neither side has it.';
  return drive ? `${who} What stirs people: ${drive}.` : who;
}
