# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""What the page looks like: in a small window, a large one, dark, light and on paper."""

STYLE = """
:root{color-scheme:light dark;--page:#fff;--ink:#1a1d21;--soft:#51575f;--line:#c9ced6;--box:#f4f6f8;
--critical:#a8071a;--warning:#8a4b00;--unknown:#5b3f9e;--ok:#17692f}
@media(prefers-color-scheme:dark){:root{--page:#14171a;--ink:#e8eaed;--soft:#b3bac3;--line:#454c55;--box:#1e2327;
--critical:#ff8f8a;--warning:#ffc069;--unknown:#c3adff;--ok:#7ddc97}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:64rem;background:var(--page);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0}h2{font-size:1.25rem;line-height:1.3;margin:0}h3{font-size:1rem;margin:1.2rem 0 .3rem}
p{margin:.4rem 0}a{color:inherit}
.soft{color:var(--soft)}
.state{font-weight:700;white-space:nowrap}
.CRITICAL{color:var(--critical)}.WARNING{color:var(--warning)}.UNKNOWN{color:var(--unknown)}.OK{color:var(--ok)}
.tiles{display:flex;flex-wrap:wrap;gap:.6rem;padding:0;margin:1rem 0;list-style:none}
.tiles li{flex:1 1 8rem;border:1px solid var(--line);border-left:.4rem solid currentColor;border-radius:.3rem;padding:.5rem .8rem}
.tiles b{display:block;font-size:1.6rem;line-height:1.2}
section,details{border:1px solid var(--line);border-radius:.4rem;padding:.8rem 1rem;margin:1rem 0}
summary{cursor:pointer}
ul.findings{list-style:none;margin:0;padding:0}
ul.findings li{border-top:1px solid var(--line);padding:.5rem 0}
pre{background:var(--box);border:1px solid var(--line);border-radius:.3rem;padding:.6rem;margin:.4rem 0;
white-space:pre-wrap;overflow-wrap:anywhere;font:.9rem/1.4 ui-monospace,monospace}
table{border-collapse:collapse;width:100%;margin:.3rem 0}
caption{text-align:left;font-weight:700;padding:.8rem 0 .3rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{font-weight:700}th[scope=row]{min-width:11rem}
.bar{display:block;height:.7rem;min-width:6rem;background:var(--box);border:1px solid var(--line);border-radius:.2rem}
.bar i{display:block;height:100%;background:currentColor}
@media(max-width:40rem){body{padding:.6rem}section,details{padding:.6rem}
table,caption,tbody,tr,th,td{display:block;width:100%}thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
tr{border-bottom:1px solid var(--line);padding:.4rem 0}th,td,th[scope=row]{min-width:0;border:0;padding:.1rem 0;text-align:left}
td[data-of]::before{content:attr(data-of) ": ";color:var(--soft)}}
@media print{:root{--page:#fff;--ink:#000;--soft:#333;--line:#888;--box:#fff}body{max-width:none;font-size:10pt}
section,details,tr{break-inside:avoid}.bar,.bar i{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
