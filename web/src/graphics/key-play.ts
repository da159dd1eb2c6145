import { html, type TemplateResult } from 'lit';
import { readable } from '../model/color';
import { OgrafGraphic } from './base';
import { type KeyPlayData, team } from './data';
import { colors, look, SURFACE } from './look';

/** The play that just moved the game, and by how much. Goes by itself. */
export default class KeyPlay extends OgrafGraphic<KeyPlayData> {
  protected readonly stepCount = 0;

  protected override hold_ms(): number {
    return Math.max(0, this.data.durationMs ?? 5000);
  }

  protected content(data: Partial<KeyPlayData>): TemplateResult {
    const side = team(data.team, '');
    const paint = colors(side, null).home;
    const points = Math.round((data.wpa ?? 0) * 100);
    return html`${look}
      <style>
        .key {
          left: 96px;
          bottom: 190px;
          width: 960px;
          min-height: 124px;
          display: grid;
          grid-template-columns: 12px minmax(0, 1fr) auto;
          align-items: center;
          gap: 0 24px;
          padding-right: 28px;
        }
        .key > i {
          align-self: stretch;
        }
        .words {
          padding: 16px 0;
        }
        .label {
          font-size: 22px;
          font-weight: 700;
        }
        .text {
          margin: 2px 0 0;
          font-size: 33px;
          line-height: 1.2;
          font-weight: 600;
          display: -webkit-box;
          -webkit-line-clamp: 2;
          -webkit-box-orient: vertical;
          overflow: hidden;
        }
        .gain {
          text-align: right;
        }
        .gain b {
          display: block;
          font-size: 64px;
          line-height: 1;
          letter-spacing: -0.02em;
        }
      </style>
      <div class="panel key">
        <i style="background:${paint.fill}"></i>
        <div class="words">
          <span class="label" style="color:${readable(paint.text, SURFACE, 4.6)}"
            >Key play, ${side.name || side.abbr}</span
          >
          <p class="text">${data.text ?? ''}</p>
        </div>
        <div class="gain">
          <b style="color:${paint.text}">+${points}<span class="unit">%</span></b>
          <span class="small">win probability</span>
        </div>
      </div>`;
  }
}
