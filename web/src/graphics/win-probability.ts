import { html, nothing, type TemplateResult } from 'lit';
import { percentNumber } from '../model/format';
import '../ui/wp-chart';
import { OgrafGraphic } from './base';
import { modelOf, type WinProbabilityData } from './data';
import { colors, look } from './look';

const DELTA = 0.005;

/** Both sides' chances beside the chart of the game so far. */
export default class WinProbability extends OgrafGraphic<WinProbabilityData> {
  protected readonly stepCount = 1;

  protected content(data: Partial<WinProbabilityData>): TemplateResult {
    const model = modelOf(data);
    const paint = colors(model.home, model.away);
    const home = percentNumber(model.now.y, model.final);
    const delta = data.deltaHome ?? 0;
    const gained = delta >= 0 ? 'home' : 'away';
    const side = (which: 'home' | 'away', value: number): TemplateResult =>
      html`<div class="side ${which}">
        <i style="background:${paint[which].fill}"></i>
        <span class="abbr">${model[which]!.abbr}</span>
        <b style="color:${paint[which].text}">${value}<span class="unit">%</span></b>
      </div>`;
    return html`${look}
      <style>
        .wp {
          right: 96px;
          bottom: 54px;
          width: 720px;
          padding: 16px 20px 18px;
          --chart-height: 148px;
        }
        .top {
          display: flex;
          justify-content: space-between;
          margin-bottom: 8px;
        }
        .row {
          display: grid;
          grid-template-columns: 216px 1fr;
          gap: 18px;
        }
        .sides {
          display: flex;
          flex-direction: column;
          justify-content: space-between;
        }
        .side {
          display: flex;
          align-items: center;
          gap: 12px;
        }
        .side i {
          flex: none;
          width: 8px;
          height: 48px;
          border-radius: 3px;
        }
        .abbr {
          min-width: 0;
          overflow: hidden;
          text-overflow: ellipsis;
          white-space: nowrap;
          font-size: 30px;
          font-weight: 600;
        }
        .side b {
          margin-left: auto;
          font-size: 52px;
          line-height: 1;
          letter-spacing: -0.02em;
        }
      </style>
      <div class="panel wp">
        <div class="top small">
          <span>Win probability</span>
          ${
            Math.abs(delta) >= DELTA
              ? html`<span style="color:${paint[gained].text}"
                  >${model[gained]!.abbr} +${Math.round(Math.abs(delta) * 100)} on the last play</span
                >`
              : nothing
          }
        </div>
        <div class="row">
          <div class="sides">${side('home', home)}${side('away', 100 - home)}</div>
          <wp-chart plain .model=${model}></wp-chart>
        </div>
      </div>`;
  }
}
