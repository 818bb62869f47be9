// Texts whose contrast with what lies behind them is too small, from computed styles.
() => {
  const parse = (text) => {
    const numbers = (text.match(/[\d.]+/g) || []).map(Number);
    const [r = 0, g = 0, b = 0, a = 1] = numbers;
    return text.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((v, i) => v * a + under[i] * (1 - a));
  const behind = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      layers.push(parse(getComputedStyle(one).backgroundColor));
    }
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const app = dark ? [14, 17, 23] : [255, 255, 255];
    return layers.reverse().reduce((under, layer) => over(layer, under), app);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((v) => {
      const s = v / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    const gone = element.closest("[disabled], [aria-hidden=true], canvas, svg, [data-testid=stIconMaterial]");
    return box.width > 1 && box.height > 1 && !gone && element.checkVisibility();
  };
  const opacity = (element) => {
    let share = 1;
    for (let one = element; one; one = one.parentElement) share *= getComputedStyle(one).opacity;
    return share;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || !element || !seen(element) || ["SCRIPT", "STYLE", "TITLE"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const under = behind(element);
    const [r, g, b, a] = parse(style.color);
    const ink = over([r, g, b, a * opacity(element)], under);
    const [high, low] = [light(ink), light(under)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < (large ? 3 : 4.5)) {
      found.push(`${ratio.toFixed(2)} ${style.color} on ${under.map(Math.round)}: ${text.slice(0, 40)}`);
    }
  }
  return found;
}
