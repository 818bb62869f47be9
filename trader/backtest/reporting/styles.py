"""The look of a report: light and dark by the reader's own setting, wide or narrow, on paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """Up and down on a light and on a dark ground; contrast at least 4.5 : 1 on both."""

    up: str
    down: str
    up_dark: str
    down_dark: str


COLOURS = {
    "kr": Colours("#c4162a", "#1f5fc0", "#ff7b7b", "#79b0ff"),
    "intl": Colours("#0b7a3b", "#c4162a", "#4fcf85", "#ff7b7b"),
    "cb": Colours("#1f5fc0", "#a84b00", "#79b0ff", "#ffab5c"),
}

_VARIABLES = """
:root{color-scheme:light dark;--ground:#ffffff;--card:#f5f6f8;--ink:#1b1f24;--faint:#59636e;
--line:#d5dae0;--ours:#5b3fc4;--held:#6b7480;--amber:#fff4d6;--amber-ink:#6b4a00;
--up:%(up)s;--down:%(down)s}
@media (prefers-color-scheme:dark){:root{--ground:#14171b;--card:#1e2329;--ink:#e8ebef;
--faint:#a3adb8;--line:#353c45;--ours:#b6a1ff;--held:#97a1ad;--amber:#3a2f10;--amber-ink:#ffd98a;
--up:%(up_dark)s;--down:%(down_dark)s}}
"""
_SHEET = """
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI","Malgun Gothic","Apple SD Gothic Neo",sans-serif}
main,footer{max-width:1080px;margin:0 auto;padding:0 16px}
header{padding:24px 0 8px}h1{margin:4px 0;font-size:1.8rem}h2{font-size:1.15rem;margin:0 0 8px}
header p,.hint,footer{color:var(--faint);margin:0 0 8px}footer{padding:24px 16px;font-size:.85rem}
section,details{margin:28px 0}section p{margin:4px 0}ul{margin:4px 0;padding-left:20px}
summary{font-size:1.15rem;font-weight:600;cursor:pointer;padding:4px 0}
.badge{background:var(--ink);color:var(--ground);border-radius:4px;padding:2px 8px;font-size:.8rem}
.warning{background:var(--amber);color:var(--amber-ink);border-radius:8px;padding:12px 16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:8px;margin:0}
.tiles div{background:var(--card);border-radius:8px;padding:10px 12px}
dt{color:var(--faint);font-size:.82rem}dd{margin:2px 0 0;font-size:1.15rem;font-weight:600;
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.up{color:var(--up)}.down{color:var(--down)}.even{color:var(--faint)}
.chart{margin:0 0 12px}.plot{position:relative;height:280px;border-bottom:1px solid var(--line)}
.plot svg{position:absolute;inset:0;width:100%;height:100%}
.plot polyline,.plot .grid{fill:none;vector-effect:non-scaling-stroke}
.plot .ours{stroke:var(--ours);stroke-width:2}.plot .held{stroke:var(--held);stroke-width:1.3;
stroke-dasharray:5 4}.plot .fall{stroke:var(--down);stroke-width:1.3}
.plot .fill{fill:var(--down);opacity:.18}.plot .grid{stroke:var(--line);stroke-width:1}
.tick{position:absolute;left:4px;transform:translateY(-100%);font-size:.75rem;color:var(--faint);
background:color-mix(in srgb,var(--ground) 70%,transparent);padding:0 3px}
.tick.under{transform:none}
.axis{display:flex;justify-content:space-between;font-size:.75rem;color:var(--faint)}
.legend{display:flex;gap:16px;font-size:.85rem;margin-top:4px}
.legend i{display:inline-block;width:22px;height:0;border-top:3px solid var(--ours);
margin-right:6px;vertical-align:middle}.legend i.held{border-top:2px dashed var(--held)}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;
font-size:.88rem;width:100%}th{color:var(--faint);font-weight:500;white-space:nowrap}
th,td{padding:4px 10px;text-align:right;border-bottom:1px solid var(--line)}
td{white-space:nowrap}th:first-child,td:first-child{text-align:left}
.months td{padding:2px}.heat{display:block;padding:3px 4px;border-radius:4px;position:relative}
.heat::before{content:"";position:absolute;inset:0;border-radius:4px;background:currentColor;
opacity:calc(var(--s)*.28)}
.why td:last-child,.why th:last-child,.parameters td:last-child{text-align:left;white-space:normal}
.why td:nth-child(3){width:25%;min-width:80px}
.bar{display:block;height:10px;border-radius:3px;background:var(--ours);width:var(--w)}
.changed{font-weight:700}.changed::after{content:" ●";color:var(--ours)}
@media (max-width:600px){.why th:nth-child(3),.why td:nth-child(3){display:none}
.why td{white-space:normal}.plot{height:210px}h1{font-size:1.5rem}}
@media print{details{display:block}.plot{height:200px}body{font-size:12px}}
"""


def style_sheet(colours: Colours) -> str:
    """The whole style sheet of a report."""
    named = {name: getattr(colours, name) for name in Colours.__slots__}
    return (_VARIABLES % named + _SHEET).replace("\n", "")
