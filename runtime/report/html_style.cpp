#include "runtime/report/html.h"

namespace pipelang::report::html {

const char style[] = R"css(
:root {
  --page: #f6f7f9; --card: #fff; --text: #1b1f24; --soft: #5c6570; --line: #e2e6ea; --well: #f3f5f7;
  --good: #18794e; --bad: #c52b45; --warn: #8f5a00; --blue: #2457c5;
  --good-well: #e3f4eb; --bad-well: #fdeaed; --warn-well: #fdf1dc; --blue-well: #e8effc;
  --bar-good: #30a46c; --bar-bad: #e5484d; --bar-warn: #e2a336; --bar-old: #8da4c4; --bar-dim: #b9c2cc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1214; --card: #171b1f; --text: #e7eaee; --soft: #9aa5b1; --line: #2a3037; --well: #11151a;
    --good: #4cc38a; --bad: #ff7f8e; --warn: #f2b84b; --blue: #8ab0ff;
    --good-well: #10291f; --bad-well: #34161c; --warn-well: #2f2310; --blue-well: #16233d;
    --bar-good: #2f9e6a; --bar-bad: #e5484d; --bar-warn: #d69a2d; --bar-old: #5b7191; --bar-dim: #454e58;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI",
  Roboto, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 8px; }
a { color: var(--blue); text-decoration: none; } a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; border-radius: 4px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 6px; display: flex; gap: 12px; align-items: center; flex-wrap: wrap;
  letter-spacing: -.01em; }
h2 { font-size: 17px; margin: 0 0 12px; } h3 { font-size: 15px; margin: 0 0 8px; display: flex; gap: 10px;
  align-items: center; flex-wrap: wrap; }
code, pre { font: 13px/1.55 ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; }
.facts { color: var(--soft); margin: 0 0 20px; } .facts b { color: var(--text); font-weight: 600; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.badge { display: inline-flex; gap: 5px; align-items: center; padding: 1px 10px; border-radius: 999px; font-size: 13px;
  font-weight: 600; line-height: 1.7; letter-spacing: 0; white-space: nowrap; color: var(--soft); background: var(--well); }
.badge.good { color: var(--good); background: var(--good-well); } .badge.bad { color: var(--bad); background: var(--bad-well); }
.badge.warn { color: var(--warn); background: var(--warn-well); } .badge.run { color: var(--blue); background: var(--blue-well); }
.card, .tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.card { padding: 18px 20px; margin: 0 0 16px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 0 0 16px; }
.tile { padding: 12px 16px; min-width: 0; } .tile dt { color: var(--soft); font-size: 13px; } .tile dd { margin: 0; }
.tile strong { display: block; font-size: 22px; line-height: 1.35; letter-spacing: -.01em; }
.tile dd span { color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.alert { border-color: color-mix(in srgb, var(--bad) 45%, var(--line)); }
.alert ul { list-style: none; margin: 0; padding: 0; } .alert li { padding: 3px 0; overflow-wrap: anywhere; }
.alert li a { font-weight: 600; margin-right: 8px; }
.legend { color: var(--soft); font-size: 13px; margin: -6px 0 10px; }
.key { display: inline-block; width: 18px; height: 9px; border-radius: 3px; margin-right: 5px; background: var(--bar-good); }
.legend span, figcaption span { white-space: nowrap; margin-right: 10px; } .key.other { opacity: .42; }
.key.wait { background: repeating-linear-gradient(90deg, var(--bar-dim) 0 3px, transparent 3px 6px); }
.key.old { background: var(--bar-old); } .key.lost { background: var(--bar-bad); }
.chart ol { list-style: none; margin: 0; padding: 0; }
.chart li, .axis { display: grid; grid-template-columns: minmax(120px, 250px) 1fr; gap: 14px; align-items: center; }
.axis::before { content: ""; } .axis .track { height: 18px; overflow: hidden; } .axis i { position: absolute; font: 12px/18px system-ui,
  "DejaVu Sans", sans-serif; color: var(--soft); padding-left: 4px; border-left: 1px solid var(--line); white-space: nowrap; }
.chart li { border-top: 1px solid var(--line); min-height: 34px; }
.chart li > a { display: flex; gap: 8px; color: var(--text); min-width: 0; align-items: baseline; }
.chart .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; flex: 1; }
.critical .name { font-weight: 650; }
.time { color: var(--soft); font-size: 13px; white-space: nowrap; } .chart .time { text-align: right; }
.symbol { width: 1em; text-align: center; font-weight: 700; color: var(--soft); flex: none; }
.good > a .symbol, .symbol.good { color: var(--good); } .bad > a .symbol, .symbol.bad { color: var(--bad); }
.warn > a .symbol, .symbol.warn { color: var(--warn); }
.track { position: relative; height: 34px; min-width: 0; } .track i { position: absolute; }
.track .bar { top: 10px; height: 14px; min-width: 3px; border-radius: 4px; background: var(--bar-dim); opacity: .42; }
.good .bar { background: var(--bar-good); } .bad .bar { background: var(--bar-bad); opacity: .8; }
.warn .bar { background: var(--bar-warn); } .critical .bar { opacity: 1; }
.track .cut { top: 10px; height: 14px; width: 1px !important; background: var(--card); opacity: .8; }
.track .wait { top: 15px; height: 4px; background: repeating-linear-gradient(90deg, var(--bar-dim) 0 3px, transparent 3px 6px); }
.track .why { position: absolute; inset: 0; line-height: 34px; font-size: 13px; color: var(--soft); overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; }
table { border-collapse: collapse; width: 100%; font-size: 14px; } caption { text-align: left; font-weight: 600; padding: 0 0 4px; }
th { text-align: left; color: var(--soft); font-weight: 500; font-size: 13px; } td, th { padding: 6px 12px 6px 0; vertical-align: top;
  border-top: 1px solid var(--line); } thead th { border-top: 0; } td:last-child, th:last-child { padding-right: 0; }
.number, .measured td { text-align: right; white-space: nowrap; } .measured th { font-size: 14px; }
.message { display: block; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; } .checks code { overflow-wrap: anywhere; }
.gate + .gate, .deployment + .deployment { margin-top: 22px; }
.meter { position: relative; height: 6px; width: 130px; margin: 5px 0 3px auto; border-radius: 3px; background: var(--line); }
.meter i { position: absolute; inset: 0 auto 0 0; border-radius: 3px; background: var(--bar-good); }
.meter.bad i { background: var(--bar-bad); } .meter.warn i { background: var(--bar-warn); }
.meter b { position: absolute; top: -3px; bottom: -3px; width: 2px; margin-left: -1px; background: var(--text); border-radius: 1px; }
.phases { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 8px; margin: 0 0 14px; padding: 0; }
.phases li { background: var(--well); border-radius: 8px; padding: 6px 10px; border-top: 3px solid var(--bar-good);
  min-width: 0; } .phases li.bad { border-color: var(--bar-bad); }
.phases span:last-child { display: block; color: var(--soft); font-size: 13px; line-height: 1.35; overflow-wrap: anywhere; }
.sides { display: grid; grid-template-columns: minmax(260px, 2fr) 3fr; gap: 28px; margin-bottom: 14px; }
.sides:empty { display: none; } .sides > :only-child { grid-column: 1 / -1; }
.traffic { margin: 0; min-width: 0; display: flex; flex-direction: column; } figcaption { color: var(--soft); font-size: 13px; margin-bottom: 6px; }
.traffic svg { display: block; width: 100%; min-height: 150px; flex: 1; background: var(--well); border-radius: 8px; }
.old { fill: var(--bar-old); } .new { fill: var(--bar-good); } .lost { fill: var(--bar-bad); }
.traffic line { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 4 3; vector-effect: non-scaling-stroke; }
.ends { display: flex; justify-content: space-between; margin: 4px 0 0; color: var(--soft); font-size: 12px; }
.tools { margin: -36px 0 10px; text-align: right; }
button { font: inherit; font-size: 13px; color: var(--text); background: var(--well); border: 1px solid var(--line);
  border-radius: 7px; padding: 2px 10px; cursor: pointer; } button:hover { border-color: var(--soft); }
.node { border-top: 1px solid var(--line); scroll-margin-top: 12px; } .node:target > .head { background: var(--blue-well); }
.head { display: flex; gap: 9px; align-items: baseline; padding: 7px 6px; border-radius: 7px; }
summary { cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; } details > summary::before { content: "▸"; color: var(--soft); width: .9em; flex: none; }
details[open] > summary::before { content: "▾"; } .none > .head { padding-left: calc(.9em + 15px); }
details > summary:hover { background: var(--well); } .head .name { overflow-wrap: anywhere; }
.node > .head .name { font-weight: 600; } .step > .head .name { font: 13px/1.55 ui-monospace, Menlo, "DejaVu Sans Mono", monospace; }
.more { flex: 1; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; } .inside { padding: 0 0 10px 26px; }
.note { color: var(--soft); font-size: 13px; margin: 2px 8px; overflow-wrap: anywhere; }
pre { margin: 2px 0 10px; padding: 10px 14px; background: var(--well); border: 1px solid var(--line); border-radius: 8px;
  max-height: 460px; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }
.b { font-weight: 700; } .d { opacity: .7; } .c1 { color: var(--bad); } .c2 { color: var(--good); } .c3 { color: var(--warn); }
.c4, .c6 { color: var(--blue); } .c5 { color: color-mix(in srgb, var(--bad) 55%, var(--blue)); }
footer { max-width: 1120px; margin: 0 auto; padding: 4px 20px 32px; color: var(--soft); font-size: 13px; }
@media (max-width: 700px) {
  main { padding: 18px 12px 4px; } .card { padding: 14px 13px; border-radius: 10px; } h1 { font-size: 23px; }
  .tiles { grid-template-columns: 1fr 1fr; gap: 8px; } .tile { padding: 9px 12px; } .tile strong { font-size: 19px; }
  .chart li { grid-template-columns: 1fr; gap: 0; padding: 5px 0; } .axis { grid-template-columns: 1fr; } .axis::before { display: none; }
  .track { height: 20px; } .track .bar, .track .cut { top: 3px; } .track .wait { top: 8px; }
  .track .why { position: static; line-height: 1.4; white-space: normal; padding-left: 1.6em; display: block; }
  .sides { grid-template-columns: 1fr; gap: 14px; } .inside { padding-left: 8px; } .tools { margin: 0 0 8px; text-align: left; }
  .checks thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .checks tr { display: grid; grid-template-columns: 1fr 1fr; padding: 8px 0; border-top: 1px solid var(--line); gap: 2px 10px; }
  .checks td { border: 0; padding: 0; text-align: left; white-space: normal; } .checks td:nth-child(-n+2) { grid-column: 1 / -1; }
  .checks td.number::before { content: attr(data-name) " "; color: var(--soft); font-size: 13px; } .meter { margin-left: 0; }
}
@media print { .tools { display: none; } body { background: #fff; } .card, .tile { break-inside: avoid; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
)css";

const char script[] = R"js(
(() => {
  const all = () => document.querySelectorAll("details");
  for (const button of document.querySelectorAll("button[data-all]"))
    button.addEventListener("click", () => all().forEach(each => { each.open = button.dataset.all === "open"; }));
  const show = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && "open" in target) target.open = true;
  };
  addEventListener("hashchange", show);
  show();
})();
)js";

} // namespace pipelang::report::html
