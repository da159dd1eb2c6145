import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { css, html, LitElement, nothing, type PropertyValues, svg, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { GameColors } from '../model/color';
import { integer, percent, signedPoints } from '../model/format';
import { axisEnd, type ChartMark, type ChartModel, lineOf, nearest } from '../model/timeline';
import { type Label, placeLabels } from './chart-labels';
import { Ground } from './ground';
import { behindChart } from './behind-chart';
import { shared } from './shared';
import { washes } from './wp-spark';

/** A play was picked on the chart or let go (`null`). */
export interface PlaySelect {
  id: string | null;
}

/** Room beside the plot: for the scale, and for the dot at the end. What stands under a chart keeps to it. */
export const MARGIN = { left: 34, right: 8 };

let instances = 0;

/**
 * Win probability over a game: the home side above the line at 50 %, the visitors below it.
 *
 * Hover, touch and the arrow keys walk the plays; every step is told as a `play-select` event, and
 * `selected` moves the cursor from outside. With `plain` it is a still picture, as broadcast graphics use it.
 */
export class WpChart extends LitElement {
  @property({ attribute: false }) model: ChartModel | null = null;
  @property() selected: string | null = null;
  /** Where the cursor stands within the selected play, in seconds of the axis, when another view moves it. */
  @property({ attribute: false }) at: number | null = null;
  /** No controls, no table: for graphics. */
  @property({ type: Boolean, reflect: true }) plain = false;
  @state() private width = 640;
  @state() private height = 320;
  @state() private tableShown = false;
  @state() private said = '';

  private readonly ground = new Ground(this);
  private readonly uid = `wp${++instances}`;
  private readonly observer = new ResizeObserver(([entry]) => {
    const box = entry!.contentRect;
    if (box.width > 0) this.width = Math.round(box.width);
    if (box.height > 0) this.height = Math.round(box.height);
  });
  private hovering = false;
  private knownMarks: Set<string> | null = null;

  static override styles = [
    shared,
    behindChart,
    css`
      :host {
        direction: ltr;
      }
      .stage {
        position: relative;
        height: var(--chart-height, 340px);
        touch-action: pan-y;
        border-radius: 4px;
      }
      :host(:not([plain])) .stage {
        cursor: crosshair;
      }
      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        overflow: visible;
        font: 400 12px var(--font);
      }
      .rule {
        stroke: var(--line);
        stroke-width: 1;
      }
      .quarter {
        stroke-dasharray: 2 3;
      }
      .middle {
        stroke: var(--mark);
        stroke-width: 1;
      }
      .soft {
        fill: var(--muted);
      }
      .strong {
        fill: var(--text);
        font-weight: 600;
      }
      .label {
        paint-order: stroke;
        stroke: var(--surface);
        stroke-width: 4px;
        stroke-linejoin: round;
      }
      .curve {
        fill: none;
        stroke-width: 2;
        stroke-linejoin: round;
      }
      .leader {
        stroke: var(--mark);
        stroke-width: 1;
      }
      .cursor {
        stroke: var(--text);
        stroke-width: 1;
      }
      .step {
        stroke: var(--text);
        stroke-width: 3;
        stroke-linecap: round;
        fill: none;
      }
      .dot {
        stroke: var(--surface);
        stroke-width: 2;
      }
      .body {
        position: relative;
      }
      th,
      td {
        text-align: start;
        padding: 4px 8px;
        border-block-end: 1px solid var(--line);
        vertical-align: top;
      }
      th:nth-child(n + 4) {
        text-align: end;
      }
      td:nth-child(n + 4) {
        text-align: end;
        white-space: nowrap;
      }
      .scroll {
        overflow: auto;
        max-height: 420px;
      }
    `,
  ];

  override firstUpdated(): void {
    const stage = this.renderRoot.querySelector<HTMLElement>('.stage')!;
    this.width = stage.clientWidth || this.width;
    this.height = stage.clientHeight || this.height;
    this.observer.observe(stage);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    this.hasUpdated && queueMicrotask(() => this.isConnected && this.firstUpdated());
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('model') && this.model && !this.plain) this.announce(this.model);
  }

  /** Says a key play or a score that has just come in, politely; what was there at first is not read out. */
  private announce(model: ChartModel): void {
    const fresh = model.marks.filter((m) => this.knownMarks && !this.knownMarks.has(m.id));
    const latest = fresh.at(-1);
    if (latest) {
      const point = model.points[latest.index];
      if (point) this.said = `${latest.title}. ${point.text}. ${this.standing(point.after)}, ${point.score}`;
    }
    this.knownMarks = new Set(model.marks.map((m) => m.id));
  }

  private standing(wpHome: number): string {
    const { model } = this;
    const over = model?.final === true;
    return wpHome >= 0.5
      ? `${model?.home?.abbr ?? 'Home'} ${percent(wpHome, over)}`
      : `${model?.away?.abbr ?? 'Away'} ${percent(1 - wpHome, over)}`;
  }

  override render(): TemplateResult | typeof nothing {
    const { model } = this;
    if (!model) return html`<div class="stage"></div>`;
    const picture = this.picture(model);
    if (this.plain) {
      return html`<div class="stage" role="img" aria-label="Win probability: ${this.standing(model.now.y)}">
        ${picture}
      </div>`;
    }
    const at = this.index(model);
    return html`<div class="body">
        <div
          class="stage"
          tabindex="0"
          role="slider"
          aria-label="Win probability by play; arrow keys walk the plays"
          aria-valuemin="1"
          aria-valuemax=${Math.max(1, model.points.length)}
          aria-valuenow=${Math.max(1, at + 1)}
          aria-valuetext=${this.valueText(model, at)}
          @keydown=${this.keyed}
          @pointermove=${this.pointed}
          @pointerdown=${this.pointed}
          @pointerleave=${this.left}
        >
          ${picture}
        </div>
        <div class="vh" aria-live="polite">${this.said}</div>
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
        ${guard([model], () => this.table(model))}
      </div> `;
  }

  private index(model: ChartModel): number {
    if (!this.selected) return model.points.length - 1;
    return model.points.findIndex((p) => p.id === this.selected);
  }

  private valueText(model: ChartModel, at: number): string {
    const p = model.points[at];
    if (!p) return `Before kick-off, ${this.standing(model.now.y)}`;
    return `${p.clock}, ${p.spot ? `${p.spot}, ` : ''}${p.text}, ${this.standing(p.after)}, score ${p.score}`;
  }

  private table(model: ChartModel): TemplateResult {
    return html`<table>
      <caption>
        Every play with home win probability after it
      </caption>
      <thead>
        <tr>
          <th scope="col">Clock</th>
          <th scope="col">Situation</th>
          <th scope="col">Play</th>
          <th scope="col">Score</th>
          <th scope="col">${model.home?.abbr ?? 'Home'} WP</th>
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          model.points,
          (p) => p.id,
          (p) =>
            html`<tr>
              <td>${p.clock}</td>
              <td>${p.spot}</td>
              <td>${p.text}</td>
              <td>${p.score}</td>
              <td>${percent(p.after, model.final)}</td>
              <td>${signedPoints(p.after - p.before)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  /** Where the plot lies within the stage. */
  private get plot(): { top: number; bottom: number; left: number; right: number } {
    if (this.plain) return { top: 4, bottom: this.height - 4, left: 1, right: this.width - 8 };
    // Room for the scores above and below, the quarters at the foot, and the scale at the side.
    return { top: 22, bottom: this.height - 42, left: MARGIN.left, right: this.width - MARGIN.right };
  }

  private scales(model: ChartModel) {
    const { top, bottom, left, right } = this.plot;
    return {
      x: scaleLinear([0, axisEnd(model.spans)], [left, right]),
      y: scaleLinear([1, 0], [top, bottom]),
    };
  }

  private picture(model: ChartModel): TemplateResult {
    const { x, y } = this.scales(model);
    const { top, bottom, left, right } = this.plot;
    const colors = this.ground.teams(model.home, model.away);
    const path = lineOf(model);
    const curve =
      line<[number, number]>(
        ([t]) => x(t),
        ([, v]) => y(v),
      )(path) ?? '';
    const wash =
      area<[number, number]>(
        ([t]) => x(t),
        y(0.5),
        ([, v]) => y(v),
      )(path) ?? '';
    const middle = y(0.5);
    return html`<svg aria-hidden="true" viewBox="0 0 ${this.width} ${this.height}">
      <clipPath id="${this.uid}-h">
        <rect x=${left} y=${top - 3} width=${right - left} height=${middle - top + 3}></rect>
      </clipPath>
      <clipPath id="${this.uid}-a">
        <rect x=${left} y=${middle} width=${right - left + 2} height=${bottom - middle + 3}></rect>
      </clipPath>
      ${washes(this.uid, colors, top, bottom)} ${this.rules(model, x, y)}
      <g clip-path="url(#${this.uid}-h)">
        <path class="wash" d=${wash} fill="url(#${this.uid}-gh)"></path>
      </g>
      <g clip-path="url(#${this.uid}-a)">
        <path class="wash" d=${wash} fill="url(#${this.uid}-ga)"></path>
      </g>
      <line class="middle" x1=${left} x2=${right} y1=${middle} y2=${middle}></line>
      <path class="curve" d=${curve} stroke="var(--text)"></path>
      ${this.plain ? nothing : this.scoring(model, colors, x)} ${this.nowDot(model, colors, x, y)}
      ${
        this.plain
          ? nothing
          : this.keyPlays(
              model,
              path.map(([t, v]) => ({ x: x(t), y: y(v) })),
              x,
              y,
            )
      }
      ${this.plain ? nothing : this.cursor(model, colors, x, y)}
    </svg>`;
  }

  private rules(model: ChartModel, x: (v: number) => number, y: (v: number) => number) {
    const { top, bottom, left, right } = this.plot;
    return svg`
      ${[0, 0.25, 0.75, 1].map(
        (v) =>
          svg`<line class="rule" x1=${left} x2=${right} y1=${y(v)} y2=${y(v)} opacity=${v % 1 ? 0.6 : 1}></line>`,
      )}
      ${model.spans
        .slice(1)
        .map(
          (s) =>
            svg`<line class="rule quarter" x1=${x(s.start)} x2=${x(s.start)} y1=${top} y2=${bottom}></line>`,
        )}
      ${
        this.plain
          ? nothing
          : svg`${this.scale(model, y)}
            ${model.spans.map(
              (s) =>
                svg`<text class="soft" x=${x(s.start + s.length / 2)} y=${this.height - 4} text-anchor="middle">${s.label}</text>`,
            )}
          `
      }`;
  }

  /** The scale: each side's own chance, counted from the middle outwards. */
  private scale(model: ChartModel, y: (v: number) => number) {
    const colors = this.ground.teams(model.home, model.away);
    const { top, bottom, left } = this.plot;
    return svg`
      <text x="0" y=${top - 9} font-weight="700" fill=${colors.home.text}>${model.home?.abbr ?? 'Home'}</text>
      <text x="0" y=${bottom + 19} font-weight="700" fill=${colors.away.text}>${model.away?.abbr ?? 'Away'}</text>
      ${[1, 0.75, 0.5, 0.25, 0].map(
        (v) =>
          svg`<text class="soft" font-size="11" x=${left - 6} y=${y(v) + 4} text-anchor="end">${integer(100 * Math.max(v, 1 - v))}</text>`,
      )}`;
  }

  /** Triangles on the edge of the side that scored, with the kind of points. */
  private scoring(model: ChartModel, colors: GameColors, x: (v: number) => number) {
    const { top, bottom } = this.plot;
    const at = (m: ChartMark): number => x(model.points[m.index]?.x1 ?? 0);
    return (['home', 'away'] as const).map((side) => {
      const scores = model.marks.filter((m) => m.score && m.side === side && model.points[m.index]);
      const home = side === 'home';
      const edge = home ? top - 4 : bottom + 4;
      const tip = home ? edge - 6 : edge + 6;
      return scores.map((m, i) => {
        const here = at(m);
        const [before, after] = [scores[i - 1], scores[i + 1]];
        // At the very edge the dot of where the game stands takes the room beside its mark.
        const dot = Math.abs(here - x(model.now.x)) < 8 && model.now.y === (home ? 1 : 0) ? 7 : 0;
        // The word goes where there is room for it; two scores close together keep their marks alone.
        const right = here + 30 < Math.min(this.width, after ? at(after) - 6 : Number.POSITIVE_INFINITY);
        const left = here - 30 > (before ? at(before) + 26 : 30);
        return svg`<g>
          <path d="M${here - 4} ${edge}h8L${here} ${tip}z" fill=${colors[side].fill}></path>
          ${
            right || left
              ? svg`<text x=${right ? here + 6 + dot : here - 6 - dot} y=${home ? edge + 1 : edge + 7} font-size="11"
                  text-anchor=${right ? 'start' : 'end'} fill=${colors[side].text}>${m.score}</text>`
              : nothing
          }
        </g>`;
      });
    });
  }

  private keyPlays(
    model: ChartModel,
    curve: { x: number; y: number }[],
    x: (v: number) => number,
    y: (v: number) => number,
  ) {
    const marks = model.marks.filter((m): m is ChartMark & { rank: number } => m.rank !== undefined);
    const { top, bottom } = this.plot;
    const wanted = marks
      .filter((m) => model.points[m.index])
      .sort((a, b) => a.rank - b.rank)
      .map((m): Label => {
        const p = model.points[m.index]!;
        const text = `${m.title}, ${this.gainer(model, m)} ${signedPoints(Math.abs(m.wpa))}`;
        return { id: m.id, rank: m.rank, text, x: x(p.x1), y: y(p.after), above: p.after >= 0.5 };
      });
    const { left, right } = this.plot;
    const placed = placeLabels(wanted, curve, { left, right, top, bottom }, this.width >= 560);
    return placed.map(
      (l) => svg`<g>
        ${l.at ? svg`<line class="leader" x1=${l.x} y1=${l.y} x2=${l.at.leadX} y2=${l.at.leadY}></line>` : nothing}
        <circle cx=${l.x} cy=${l.y} r="8.5" fill="var(--text)" stroke="var(--surface)" stroke-width="2"></circle>
        <text x=${l.x} y=${l.y + 4} text-anchor="middle" font-size="11" font-weight="700" fill="var(--surface)">${l.rank}</text>
        ${l.at ? svg`<text class="strong label" x=${l.at.x} y=${l.at.y} text-anchor=${l.at.anchor}>${l.text}</text>` : nothing}
      </g>`,
    );
  }

  private gainer(model: ChartModel, mark: ChartMark): string {
    return (mark.wpa >= 0 ? model.home?.abbr : model.away?.abbr) ?? (mark.wpa >= 0 ? 'Home' : 'Away');
  }

  private nowDot(model: ChartModel, colors: GameColors, x: (v: number) => number, y: (v: number) => number) {
    const side = model.now.y >= 0.5 ? 'home' : 'away';
    return svg`<circle class="dot" cx=${x(model.now.x)} cy=${y(model.now.y)} r="6" fill=${colors[side].fill}></circle>`;
  }

  private cursor(model: ChartModel, colors: GameColors, x: (v: number) => number, y: (v: number) => number) {
    const p = this.selected ? model.points[this.index(model)] : undefined;
    if (!p) return nothing;
    const { top, bottom } = this.plot;
    const side = p.after >= 0.5 ? 'home' : 'away';
    const here = x(this.at ?? p.x1);
    return svg`
      <line class="cursor" x1=${here} x2=${here} y1=${top} y2=${bottom}></line>
      <path class="step" d="M${x(p.x0)} ${y(p.before)}L${x(p.x1)} ${y(p.after)}"></path>
      <circle class="dot" cx=${x(p.x1)} cy=${y(p.after)} r="7" fill=${colors[side].fill}></circle>`;
  }

  private select(id: string | null): void {
    if (id === this.selected) return;
    this.selected = id;
    this.dispatchEvent(
      new CustomEvent<PlaySelect>('play-select', { detail: { id }, bubbles: true, composed: true }),
    );
  }

  private readonly pointed = (event: PointerEvent): void => {
    const { model } = this;
    if (!model || model.points.length === 0) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const t = this.scales(model).x.invert(event.clientX - box.left);
    const point = model.points[nearest(model.points, t)];
    if (point) this.select(point.id);
    this.hovering = event.type === 'pointermove' && event.pointerType === 'mouse' && event.buttons === 0;
  };

  /** A mouse that leaves lets go of what it only passed over; a click or a touch holds. */
  private readonly left = (): void => {
    if (this.hovering) this.select(null);
    this.hovering = false;
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const { model } = this;
    if (!model || model.points.length === 0) return;
    const last = model.points.length - 1;
    const at = this.index(model);
    const keys = model.marks.map((m) => m.index);
    const moves: Record<string, () => number | null> = {
      ArrowRight: () => Math.min(last, at + (this.selected ? 1 : 0)),
      ArrowLeft: () => Math.max(0, at - (this.selected ? 1 : 0)),
      ArrowUp: () => Math.max(0, ...keys.filter((k) => k < at)),
      ArrowDown: () => Math.min(last, ...keys.filter((k) => k > at)),
      PageUp: () => Math.max(0, at - 10),
      PageDown: () => Math.min(last, at + 10),
      Home: () => 0,
      End: () => last,
      Escape: () => null,
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const to = move();
    this.select(to === null ? null : (model.points[to]?.id ?? null));
  };
}

if (!customElements.get('wp-chart')) customElements.define('wp-chart', WpChart);

declare global {
  interface HTMLElementTagNameMap {
    'wp-chart': WpChart;
  }
}
