# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at a page in Chromium: look.py PAGE SCHEME WIDTH [AXE]. Prints what is wrong with it, one line each.

The page forbids scripts; the copy that is looked at allows them, and has the script that looks.
"""
import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile

page, scheme, width = sys.argv[1:4]
axe = pathlib.Path(sys.argv[4]).read_text(encoding="utf-8") if len(sys.argv) > 4 else ""
text = pathlib.Path(page).read_text(encoding="utf-8")
text = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", text, count=1)
dark = "@media(prefers-color-scheme:dark)"
if text.count(dark) != 1:
    sys.exit("the page has no dark scheme")
text = text.replace(dark, "@media all" if scheme == "dark" else "@media not all")

LOOK = """
addEventListener('load', async () => {
  const told = [];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) told.push(`${wide} pixels wider than the window`);
  if (innerWidth !== WIDTH) told.push(`the window is ${innerWidth} pixels wide`);
  for (const bar of document.querySelectorAll('.bar')) {
    const whole = bar.getBoundingClientRect(), part = bar.firstChild.getBoundingClientRect();
    if (whole.width < 60 || whole.height < 5 || part.right > whole.right + 1) told.push('a bar cannot be seen');
  }
  if (!document.querySelector('.bar')) told.push('there is no bar');
  for (const part of document.querySelectorAll('p, pre, td, th'))
    if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== 'inline' && part.clientWidth > 1)
      told.push('text runs out of its place: ' + part.textContent.slice(0, 60));
  told.push(...accessible());
  if (window.axe) {
    const found = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']});
    for (const one of found.violations) told.push(`axe: ${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
    if (!found.passes.length) told.push('axe looked at nothing');
  }
  parent.postMessage(JSON.stringify(told), '*');
});
"""

# What somebody needs who hears the page, sees few colours, or has a keyboard alone; axe-core knows more, where it is here.
ACCESSIBLE = """
function accessible() {
  const told = [], all = (what) => [...document.querySelectorAll(what)];
  const say = (part, what) => told.push(`${what}: ${part.outerHTML.slice(0, 120)}`);
  const rgb = (text) => (text.match(/[0-9.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = (text) => rgb(text).slice(0, 3).map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (part) => {
    for (; part; part = part.parentElement) {
      const colour = getComputedStyle(part).backgroundColor, alpha = rgb(colour)[3];
      if (alpha === undefined || alpha > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  if (!document.documentElement.lang) told.push('the page has no language');
  if (!document.title.trim()) told.push('the page has no title');
  if (all('h1').length !== 1 || all('main').length !== 1) told.push('there is not one h1 and one main part');
  let level = 0;
  for (const part of all('h1, h2, h3, h4, h5, h6')) {
    if (part.tagName[1] > level + 1) say(part, 'a heading two levels down');
    level = Number(part.tagName[1]);
    if (!part.textContent.trim()) say(part, 'a heading without text');
  }
  const seen = new Set();
  for (const part of all('[id]')) seen.has(part.id) ? say(part, 'an id twice') : seen.add(part.id);
  for (const part of all('a[href^="#"]'))
    if (part.hash.length > 1 && !document.getElementById(decodeURIComponent(part.hash.slice(1)))) say(part, 'leads nowhere');
  for (const part of all('a')) if (!part.textContent.trim() && !part.ariaLabel) say(part, 'a link without text');
  for (const part of all('img:not([alt]), svg:not([aria-hidden]):not([role])')) say(part, 'a picture without words');
  for (const part of all('table')) if (!part.querySelector('th')) say(part, 'a table without headings');
  for (const part of all('body *')) {
    const style = getComputedStyle(part);
    if (style.overflowX !== 'visible' && part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 1 && part.tabIndex < 0)
      say(part, 'no key scrolls it');
    if (![...part.childNodes].some((one) => one.nodeType === 3 && one.data.trim()) || !part.getClientRects().length) continue;
    const two = [light(style.color), light(ground(part))].sort((a, b) => b - a);
    const big = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if ((two[0] + 0.05) / (two[1] + 0.05) < (big ? 3 : 4.5)) say(part, `little contrast, ${style.color} on ${ground(part)}`);
  }
  return told;
}
"""

FRAME = """
addEventListener('message', (event) => {
  document.body.innerHTML = '<pre id=told></pre>';
  document.getElementById('told').textContent = event.data;
});
"""

with tempfile.TemporaryDirectory() as folder:
    frame = pathlib.Path(folder, "frame.html")
    scripts = f"<script>{axe}</script><script>{ACCESSIBLE}{LOOK.replace('WIDTH', width)}</script></head>"
    inner = html.escape(text.replace("</head>", scripts, 1), quote=True)
    # A window has a least width; a frame has none.
    frame.write_text(
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><script>{FRAME}</script></head><body>'
        f'<iframe style="width:{width}px;height:900px;border:0" srcdoc="{inner}"></iframe></body></html>',
        encoding="utf-8",
    )
    dom = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={folder}/profile",
         "--window-size=1400,1000", "--virtual-time-budget=60000", "--dump-dom", frame.as_uri()],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=300, check=False,
    ).stdout.decode("utf-8", "replace")
found = re.search("<pre id=\"told\">(.*?)</pre>", dom, re.S)
if not found:
    sys.exit("the browser did not look: " + dom[:300])
told = json.loads(html.unescape(found.group(1)))
print("\n".join(told))
sys.exit(bool(told))
