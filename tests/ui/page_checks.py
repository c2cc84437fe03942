"""What a page is searched for in the browser: controls without a name, pale texts, targets hard to hit."""

from __future__ import annotations

# Visible controls and pictures without an accessible name.
NAMELESS = """
() => {
  // What is not rendered yet has no innerText: a closed fold, a tile far below.
  const waits = (one) => getComputedStyle(one).contentVisibility === "auto" ||
    !one.checkVisibility({ contentVisibilityAuto: true });
  const text = (one) => (waits(one) ? one.textContent : one.innerText);
  return [...document.querySelectorAll("button, a[href], input, textarea, select, canvas, img")]
  .filter((one) => one.offsetParent !== null && !one.closest("[aria-hidden=true]"))
  .filter((one) => {
    if (one.tagName === "IMG") return !one.hasAttribute("alt");
    const label = one.getAttribute("aria-label") || text(one) || one.title ||
      (one.labels && [...one.labels].map(text).join(" ")) || "";
    return label.trim() === "";
  })
  .map((one) => one.outerHTML.slice(0, 120));
}
"""

# Texts whose colour is too close to what is behind them.
PALE = """
(least) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = ([r, g, b]) => {
    const linear = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    const [x, y, z] = [r, g, b].map(linear);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const found = rgba(getComputedStyle(at).backgroundColor);
      if (found[3] > 200) return found;
    }
    return rgba(getComputedStyle(document.body).backgroundColor);
  };
  const pale = [];
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const style = getComputedStyle(one);
    const hidden = one.offsetParent === null || style.opacity !== "1";
    if (!own || hidden || one.closest("[aria-hidden=true], :disabled, .sr-only")) continue;
    const [a, b] = [light(rgba(style.color)), light(behind(one))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least) pale.push(`${one.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return pale;
}
"""

# Visible buttons and links that are hard to hit; a link in running text may be as high as its line.
SMALL_TARGETS = """
() => [...document.querySelectorAll("button, a.button, [role=tab], .chips label, .segments label, .swatches label")]
  .filter((one) => one.offsetParent !== null && !one.closest("[aria-hidden=true]"))
  .filter((one) => {
    const box = one.getBoundingClientRect();
    return box.height < 39.5;
  })
  .map((one) => one.outerHTML.slice(0, 100) + " " + one.getBoundingClientRect().height)
"""
