import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { MomentFact, TrailPoint } from '../../model/crowd';
import { intensityWord, momentTitle } from '../../model/crowd-words';
import type { GameColors } from '../../model/color';
import { integer, timeOfDay } from '../../model/format';
import { cluster, type Column, columns, minutes, pointAt, type StripAxis } from '../../model/strip';
import type { GameInfo } from '../../model/types';
import { abbrs } from '../../model/words';
import { Ground } from '../ground';
import { behindChart } from '../behind-chart';
import { shared } from '../shared';
import { MARGIN } from '../wp-chart';
import { washes } from '../wp-spark';
import type { MomentSelect } from './moment-list';
import { momentum } from './now';
import { momentShape } from './shapes';

/** A time of day was pointed at, in milliseconds, or let go (`null`). */
export interface TimeSelect {
  at_ms: number | null;
}

/** Marks of moments stand this far apart at least, so that each can be touched. */
const MARK = 26;
/** Where things stand, from the top: marks, the strip, the intensity, the words at the foot. */
const TOP = 30;
const STRIP = 112;
const LANE = 34;
const FOOT = 22;

let instances = 0;

/**
 * Momentum over a game: each side's number outwards from one centre line, home up and the visitors down, filled with the
 * team's colour where it is with the side; where it is against it, a thin line crosses to the other half. Under it how
 * stirred people are. It shares the chart's axis and its cursor.
 */
export class MomentumStrip extends LitElement {
  @property({ attribute: false }) trail: TrailPoint[] = [];
  @property({ attribute: false }) moments: MomentFact[] = [];
  @property({ attribute: false }) axis: StripAxis | null = null;
  @property({ attribute: false }) info: GameInfo | null = null;
  /** Where the cursor stands, in milliseconds. */
  @property({ type: Number }) at: number | null = null;
  @property({ type: Number }) selected: number | null = null;
  @state() private width = 640;
  @state() private tableShown = false;

  private readonly ground = new Ground(this);
  private readonly uid = `ms${++instances}`;
  private readonly observer = new ResizeObserver(([entry]) => {
    const { width } = entry!.contentRect;
    if (width > 0) this.width = Math.round(width);
  });
  private hovering = false;
  private drawn: { trail: TrailPoint[]; axis: StripAxis; count: number; pieces: Column[][] } | null = null;

  static override styles = [
    shared,
    behindChart,
    css`
      :host {
        direction: ltr;
      }
      .body {
        position: relative;
      }
      .stage {
        position: relative;
        touch-action: pan-y;
        border-radius: 4px;
        cursor: crosshair;
      }
      svg.picture {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        overflow: visible;
        font: 400 12px var(--font);
      }
      .rule {
        stroke: var(--line);
      }
      .quarter {
        stroke-dasharray: 2 3;
      }
      .centre {
        stroke: var(--mark);
      }
      .soft {
        fill: var(--muted);
        font-size: 11px;
      }
      .edge {
        fill: none;
        stroke-width: 1.25;
        stroke-linejoin: round;
      }
      /* Against the side: there to be read, and out of the way of a glance. */
      .against {
        stroke-width: 1;
        opacity: 0.55;
      }
      .cursor {
        stroke: var(--text);
      }
      .marks {
        position: absolute;
        inset: 0 0 auto;
        height: 24px;
      }
      .marks button {
        position: absolute;
        top: 0;
        width: 24px;
        height: 24px;
        min-height: 24px;
        padding: 0;
        margin-inline-start: -12px;
        justify-content: center;
        border-color: transparent;
        border-radius: 50%;
        gap: 0;
      }
      .marks button[aria-pressed='true'] {
        border-color: var(--text);
        background: var(--raised);
      }
      .shape {
        width: 10px;
        height: 10px;
      }
      .more {
        position: absolute;
        inset: -4px -5px auto auto;
        font-size: 10px;
        font-weight: 700;
        color: var(--muted);
      }
      .tools {
        inset-block-end: -4px;
      }
      th,
      td {
        text-align: end;
        padding: 4px 8px;
        border-block-end: 1px solid var(--line);
      }
      th:first-child,
      td:first-child,
      th:last-child,
      td:last-child {
        text-align: start;
      }
      .scroll {
        overflow: auto;
        max-height: 320px;
      }
    `,
  ];

  override firstUpdated(): void {
    const stage = this.renderRoot.querySelector<HTMLElement>('.stage');
    if (!stage) return;
    this.width = stage.clientWidth || this.width;
    this.observer.observe(stage);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    this.hasUpdated && queueMicrotask(() => this.isConnected && this.firstUpdated());
  }

  private get scale() {
    return scaleLinear(
      [this.axis!.start, this.axis!.end],
      [MARGIN.left, Math.max(MARGIN.left + 1, this.width - MARGIN.right)],
    );
  }

  private pieces(axis: StripAxis): Column[][] {
    const count = this.width - MARGIN.left - MARGIN.right;
    const { drawn, trail } = this;
    if (drawn?.trail !== trail || drawn.axis !== axis || drawn.count !== count) {
      this.drawn = { trail, axis, count, pieces: columns(trail, axis, count) };
    }
    return this.drawn!.pieces;
  }

  override render(): TemplateResult {
    const { axis } = this;
    const height = TOP + STRIP + LANE + FOOT;
    if (!axis) return html`<div class="stage" style="height:${height}px"></div>`;
    const colors = this.ground.teams(this.info?.home ?? null, this.info?.away ?? null);
    const at = this.index();
    return html`<div class="body">
        <div
          class="stage"
          style="height:${height}px"
          tabindex="0"
          role="slider"
          aria-label="Momentum by time; arrow keys walk it, up and down go from moment to moment"
          aria-valuemin="1"
          aria-valuemax=${Math.max(1, this.trail.length)}
          aria-valuenow=${Math.max(1, at + 1)}
          aria-valuetext=${this.valueText(axis, at)}
          @keydown=${this.keyed}
          @pointermove=${this.pointed}
          @pointerdown=${this.pointed}
          @pointerleave=${this.left}
        >
          ${this.picture(axis, colors, height)}
        </div>
        <div class="marks" role="group" aria-label="Moments">${this.marks(axis, colors)}</div>
        <div class="tools">
          <button
            aria-expanded=${this.tableShown}
            @click=${() => {
              this.tableShown = !this.tableShown;
            }}
          >
            ${this.tableShown ? 'Hide table' : 'Table'}
          </button>
        </div>
      </div>
      <div class=${this.tableShown ? 'scroll' : 'vh'} tabindex=${this.tableShown ? 0 : -1}>
        ${guard([Math.floor((this.trail.at(-1)?.at_ms ?? 0) / 60_000), this.trail.length === 0, this.moments, axis.kind], () => this.table(axis))}
      </div>`;
  }

  private index(): number {
    return this.at === null ? this.trail.length - 1 : pointAt(this.trail, this.at);
  }

  private valueText(axis: StripAxis, index: number): string {
    const p = this.trail[index];
    if (!p) return 'No momentum yet';
    const names = abbrs(this.info);
    return `${axis.name(p.at_ms)}, ${names.home} ${momentum(p.home)}, ${names.away} ${momentum(p.away)}, intensity ${integer(p.intensity)}, ${intensityWord(p.intensity)}`;
  }

  private picture(axis: StripAxis, colors: GameColors, height: number): TemplateResult {
    const x = this.scale;
    const [left, right] = x.range() as [number, number];
    const middle = TOP + STRIP / 2;
    const y = scaleLinear([100, -100], [TOP, TOP + STRIP]);
    const floor = TOP + STRIP + LANE;
    const heat = scaleLinear([0, 100], [floor, floor - LANE + 8]);
    const names = abbrs(this.info);
    const pieces = this.pieces(axis);
    const edge = (value: (c: Column) => number): string =>
      pieces
        .map(
          (p) =>
            line<Column>(
              (c) => x(c.x),
              (c) => value(c),
            )(p) ?? '',
        )
        .join('');
    const fill = (value: (c: Column) => number, from: number): string =>
      pieces
        .map(
          (p) =>
            area<Column>(
              (c) => x(c.x),
              from,
              (c) => value(c),
            )(p) ?? '',
        )
        .join('');
    const home = (c: Column): number => y(c.home);
    const away = (c: Column): number => y(-c.away);
    const cursor = this.at === null ? null : axis.x(this.at);
    return html`<svg class="picture" aria-hidden="true" viewBox="0 0 ${this.width} ${height}">
      ${washes(this.uid, colors, TOP, TOP + STRIP)}
      ${[TOP, TOP + STRIP, floor].map((at) => svg`<line class="rule" x1=${left} x2=${right} y1=${at} y2=${at}></line>`)}
      ${axis.rules.map(
        (r) => svg`<line class="rule quarter" x1=${x(r.x)} x2=${x(r.x)} y1=${TOP} y2=${floor}></line>
          ${axis.kind === 'wall' && x(r.x) < right - 70 ? svg`<text class="soft" x=${x(r.x)} y=${height - 6} text-anchor="middle">${r.label}</text>` : nothing}`,
      )}
      <path
        class="fill home"
        d=${fill((c) => Math.min(middle, home(c)), middle)}
        fill="url(#${this.uid}-gh)"
      ></path>
      <path
        class="fill away"
        d=${fill((c) => Math.max(middle, away(c)), middle)}
        fill="url(#${this.uid}-ga)"
      ></path>
      <path
        class="edge against"
        d=${edge((c) => Math.max(middle, home(c)))}
        stroke=${colors.home.text}
      ></path>
      <path
        class="edge against"
        d=${edge((c) => Math.min(middle, away(c)))}
        stroke=${colors.away.text}
      ></path>
      <path class="edge" d=${edge((c) => Math.min(middle, home(c)))} stroke=${colors.home.text}></path>
      <path class="edge" d=${edge((c) => Math.max(middle, away(c)))} stroke=${colors.away.text}></path>
      <line class="centre" x1=${left} x2=${right} y1=${middle} y2=${middle}></line>
      <path d=${fill((c) => heat(c.intensity), floor)} fill="var(--mark)" opacity="0.35"></path>
      <path class="edge" d=${edge((c) => heat(c.intensity))} stroke="var(--text)"></path>
      ${[TOP, middle, TOP + STRIP].map(
        (at) =>
          svg`<text class="soft" x=${left - 6} y=${at + 4} text-anchor="end">${integer(Math.abs(y.invert(at)))}</text>`,
      )}
      <text x="0" y=${TOP + 20} font-weight="700" fill=${colors.home.text}>${names.home}</text>
      <text x="0" y=${TOP + STRIP - 12} font-weight="700" fill=${colors.away.text}>${names.away}</text>
      <text class="soft" x="0" y=${floor - 8}>Int.</text>
      ${cursor === null ? nothing : svg`<line class="cursor" x1=${x(cursor)} x2=${x(cursor)} y1=${TOP} y2=${floor}></line>`}
    </svg>`;
  }

  private marks(axis: StripAxis, colors: GameColors) {
    const names = abbrs(this.info);
    const x = this.scale;
    const placed = this.moments.filter((m) => axis.x(m.onset / 1000) !== null);
    const groups = cluster(
      placed,
      (m) => x(axis.x(m.onset / 1000)!),
      // The selected one stands under the cursor, whatever is near it.
      (m) => (m.number === this.selected ? Number.POSITIVE_INFINITY : m.intensity),
      MARK,
    );
    const mark = ({ x: left, top, all }: (typeof groups)[number]): TemplateResult => {
      const titles = all.map((m) => `${momentTitle(m, names)}, ${axis.name(m.onset / 1000)}`).join('; ');
      const color = top.side ? colors[top.side].text : 'var(--muted)';
      return html`<button
        style="left:${Math.min(left, this.width - 12)}px;color:${color}"
        title=${titles}
        aria-label=${all.length > 1 ? `${integer(all.length)} moments: ${titles}` : titles}
        aria-pressed=${all.some((m) => m.number === this.selected)}
        @click=${() => this.pick(this.selected === top.number ? null : top.number)}
      >
        ${momentShape(top.kind)}${all.length > 1 ? html`<span class="more">${integer(all.length)}</span>` : nothing}
      </button>`;
    };
    return repeat(groups, (g) => g.top.number, mark);
  }

  private table(axis: StripAxis): TemplateResult {
    const names = abbrs(this.info);
    const rows = minutes(this.trail);
    const told = new Map<number, string[]>();
    for (const m of this.moments) {
      const minute = Math.floor(m.onset / 60e6) * 60_000;
      told.set(minute, [...(told.get(minute) ?? []), momentTitle(m, names)]);
    }
    return html`<table>
      <caption>
        Momentum by the minute, with its moments
      </caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">${names.away}</th>
          <th scope="col">${names.home}</th>
          <th scope="col">Intensity</th>
          <th scope="col">Moments</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (r) =>
            html`<tr>
              <td>${axis.kind === 'game' ? axis.name(r.at_ms) : timeOfDay(r.at_ms)}</td>
              <td>${momentum(r.away)}</td>
              <td>${momentum(r.home)}</td>
              <td>${integer(r.intensity)}</td>
              <td>${(told.get(r.at_ms) ?? []).join('; ')}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private pick(number: number | null): void {
    this.dispatchEvent(
      new CustomEvent<MomentSelect>('moment-select', { detail: { number }, bubbles: true, composed: true }),
    );
  }

  private tell(at_ms: number | null): void {
    this.dispatchEvent(
      new CustomEvent<TimeSelect>('time-select', { detail: { at_ms }, bubbles: true, composed: true }),
    );
  }

  private readonly pointed = (event: PointerEvent): void => {
    if (!this.axis || this.trail.length === 0) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    this.tell(this.axis.at(this.scale.invert(event.clientX - box.left)));
    this.hovering = event.type === 'pointermove' && event.pointerType === 'mouse' && event.buttons === 0;
  };

  /** A mouse that leaves lets go of what it only passed over; a click or a touch holds. */
  private readonly left = (): void => {
    if (this.hovering) this.tell(null);
    this.hovering = false;
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const last = this.trail.length - 1;
    if (last < 0) return;
    const at = this.index();
    const step = this.at === null ? 0 : 1;
    const here = this.trail[at]!.at_ms;
    const marks = this.moments.map((m) => m.onset / 1000).sort((a, b) => a - b);
    const to = (index: number): number => this.trail[Math.min(last, Math.max(0, index))]!.at_ms;
    const moves: Record<string, () => number | null> = {
      ArrowRight: () => to(at + step),
      ArrowLeft: () => to(at - step),
      ArrowUp: () => marks.findLast((m) => m < (this.at ?? here)) ?? here,
      ArrowDown: () => marks.find((m) => m > (this.at ?? here)) ?? here,
      PageUp: () => to(at - 30),
      PageDown: () => to(at + 30),
      Home: () => to(0),
      End: () => to(last),
      Escape: () => null,
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    this.tell(move());
  };
}

customElements.define('momentum-strip', MomentumStrip);
