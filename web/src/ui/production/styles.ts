import { css } from 'lit';

/** What the operators' pages share: cards, chips, figures, tables. */
export const deskStyles = css`
  .page {
    display: grid;
    gap: var(--gap);
    grid-template-columns: minmax(0, 1fr);
  }
  .page > .card,
  .page > * > .card {
    padding: 12px 14px;
    min-width: 0;
  }
  h1.title {
    font-size: var(--s3);
    font-weight: 600;
  }
  .top {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 14px;
    min-height: 36px;
  }
  .top .push {
    margin-inline-start: auto;
  }
  .muted,
  small {
    color: var(--muted);
    font-size: var(--s1);
  }
  .unit {
    font-size: 0.8em;
  }
  code,
  .mono {
    font-family: ui-monospace, 'SF Mono', 'Cascadia Mono', Consolas, 'Liberation Mono', monospace;
    font-size: 0.95em;
    overflow-wrap: anywhere;
  }
  .alert {
    display: grid;
    gap: 4px;
    padding: 10px 14px;
    border-radius: var(--radius);
    background: var(--raised);
    border: 1px solid var(--failed);
  }
  .alert b {
    color: var(--failed);
    display: flex;
    align-items: center;
    gap: 7px;
  }
  .alert pre {
    margin: 0;
    font-size: var(--s1);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .alert svg,
  .state svg,
  .mark svg {
    width: 10px;
    height: 10px;
    fill: currentColor;
    flex: none;
  }
  .mark {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    font-size: var(--s1);
    font-weight: 600;
    white-space: nowrap;
  }
  .live {
    color: var(--live);
  }
  .stale {
    color: var(--stale);
  }
  .late {
    color: var(--late);
  }
  .failed {
    color: var(--failed);
  }
  .chip {
    display: inline-block;
    font-size: var(--s1);
    line-height: 1.5;
    padding: 0 7px;
    border-radius: 4px;
    border: 1px solid var(--line);
    color: var(--muted);
    white-space: nowrap;
  }
  .chip.on {
    background: var(--text);
    border-color: var(--text);
    color: var(--surface);
    font-weight: 600;
  }
  dl.figures {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(108px, 1fr));
    gap: 10px 16px;
    margin: 0;
  }
  .figures dt {
    font-size: var(--s1);
    color: var(--muted);
  }
  .figures dd {
    margin: 0;
    font-size: var(--s3);
    font-weight: 600;
    line-height: 1.2;
  }
  .gone > :not(.top):not(.notice) {
    filter: grayscale(0.85);
    opacity: 0.7;
  }
  .notice {
    padding: 8px 14px;
    border-radius: var(--radius);
    background: var(--raised);
    border: 1px solid var(--stale);
    font-size: var(--s1);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 8px;
    padding: 12vh 20px;
    text-align: center;
    color: var(--muted);
  }
  .empty p {
    max-width: 60ch;
  }
  .empty .big {
    color: var(--text);
    font-size: var(--s3);
    font-weight: 600;
    line-height: 1.3;
  }
  @media (max-width: 719px) {
    .page > .card,
    .page > * > .card {
      padding: 10px;
    }
  }
`;
