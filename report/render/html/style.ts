/** The page's style. Light and dark follow the system; every pair of colors has the contrast that WCAG AA asks for. */
export const style = `
:root { color-scheme: light dark; --page: #fff; --text: #1b1f24; --faint: #57606a; --line: #d0d7de; --panel: #f6f8fa; --accent: #0550ae;
  --notice: #a40e26; --rotation: #7d4e00; --good: #116329; --off: #57606a; }
@media (prefers-color-scheme: dark) { :root { --page: #0d1117; --text: #e6edf3; --faint: #9da7b3; --line: #3d444d; --panel: #161b22;
  --accent: #79c0ff; --notice: #ff9492; --rotation: #f0b72f; --good: #6fdd8b; --off: #9da7b3; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 78rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; background: var(--page); color: var(--text); }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; } h3 { font-size: 1.05rem; margin: 1.25rem 0 .5rem; }
h4 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
a { color: var(--accent); } code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.headline { font-size: 1.15rem; font-weight: 600; margin: .25rem 0; } .faint { color: var(--faint); } .where { margin: 0; }
.skip { position: absolute; left: -999rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--page); padding: .5rem; z-index: 3; }
.hidden-text { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.controls { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .75rem 0;
  background: var(--page); border-bottom: 1px solid var(--line); }
.controls input[type=search] { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--faint); border-radius: .4rem;
  padding: .35rem .6rem; width: min(22rem, 80vw); }
fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; } legend { float: left; margin-right: .75rem; padding: 0; }
fieldset label { white-space: nowrap; } #count { margin: 0; }
.message { border-left: .35rem solid var(--faint); background: var(--panel); padding: .5rem .75rem; margin: .5rem 0; }
.message.error { border-color: var(--notice); } .message pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: .9rem; }
.customer { display: grid; grid-template-columns: minmax(10rem, 18rem) 1fr; gap: .25rem 1.5rem; padding: .5rem 0; border-top: 1px solid var(--line); }
.customer[hidden], tr[hidden], [data-group][hidden] { display: none; }
.customer ul { margin: 0; padding: 0; list-style: none; } .customer li { overflow-wrap: anywhere; }
.tag { display: inline-block; border: 1px solid currentColor; border-radius: .3rem; padding: 0 .4rem; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.notice { color: var(--notice); } .rotation { color: var(--rotation); } .good { color: var(--good); } .off { color: var(--off); }
.detail { color: var(--faint); }
.scroll { position: relative; overflow-x: auto; max-height: 75vh; border: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } caption { text-align: left; padding: .4rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
thead th { position: sticky; top: 0; background: var(--panel); z-index: 1; white-space: nowrap; }
tbody th { font-weight: 600; } td small, th small { display: block; color: var(--faint); font-weight: 400; } td small { min-width: 8rem; }
tbody tr { content-visibility: auto; contain-intrinsic-size: auto 2.5rem; }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; } svg text { fill: var(--text); } svg .axis { stroke: var(--line); }
svg .expires { fill: var(--notice); } svg .rotates, svg .renews { fill: var(--rotation); } svg .retires { fill: var(--off); } svg .deleted { fill: var(--accent); }
summary { cursor: pointer; } details > ul { margin: .25rem 0; }
footer { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: .75rem; }
@media (max-width: 40rem) { .customer { grid-template-columns: 1fr; } .controls { position: static; } }
@media print { .controls, .skip { display: none; } body { max-width: none; padding: 0; font-size: 10pt; } .scroll { max-height: none; overflow: visible; }
  .customer, tr, svg { break-inside: avoid; } thead th { position: static; } tbody tr { content-visibility: visible; } }
`;
