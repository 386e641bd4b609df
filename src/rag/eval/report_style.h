// How a page of html_report.h looks, on a light and on a dark screen and on paper.
#pragma once

namespace vecstore {

// Eight colours that people who see red and green alike can tell apart, brighter on dark.
inline constexpr const char* kReportStyle = R"css(
:root{color-scheme:light dark;--ink:#1c1e21;--soft:#5f6670;--page:#fcfcfb;--card:#fff;--line:#e3e4e8;--zero:#9aa0a8;
--c0:#2b6cb0;--c1:#d97706;--c2:#16806a;--c3:#9d4edd;--c4:#c2255c;--c5:#5c7cfa;--c6:#8a6d3b;--c7:#6c757d}
@media (prefers-color-scheme:dark){:root{--ink:#e8e9eb;--soft:#a3a9b3;--page:#141619;--card:#1c1f23;--line:#31353b;--zero:#747b86;
--c0:#63a4e8;--c1:#f0a04b;--c2:#45c1a4;--c3:#c795f2;--c4:#f0709b;--c5:#a5b8ff;--c6:#cdae78;--c7:#adb5bd}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1360px;padding:28px 24px 60px;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 4px}h3{font-size:14px;margin:0 0 6px;font-weight:600}
p{margin:6px 0 12px;color:var(--soft);max-width:90ch}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:12px 0 0;padding:0;list-style:none}
.run{white-space:nowrap}.run i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:7px;background:currentColor;vertical-align:-1px}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(480px,100%),1fr));gap:16px;margin-top:14px}
.plots>div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 14px 6px}
.plots p{font-size:13px;margin:0 0 6px}
svg{display:block;width:100%;height:auto;font:11.5px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .tick{fill:var(--soft);font-size:10.5px}svg .end{text-anchor:end}svg .middle{text-anchor:middle}
.grid{stroke:var(--line)}.axis{stroke:var(--zero)}.whisker{stroke:var(--ink);stroke-width:1.3}
.bar{fill:currentColor;fill-opacity:.72}.dot{fill:currentColor}.curve{fill:none;stroke:currentColor;stroke-width:2}
.c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}.c5{color:var(--c5)}.c6{color:var(--c6)}.c7{color:var(--c7)}
.wide{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th,td{padding:7px 12px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
tr:last-child>td{border-bottom:0}
th{font-weight:600;color:var(--soft);vertical-align:bottom}th .run{white-space:normal}
.top>td{border-bottom:0}.more{padding-top:0}
.n{text-align:right;font-variant-numeric:tabular-nums}td.n{white-space:nowrap}
small{color:var(--soft);display:block;font-size:12px}
.sure{font-weight:650}.text{min-width:30ch;max-width:70ch;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--soft)}
ol{margin:4px 0 8px;padding-left:24px;font-size:12.5px;overflow-wrap:anywhere}.good{font-weight:650}.good::after{content:" ✓"}.open{color:var(--soft)}
.hits{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:6px 18px;padding-top:6px}
@media print{body{max-width:none}.plots>div{break-inside:avoid}}
)css";

}  // namespace vecstore
