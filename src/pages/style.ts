/**
 * The colors of pages and plots, light and dark. Series use the palette of Okabe and Ito (Color Universal Design, 2008),
 * which is distinguishable with color vision deficiency; lighter variants in dark mode.
 */
export const colors = `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1a1a1a; --faint: #595959; --rule: #d9d9d9; --band: #f4f6f8; --shade: #0004;
  --good: #0072b2; --bad: #d55e00;
  --series-1: #0072b2; --series-2: #d55e00; --series-3: #009e73; --series-4: #cc79a7;
  --series-5: #e69f00; --series-6: #56b4e9; --series-7: #000000; --series-8: #b8a800;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #16191d; --ink: #e6e6e6; --faint: #a6a6a6; --rule: #3a3f45; --band: #20252b; --shade: #fff6;
    --good: #56b4e9; --bad: #ff8c42;
    --series-1: #4ba3e0; --series-2: #ff8c42; --series-3: #2fc79a; --series-4: #e8a3cb;
    --series-5: #f5b840; --series-6: #a9def9; --series-7: #ffffff; --series-8: #f0e442;
  }
}
`

/** Shades an edge behind which there is more to scroll to; at the end of the content, the content covers the shade. */
const shadows = `background:
  linear-gradient(90deg, var(--paper) 50%, transparent) left / 2rem 100% no-repeat local,
  linear-gradient(270deg, var(--paper) 50%, transparent) right / 2rem 100% no-repeat local,
  linear-gradient(90deg, var(--shade), transparent) left / 0.6rem 100% no-repeat scroll,
  linear-gradient(270deg, var(--shade), transparent) right / 0.6rem 100% no-repeat scroll;`

/** The style of reports, for screens of any width and for print. */
export const style = `${colors}
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: var(--ink); background: var(--paper); overflow-wrap: break-word; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
.verdict { padding: 0.8rem 1rem; border-left: 6px solid var(--good); background: var(--band); font-size: 1.1rem; }
.alarm { border-color: var(--bad); }
.note, figcaption { color: var(--faint); font-size: 0.875rem; }
.table { overflow-x: auto; margin: 0.75rem 0; ${shadows} }
td a, td time, th a, th time { white-space: nowrap; }
table { border-collapse: collapse; min-width: 60%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { text-align: right; padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--rule); vertical-align: top; }
th { font-weight: 600; } tbody th { font-weight: 400; min-width: 6rem; }
td.text { min-width: 4rem; } td.text:last-child { min-width: 12rem; }
th:first-child, td:first-child { padding-left: 0; }
.text { text-align: left; }
@media (min-width: 45rem) { tbody th { white-space: nowrap; } }
td.figure { white-space: nowrap; }
figure { margin: 1rem 0; }
.panels { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; }
.plot { overflow-x: auto; max-width: 100%; ${shadows} }
svg { overflow: visible; }
.drawing { display: block; font: 12px system-ui, sans-serif; --plot-background: var(--paper);
  /* 360 px wide; its text of 12 px has at least 11 px */
  min-width: 330px; max-width: 100%; height: auto; }
/* 760 px wide; its text of 12 px has at least 11 px */
.drawing.wide { min-width: 700px; }
.drawing text, .drawing tspan { white-space: pre; }
.drawing-swatches { display: flex; flex-wrap: wrap; align-items: center; min-height: 2rem; font: 12px system-ui, sans-serif; }
.drawing-swatch { display: inline-flex; align-items: center; margin-right: 1em; }
.drawing-swatch > svg { margin-right: 0.5em; }
small { color: var(--faint); } .hit { color: var(--series-3); }
td:has(.bar) { text-align: left; min-width: 8rem; }
.bar { display: inline-block; height: 0.6rem; background: var(--series-1); print-color-adjust: exact; } summary { cursor: pointer; }
pre { overflow-x: auto; font-size: 0.8rem; }
.list { flex: 1 1 15rem; min-width: 0; } .list ol { font-size: 0.875rem; margin: 0.25rem 0; padding-left: 1.5rem; }
h4 { margin: 0.5rem 0 0; font-size: 0.875rem; }
@media print {
  body { margin: 0; max-width: none; font-size: 10pt; }
  figure, tr, .example, .panels > * { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .table, .plot { overflow: visible; }
}
`

/** The colors of up to eight series. */
export const palette = Array.from({ length: 8 }, (_, n) => `var(--series-${n + 1})`)
