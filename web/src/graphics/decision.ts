import { html, svg, type TemplateResult } from 'lit';
import { readable } from '../model/color';
import { decimal, percent } from '../model/format';
import { OgrafGraphic } from './base';
import { type DecisionData, type OptionData, team } from './data';
import { colors, look, SURFACE } from './look';

const points = (p: number): string => decimal(p * 100);

/** Fourth down or try: the sentence first, then what each option is worth and how well that is known. */
export default class DecisionGraphic extends OgrafGraphic<DecisionData> {
  protected readonly stepCount = 1;

  protected content(data: Partial<DecisionData>): TemplateResult {
    const side = team(data.team, '');
    const paint = colors(side, null).home;
    const options = data.options ?? [];
    const title = data.kind === 'try' ? 'After the touchdown' : 'Fourth down';
    return html`${look}
      <style>
        .decision {
          right: 96px;
          bottom: 304px;
          width: 720px;
          display: grid;
          grid-template-columns: 12px minmax(0, 1fr);
        }
        .body {
          padding: 14px 20px 16px 20px;
        }
        .top {
          display: flex;
          justify-content: space-between;
          gap: 16px;
          white-space: nowrap;
        }
        .top b {
          font-weight: 700;
        }
        .verdict {
          display: flex;
          align-items: baseline;
          justify-content: space-between;
          margin: 0 0 6px;
          font-size: 46px;
          line-height: 1.15;
          font-weight: 650;
          letter-spacing: -0.01em;
        }
        .verdict span {
          font-size: 22px;
          font-weight: 400;
          letter-spacing: 0;
          color: var(--muted);
        }
        .row {
          display: grid;
          grid-template-columns: 188px minmax(0, 1fr) 112px 92px 92px;
          align-items: center;
          height: 42px;
          font-size: 28px;
        }
        .row > :nth-child(n + 3) {
          text-align: right;
        }
        .heads {
          height: 28px;
          font-size: 20px;
          color: var(--muted);
        }
        .first {
          font-weight: 650;
        }
        .row svg {
          width: 100%;
          height: 20px;
          overflow: visible;
        }
        .row .usual,
        .row .works {
          font-weight: 400;
          color: var(--muted);
        }
      </style>
      <div class="panel decision">
        <i style="background:${paint.fill}"></i>
        <div class="body">
          <div class="top small">
            <b style="color:${readable(paint.text, SURFACE, 4.6)}">${side.abbr} ${title.toLowerCase()}</b>
            <span>${data.situation ?? ''}</span>
          </div>
          <p class="verdict">
            ${data.verdict ?? ''}
            <span>${this.margin(data)}</span>
          </p>
          <div class="row heads">
            <span></span><span></span><span>to win</span><span>works</span><span>coaches</span>
          </div>
          ${options.map((o, i) => this.option(o, i === 0 && !data.tossUp, options))}
        </div>
      </div>`;
  }

  private margin({ tossUp, edge, breakEven }: Partial<DecisionData>): string {
    const said = tossUp ? [] : [`+${points(edge ?? 0)}% to win`];
    if (breakEven != null) said.push(`breaks even at ${percent(breakEven)}`);
    return said.join(' · ');
  }

  private option(option: OptionData, first: boolean, all: OptionData[]): TemplateResult {
    const low = Math.min(...all.map((o) => o.wpLow));
    const high = Math.max(...all.map((o) => o.wpHigh));
    const room = Math.max(0.06, (high - low) * 1.2);
    const x = (p: number): string => `${(50 + ((p - (low + high) / 2) / room) * 100).toFixed(2)}%`;
    return html`<div class="row ${first ? 'first' : ''}">
      <span>${option.name}</span>
      ${svg`<svg aria-hidden="true">
        <line x1="0" x2="100%" y1="10" y2="10" stroke="var(--line)" stroke-width="2"></line>
        <line x1=${x(option.wpLow)} x2=${x(option.wpHigh)} y1="10" y2="10"
          stroke="var(--mark)" stroke-width="8" stroke-linecap="round"></line>
        <circle cx=${x(option.wp)} cy="10" r="8" fill="var(--text)"></circle>
      </svg>`}
      <span>${points(option.wp)}<span class="unit">%</span></span>
      <span class="works">${option.success == null ? '–' : percent(option.success)}</span>
      <span class="usual">${option.usual == null ? '–' : percent(option.usual, true)}</span>
    </div>`;
  }
}
