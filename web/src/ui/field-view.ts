import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { alpha } from '../model/color';
import type { NextPlay, Side, Spot, Team } from '../model/types';
import { abbrs, situationText } from '../model/words';
import { Ground } from './ground';

/** Yards of an end zone. */
const ZONE = 10;
const LENGTH = 120;

/**
 * The field to scale: the line of scrimmage, the line to gain and the drive so far. The home side's own goal
 * is on the left, so that home always attacks to the right.
 */
export class FieldView extends LitElement {
  @property({ attribute: false }) home: Team | null = null;
  @property({ attribute: false }) away: Team | null = null;
  @property({ attribute: false }) spot: Spot | null = null;
  @property() next: NextPlay = 'scrimmage';
  /** Yards to goal at each snap of the drive in progress, its first snap first. */
  @property({ attribute: false }) drive: number[] = [];
  /** A strip instead of the whole width of the field. */
  @property({ type: Boolean, reflect: true }) strip = false;
  @state() private width = 200;

  private readonly ground = new Ground(this);
  private readonly observer = new ResizeObserver(([entry]) => {
    if (entry!.contentRect.width > 0) this.width = entry!.contentRect.width;
  });

  static override styles = css`
    :host {
      display: block;
      direction: ltr;
    }
    svg {
      display: block;
      width: 100%;
      height: auto;
      border-radius: 4px;
      overflow: hidden;
    }
    text {
      font-family: var(--font);
      font-weight: 600;
    }
    .turf {
      fill: var(--raised);
    }
    .yard {
      stroke: var(--line);
    }
    .number {
      fill: var(--muted);
    }
    .gain {
      stroke: var(--text);
    }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  /** Yards from the left edge, end zone included, for a distance from the goal that `side` attacks. */
  private place(side: Side, toGoal: number): number {
    return ZONE + (side === 'home' ? 100 - toGoal : toGoal);
  }

  override render(): TemplateResult {
    const depth = this.strip ? 10 : 53.3;
    const colors = this.ground.teams(this.home, this.away);
    const names = abbrs({ home: this.home, away: this.away });
    const spot = this.spot;
    // A pixel of the screen, in yards: marks and letters keep their size when the field shrinks.
    const px = LENGTH / Math.max(60, this.width);
    const letter = Math.max(11 * px, 3.2);
    const label = spot ? situationText(spot, this.next, names) : 'No snap';
    const owner = spot?.possession ? `, ${names[spot.possession]} ball` : '';
    return html`<svg role="img" aria-label="Field: ${label}${owner}" viewBox="0 0 ${LENGTH} ${depth}">
      <rect class="turf" width=${LENGTH} height=${depth}></rect>
      ${this.zone(0, depth, colors.home, names.home, letter, px)}
      ${this.zone(LENGTH - ZONE, depth, colors.away, names.away, letter, px)} ${this.yards(depth, letter, px)}
      ${spot?.possession && spot.yards_to_goal != null && this.next !== 'over' ? this.ball(spot, depth, px) : nothing}
    </svg>`;
  }

  private zone(
    x: number,
    depth: number,
    color: { fill: string; on: string },
    name: string,
    letter: number,
    px: number,
  ) {
    const size = Math.min(letter * 1.05, (depth / Math.max(3, name.length)) * 1.35, 8);
    const middle = x + ZONE / 2;
    return svg`<g>
      <rect x=${x} width=${ZONE} height=${depth} fill=${color.fill}></rect>
      ${
        this.strip && this.width < 420
          ? nothing
          : svg`<text x=${middle} y=${depth / 2} font-size=${size} fill=${color.on} text-anchor="middle"
              dominant-baseline="central" transform="rotate(${x === 0 ? -90 : 90} ${middle} ${depth / 2})">${name}</text>`
      }
      <line x1=${x === 0 ? ZONE : x} x2=${x === 0 ? ZONE : x} y1="0" y2=${depth} stroke="var(--mark)" stroke-width=${px}></line>
    </g>`;
  }

  private yards(depth: number, letter: number, px: number) {
    const every = this.width >= 420 ? 5 : 10;
    const lines = [];
    for (let y = every; y < 100; y += every) {
      const x = ZONE + y;
      lines.push(
        svg`<line class="yard" x1=${x} x2=${x} y1="0" y2=${depth} stroke-width=${px} opacity=${y % 10 ? 0.5 : 1}></line>`,
      );
      const numbered =
        !this.strip && y % 10 === 0 && (this.width >= 320 || y % 50 === 20 || y === 50 || y === 80);
      if (numbered && !(this.width < 320 && y === 70)) {
        const text = y > 50 ? 100 - y : y;
        lines.push(
          svg`<text class="number" x=${x} y=${depth - letter * 0.5} font-size=${letter} text-anchor="middle">${text}</text>`,
        );
      }
    }
    return lines;
  }

  private ball(spot: Spot, depth: number, px: number) {
    const side = spot.possession!;
    const colors = this.ground.teams(this.home, this.away);
    const color = colors[side];
    const at = this.place(side, spot.yards_to_goal!);
    const forward = side === 'home' ? 1 : -1;
    const middle = depth / 2;
    const scrimmage = this.next === 'scrimmage' && spot.down;
    const gain =
      scrimmage && spot.distance != null && spot.distance < spot.yards_to_goal!
        ? at + forward * spot.distance
        : null;
    const half = this.strip ? 2 : 5;
    const snaps = scrimmage ? this.drive.map((toGoal) => this.place(side, toGoal)) : [];
    const start = snaps[0];
    const arrow = Math.min(Math.max(6 * px, 1.4), 2.6);
    return svg`
      ${
        start === undefined
          ? nothing
          : svg`<rect x=${Math.min(start, at)} width=${Math.abs(at - start)} y=${middle - half} height=${half * 2}
                fill=${alpha(color.fill, 0.55)}></rect>
              <line x1=${start} x2=${start} y1=${middle - half * 1.5} y2=${middle + half * 1.5} stroke=${color.text} stroke-width=${1.5 * px}></line>
              ${snaps
                .slice(1)
                .map(
                  (s) =>
                    svg`<line x1=${s} x2=${s} y1=${middle - half} y2=${middle + half} stroke="var(--surface)" stroke-width=${1.5 * px}></line>`,
                )}`
      }
      ${
        gain === null
          ? nothing
          : svg`<line class="gain" x1=${gain} x2=${gain} y1="0" y2=${depth} stroke-width=${2 * px} stroke-dasharray="${5 * px} ${3 * px}"></line>
            <path d="M${gain} 0h${forward * 7 * px}l${-forward * 7 * px} ${6 * px}z" fill="var(--text)"></path>`
      }
      <line x1=${at} x2=${at} y1="0" y2=${depth} stroke=${color.text} stroke-width=${2.5 * px}></line>
      <path d="M${at} ${middle - arrow * 1.5}L${at + forward * arrow * 1.9} ${middle}L${at} ${middle + arrow * 1.5}z"
        fill=${color.text} stroke="var(--surface)" stroke-width=${px}></path>`;
  }
}

if (!customElements.get('field-view')) customElements.define('field-view', FieldView);

declare global {
  interface HTMLElementTagNameMap {
    'field-view': FieldView;
  }
}
