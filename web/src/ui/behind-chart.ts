import { css } from 'lit';

/** The button under a chart, and the table behind it. */
export const behindChart = css`
  .tools {
    position: absolute;
    inset-block-end: -2px;
    inset-inline-end: 0;
  }
  .tools button {
    border-color: transparent;
    color: var(--muted);
    min-height: 24px;
    padding: 2px 6px;
    background: var(--surface);
  }
  @media print {
    .tools {
      display: none;
    }
  }
  @media (max-width: 719px) {
    .tools {
      position: static;
      display: flex;
      justify-content: flex-end;
    }
    .tools button {
      min-height: 40px;
    }
  }
  table {
    border-collapse: collapse;
    width: 100%;
    font-size: var(--s1);
  }
  caption {
    text-align: start;
    color: var(--muted);
    padding-block: 8px;
  }
`;
