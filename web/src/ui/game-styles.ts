import { css } from 'lit';

/** The layout of the game page: one column on a phone, the plays beside the rest on a desk. */
export const gameStyles = css`
  .page {
    display: grid;
    gap: var(--gap);
    grid-template-columns: minmax(0, 1fr);
  }
  .chart {
    padding: 12px 14px;
    min-width: 0;
    --chart-height: clamp(240px, 36vh, 520px);
  }
  .readout {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: start;
    gap: 4px 18px;
    min-height: 56px;
    margin-block-end: 6px;
  }
  .readout .wp strong {
    display: block;
    font-size: var(--s4);
    line-height: 1;
    letter-spacing: -0.02em;
    min-width: 2.3em;
  }
  .readout .wp span:last-child {
    font-size: var(--s1);
    color: var(--muted);
  }
  .said {
    display: grid;
  }
  .when {
    font-size: var(--s1);
    color: var(--muted);
  }
  .said .what {
    display: -webkit-box;
    -webkit-line-clamp: 2;
    -webkit-box-orient: vertical;
    overflow: hidden;
  }
  .swing {
    text-align: end;
    font-size: var(--s1);
    color: var(--muted);
  }
  .swing b {
    display: block;
    font-size: var(--s3);
    line-height: 1.2;
    white-space: nowrap;
  }
  .swing .unit,
  .gain .unit {
    color: inherit;
    font-size: 0.8em;
  }
  .field,
  .decision {
    padding: 12px 14px;
    min-width: 0;
  }
  .keys {
    padding: 12px 14px;
    min-width: 0;
  }
  .line {
    display: flex;
    justify-content: space-between;
    align-items: baseline;
  }
  .leverage {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    font-weight: 600;
    font-size: var(--s1);
  }
  .leverage svg {
    width: 34px;
    height: 10px;
    overflow: visible;
  }
  .leverage .word {
    font-weight: 400;
    color: var(--muted);
  }
  .field .big {
    margin-block: 2px 8px;
  }
  .field field-view {
    max-width: 560px;
  }
  .small {
    font-size: var(--s1);
    color: var(--muted);
    margin-block-start: 6px;
    min-height: 1.4em;
  }
  .field dl {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 10px 20px;
    margin: 4px 0 0;
  }
  .field dt {
    font-size: var(--s1);
    color: var(--muted);
  }
  .field dd {
    margin: 0;
    font-size: var(--s3);
    font-weight: 600;
  }
  .field dd small {
    font-size: var(--s1);
    font-weight: 400;
    color: var(--muted);
  }
  .keys ol {
    list-style: none;
    margin: 6px -8px 0;
    padding: 0;
  }
  .key {
    width: 100%;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    gap: 10px;
    align-items: start;
    text-align: start;
    border-color: transparent;
    padding: 6px 8px;
    font-size: var(--s2);
  }
  .key[aria-pressed='true'] {
    background: var(--raised);
    border-color: var(--mark);
  }
  .key .rank {
    display: inline-grid;
    place-items: center;
    width: 18px;
    height: 18px;
    margin-block-start: 1px;
    border-radius: 50%;
    background: var(--text);
    color: var(--surface);
    font-size: 11px;
    font-weight: 700;
  }
  .key small {
    color: var(--muted);
    font-size: var(--s1);
    margin-inline-start: 4px;
  }
  .key .text {
    display: block;
    color: var(--muted);
    font-size: var(--s1);
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .gain {
    font-weight: 700;
    white-space: nowrap;
  }
  .none {
    color: var(--muted);
    padding-block: 12px;
  }
  .plays {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr);
    min-width: 0;
    overflow: hidden;
  }
  .plays .head {
    padding: 10px 14px 8px;
  }
  .details {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 20px;
    font-size: var(--s1);
    color: var(--muted);
  }
  .details ul {
    margin: 6px 0;
    padding-inline-start: 16px;
  }
  .details summary {
    cursor: pointer;
  }
  @media (min-width: 720px) {
    .page {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .page > * {
      grid-column: 1 / -1;
    }
    .page > .field {
      grid-column: 1;
    }
    .page > .keys {
      grid-column: 2;
    }
  }
  @media (min-width: 1100px) {
    .page {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1.2fr) minmax(360px, 27%);
      grid-template-rows: auto auto auto auto auto auto;
    }
    .page > .chart,
    .page > .decision {
      grid-column: 1 / 3;
    }
    .page > .plays {
      grid-column: 3;
      grid-row: 2 / span 3;
      /* As tall as what stands beside it, and no taller: it scrolls within. */
      contain: size;
    }
    .page > .notice + .chart ~ .plays {
      grid-row: 3 / span 3;
    }
  }
  @media (max-width: 719px) {
    .chart {
      padding: 10px;
      --chart-height: 280px;
    }
    .readout {
      gap: 2px 12px;
      min-height: 76px;
    }
    .key {
      min-height: 44px;
    }
  }
  @media print {
    .page > .plays {
      contain: none;
      overflow: visible;
      break-inside: auto;
    }
  }
`;
