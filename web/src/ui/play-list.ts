import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { integer, signedPoints } from '../model/format';
import type { DriveFact, PlayFact, Snapshot } from '../model/types';
import { periodName, sportOf } from '../model/sport';
import {
  abbrs,
  clockName,
  driveResult,
  type Names,
  playTitle,
  scoreKind,
  scorer,
  situationText,
} from '../model/words';
import { Ground } from './ground';
import { shared } from './shared';
import type { PlaySelect } from './wp-chart';

interface Group {
  number: number;
  drive: DriveFact | undefined;
  plays: PlayFact[];
}

/** Plays by drive, the latest first. */
export function byDrive(game: Snapshot): Group[] {
  const drives = new Map(game.drives.map((d) => [d.number, d]));
  const groups: Group[] = [];
  for (let i = game.plays.length - 1; i >= 0; i--) {
    const play = game.plays[i]!;
    const last = groups.at(-1);
    // Without drives the periods group the plays.
    const number = sportOf(play) === 'american_football' ? play.drive : -play.clock.period;
    if (last?.number === number) last.plays.push(play);
    else groups.push({ number, drive: drives.get(play.drive), plays: [play] });
  }
  return groups;
}

/** Play by play, grouped by drive. Walks with the chart: picks a play, and follows `selected`. */
export class PlayList extends LitElement {
  @property({ attribute: false }) game: Snapshot | null = null;
  @property() selected: string | null = null;
  private readonly ground = new Ground(this);
  private picked = false;

  static override styles = [
    shared,
    css`
      :host {
        overflow: auto;
        overscroll-behavior: contain;
        position: relative;
      }
      .drive {
        content-visibility: auto;
        contain-intrinsic-size: auto 240px;
      }
      /* A drive that has just begun is drawn at once: its place must not be guessed first and put right then. */
      .drive:first-child {
        content-visibility: visible;
      }
      /* On paper nothing scrolls, and nothing is out of sight. */
      @media print {
        :host {
          overflow: visible;
        }
        .drive {
          content-visibility: visible;
        }
        .play {
          break-inside: avoid;
        }
      }
      .title {
        position: sticky;
        top: 0;
        z-index: 1;
        display: flex;
        gap: 8px;
        align-items: baseline;
        padding: 7px 14px;
        background: var(--raised);
        border-block: 1px solid var(--line);
        font-size: var(--s1);
        color: var(--muted);
      }
      .drive:first-child .title {
        border-block-start: 0;
      }
      .title > * {
        flex: none;
        white-space: nowrap;
      }
      .title b {
        color: var(--text);
      }
      .title bdi:not(:last-child) {
        flex: 0 1 auto;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .title i {
        width: 4px;
        align-self: stretch;
        border-radius: 2px;
      }
      .title bdi:last-child {
        margin-inline-start: auto;
        white-space: nowrap;
      }
      .play {
        display: grid;
        grid-template-columns: 62px minmax(0, 1fr) auto;
        gap: 0 8px;
        padding: 6px 14px;
        cursor: pointer;
        border-inline-start: 3px solid transparent;
        scroll-margin-block: 34px 8px;
      }
      .play + .play {
        box-shadow: inset 0 1px 0 var(--line);
      }
      .play:hover {
        background: var(--raised);
      }
      .play[aria-selected='true'] {
        background: var(--raised);
        border-inline-start-color: var(--text);
      }
      .clock {
        color: var(--muted);
        font-size: var(--s1);
        padding-block-start: 1px;
      }
      .spot {
        display: block;
        color: var(--muted);
        font-size: var(--s1);
      }
      .text {
        overflow-wrap: anywhere;
      }
      .scored .text {
        font-weight: 600;
      }
      .gain {
        text-align: end;
        font-size: var(--s1);
        white-space: nowrap;
      }
      .gain .unit {
        font-size: 0.8em;
        color: inherit;
      }
      .gain b {
        display: block;
        font-size: var(--s2);
      }
      .rank {
        display: inline-grid;
        place-items: center;
        width: 16px;
        height: 16px;
        border-radius: 50%;
        background: var(--text);
        color: var(--surface);
        font-size: 11px;
        font-weight: 700;
        margin-inline-end: 5px;
      }
      .none {
        padding: 32px 16px;
        color: var(--muted);
        text-align: center;
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('selected') || !this.selected || this.picked) {
      this.picked = false;
      return;
    }
    this.bring();
    // Drives out of sight have estimated heights until they are drawn: look again once they are.
    requestAnimationFrame(() => this.bring());
  }

  /** Scrolls the chosen play into view, where the list scrolls within itself. */
  private bring(): void {
    const row = this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]');
    // The list scrolls within itself; scrollIntoView would take the page along on a phone.
    if (!row || this.scrollHeight <= this.clientHeight + 1) return;
    const own = this.getBoundingClientRect();
    const box = row.getBoundingClientRect();
    if (box.top >= own.top + 32 && box.bottom <= own.bottom) return;
    const top = this.scrollTop + box.top - own.top - this.clientHeight / 2 + box.height / 2;
    this.scrollTo({ top });
  }

  override render(): TemplateResult {
    const { game } = this;
    if (!game || game.plays.length === 0) {
      return html`<p class="none">No plays yet. They appear here from the kick-off on.</p>`;
    }
    const names = abbrs(game.info);
    const ranks = new Map(game.key_plays.map((id, i) => [id, i + 1]));
    return html`<div
      role="listbox"
      tabindex="0"
      aria-label="Plays, the latest first"
      aria-activedescendant=${this.selected ? `play-${this.selected}` : nothing}
      @keydown=${this.keyed}
    >
      ${repeat(
        byDrive(game),
        (g) => `${g.number}-${g.plays.at(-1)!.play_id}`,
        (g) => this.group(g, names, ranks),
      )}
    </div>`;
  }

  private group({ drive, plays }: Group, names: Names, ranks: Map<string, number>): TemplateResult {
    const colors = this.ground.teams(this.game?.info?.home ?? null, this.game?.info?.away ?? null);
    const sport = sportOf(plays[0]!);
    const period = sport !== 'american_football';
    const title = period
      ? periodName(plays[0]!.clock.period, sport)
      : drive
        ? names[drive.side]
        : 'Before the first drive';
    const score = plays[0]!.score_after;
    const sum = drive
      ? `${drive.plays} ${drive.plays === 1 ? 'play' : 'plays'}, ${integer(drive.yards)} ${Math.abs(drive.yards) === 1 ? 'yard' : 'yards'}`
      : '';
    return html`<div
      class="drive"
      role="group"
      aria-label=${period ? title : `${title} drive${drive ? `, ${this.result(drive)}` : ''}`}
    >
      <div class="title" role="presentation">
        ${drive ? html`<i style="background:${colors[drive.side].fill}"></i>` : nothing}
        <b>${title}</b><span>${drive ? this.result(drive) : ''}</span><bdi>${sum}</bdi>
        <bdi>${names.away} ${score.away}–${score.home} ${names.home}</bdi>
      </div>
      ${repeat(
        plays,
        (p) => p.play_id,
        (p) => this.play(p, names, ranks.get(p.play_id), colors),
      )}
    </div>`;
  }

  private result(drive: DriveFact): string {
    return !drive.result && this.game?.state.phase === 'final' ? 'End of game' : driveResult(drive.result);
  }

  private play(
    p: PlayFact,
    names: Names,
    rank: number | undefined,
    colors: ReturnType<Ground['teams']>,
  ): TemplateResult {
    const side = p.wpa_home >= 0 ? 'home' : 'away';
    const points = Math.abs(Math.round(p.wpa_home * 100));
    const scored = scorer(p);
    return html`<div
      class="play ${scored ? 'scored' : ''}"
      role="option"
      id="play-${p.play_id}"
      data-id=${p.play_id}
      aria-selected=${p.play_id === this.selected}
      @click=${() => this.pick(p.play_id)}
    >
      <span class="clock">${clockName(p.clock, sportOf(p))}</span>
      <span>
        ${p.spot.down ? html`<span class="spot"><bdi>${situationText(p.spot, 'scrimmage', names)}</bdi></span>` : nothing}
        <span class="text"
          >${rank ? html`<span class="rank" title="Key play ${rank}">${rank}</span>` : nothing}<bdi
            >${p.text ?? (sportOf(p) === 'american_football' ? p.kind.replace('_', ' ') : playTitle(p))}</bdi
          ></span
        >
      </span>
      <span class="gain">
        ${points >= 1 ? html`<b style="color:${colors[side].text}">${names[side]} ${signedPoints(points / 100)}<span class="unit">%</span></b>` : nothing}
        ${scored ? html`<span>${scoreKind(p)} ${p.score_after.away}–${p.score_after.home}</span>` : nothing}
      </span>
    </div>`;
  }

  private pick(id: string | null): void {
    this.picked = true;
    this.tell(id);
  }

  private tell(id: string | null): void {
    this.selected = id;
    this.dispatchEvent(
      new CustomEvent<PlaySelect>('play-select', { detail: { id }, bubbles: true, composed: true }),
    );
  }

  private readonly keyed = (event: KeyboardEvent): void => {
    const plays = this.game?.plays ?? [];
    const at = plays.findIndex((p) => p.play_id === this.selected);
    const last = plays.length - 1;
    const moves: Record<string, number> = {
      ArrowDown: at < 0 ? last : Math.max(0, at - 1),
      ArrowUp: at < 0 ? last : Math.min(last, at + 1),
      Home: last,
      End: 0,
    };
    const to = moves[event.key];
    if (to === undefined && event.key !== 'Escape') return;
    event.preventDefault();
    this.tell(to === undefined ? null : (plays[to]?.play_id ?? null));
  };
}

customElements.define('play-list', PlayList);

declare global {
  interface HTMLElementTagNameMap {
    'play-list': PlayList;
  }
}
