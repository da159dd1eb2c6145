import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { CrowdSeen, FansFact, GazeShares } from '../../model/crowd';
import { decimal, integer, percent, signed, signedPoints, since } from '../../model/format';
import type { GameInfo, Side } from '../../model/types';
import { abbrs } from '../../model/words';
import { pct } from '../figures';
import { Ground } from '../ground';
import { shared } from '../shared';

const ORDER = { away: 0, home: 1 };
/** Visitors, home, then those who are no side's. */
const place = (side: Side | null): number => (side ? ORDER[side] : 2);

/** People in the stands and before screens, never fewer than five together: hearts, who is on their feet, eyes. */
export class FanPanel extends LitElement {
  @property({ attribute: false }) fans: FansFact[] = [];
  @property({ attribute: false }) seen: CrowdSeen[] = [];
  @property({ attribute: false }) gaze: GazeShares | null = null;
  @property({ attribute: false }) info: GameInfo | null = null;
  /** The crowd's own time, in milliseconds. */
  @property({ type: Number }) now = 0;
  private readonly ground = new Ground(this);

  static override styles = [
    shared,
    css`
      .groups {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 260px), 1fr));
        gap: 10px 28px;
        margin-block-start: 10px;
      }
      ul {
        list-style: none;
        margin: 2px 0 0;
        padding: 0;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0 12px;
        align-items: baseline;
        padding-block: 5px;
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .who {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .figure {
        font-size: var(--s3);
        font-weight: 700;
        white-space: nowrap;
      }
      .note {
        grid-column: 1 / -1;
        font-size: var(--s1);
        color: var(--muted);
      }
      .note b {
        color: var(--text);
        font-weight: 600;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<h2 class="head">Stands and screens</h2>
      <div class="groups">${this.hearts()} ${this.feet()} ${this.eyes()}</div>`;
  }

  private who(side: Side | null, rest: string): TemplateResult {
    const colors = this.ground.teams(this.info?.home ?? null, this.info?.away ?? null);
    return side
      ? html`<span class="who" style="color:${colors[side].text}">${abbrs(this.info)[side]}</span>`
      : html`<span class="who">${rest}</span>`;
  }

  private silent(at: number): TemplateResult | typeof nothing {
    const ms = this.now - at / 1000;
    return ms > 5000 ? html` · <b>silent for ${since(ms)}</b>` : nothing;
  }

  private hearts(): TemplateResult | typeof nothing {
    const fans = this.fans.slice().sort((a, b) => place(a.side) - place(b.side));
    if (fans.length === 0) return nothing;
    return html`<div>
      <h3 class="head">Hearts</h3>
      <ul>
        ${repeat(
          fans,
          (f) => f.side ?? 'all',
          (f) =>
            html`<li>
              ${this.who(f.side, 'All fans')}
              <span class="figure" dir="ltr">${integer(f.median_bpm)}<span class="unit">bpm</span></span>
              <span class="note"
                ><bdi dir="ltr"
                  ><b>${signed(Math.round(f.median_rise_bpm) + 0, 0)}</b> over their own usual · over 110:
                  <b>${percent(f.over_110_share, true)}</b
                  >${f.mean_rmssd_z == null ? nothing : html` · variability ${signed(f.mean_rmssd_z)} SD`} ·
                  ${integer(f.wearers)} wearers${this.silent(f.at)}</bdi
                ></span
              >
            </li>`,
        )}
      </ul>
    </div>`;
  }

  private feet(): TemplateResult | typeof nothing {
    const seen = this.seen.slice().sort((a, b) => place(a.side) - place(b.side));
    if (seen.length === 0) return nothing;
    return html`<div>
      <h3 class="head">On their feet</h3>
      <ul>
        ${repeat(
          seen,
          (s) => s.side ?? 'all',
          (s) =>
            html`<li>
              ${this.who(s.side, 'Other stands')}
              <span class="figure">${pct(s.share, true)}</span>
              <span class="note"
                ><bdi dir="ltr"
                  ><b>${signedPoints(s.above_usual)}</b> points against usual · ${integer(s.sections)}
                  ${s.sections === 1 ? 'part' : 'parts'} of the stands in sight${this.silent(s.at)}</bdi
                ></span
              >
            </li>`,
        )}
      </ul>
    </div>`;
  }

  private eyes(): TemplateResult | typeof nothing {
    const { gaze } = this;
    if (!gaze) return nothing;
    return html`<div>
      <h3 class="head">Eyes</h3>
      <ul>
        ${repeat(
          gaze.regions,
          (r) => r.region,
          (r) =>
            html`<li>
              <span class="who">${r.region.replaceAll('_', ' ')}</span>
              <span class="figure">${pct(r.share, true)}</span>
              <span class="note"
                ><bdi dir="ltr"
                  >${r.dwell_p50_ms == null ? 'too few to say how long' : html`half have looked for <b>${decimal(r.dwell_p50_ms / 1000)} s</b> or less`}</bdi
                ></span
              >
            </li>`,
        )}
      </ul>
      <p class="note">
        <bdi dir="ltr"
          >Of ${integer(gaze.viewers)} viewers ${percent(gaze.away, true)} look
          away${this.silent(gaze.at)}</bdi
        >
      </p>
    </div>`;
  }
}

customElements.define('fan-panel', FanPanel);
