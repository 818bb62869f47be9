// Draws what Python sends and keeps what the viewer did: zoom, scroll and crosshair survive every
// update. Text goes in by textContent only: symbols and reasons are not HTML.
const views = new WeakMap();
const WIDE = 640; // CSS pixels from which there is room
let library = null;

function loaded(url) {
  library ??= import(new URL(url, document.baseURI).href);
  return library;
}

function element(tag, name, text = "") {
  const found = document.createElement(tag);
  found.className = name;
  found.textContent = text;
  return found;
}

// The library weighs its marks in UTC: in other zones a day begins elsewhere on the axis.
function clockOf(data) {
  const here = { timeZone: data.zone, hourCycle: "h23" };
  const format = (options) => {
    const one = new Intl.DateTimeFormat(data.locale, { ...here, ...options });
    return (seconds) => one.format(new Date(seconds * 1000));
  };
  const two = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const known = new Intl.DateTimeFormat("en", { ...here, year: "numeric", ...two });
  const whole = (seconds) => {
    const parts = known.formatToParts(new Date(seconds * 1000));
    const of = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    const day = `${of.month}-${of.day}`;
    return data.daily ? `${of.year}-${day}` : `${day} ${of.hour}:${of.minute}`;
  };
  const time = format({ hour: "2-digit", minute: "2-digit" });
  const date = format({ month: "numeric", day: "numeric" });
  const marks = [format({ year: "numeric" }), format({ month: "short" }), date, time, time];
  const within = (seconds) => (time(seconds) === "00:00" ? date : time)(seconds);
  return { tickMark: data.daily ? (at, weight) => marks[weight](at) : within, whole };
}

class View {
  constructor(lib, host, data, tell) {
    this.lib = lib;
    this.tell = tell;
    this.frame = element("div", "candles");
    this.legend = element("div", "candles-legend");
    this.stage = element("div", "candles-stage");
    this.frame.append(this.legend, this.stage, this.buttons(data.words));
    host.querySelector(".candles-missing")?.remove();
    host.append(this.frame); // beside the style sheet, which stands there too
    this.chart = lib.createChart(this.stage, { autoSize: true });
    this.price = this.chart.addSeries(lib.CandlestickSeries, {
      autoscaleInfoProvider: (usual) => this.roomy(usual()),
    }, 0);
    this.shade = this.chart.addSeries(lib.HistogramSeries, {
      priceScaleId: "shade", priceLineVisible: false, lastValueVisible: false,
    }, 0);
    this.shade.priceScale().applyOptions({ scaleMargins: { top: 0, bottom: 0 }, visible: false });
    this.volume = this.chart.addSeries(lib.HistogramSeries, {
      priceScaleId: "volume", priceLineVisible: false, lastValueVisible: false,
      priceFormat: { type: "volume" },
    }, 0);
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.markers = lib.createSeriesMarkers(this.price, []);
    this.lines = new Map();
    this.overlays = new Map();
    this.newest = new Map(); // series -> time of its last point
    this.chart.subscribeCrosshairMove((at) => this.describe(at.time ?? null));
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      this.frame.dataset.shown = range ? (range.to - range.from).toFixed(1) : "";
    });
    this.chart.subscribeClick((at) => {
      if (typeof at.hoveredObjectId === "string") this.tell("trade", at.hoveredObjectId);
    });
  }

  buttons(words) {
    const row = element("div", "candles-buttons");
    const button = (text, act) => {
      const found = element("button", "", text);
      found.type = "button";
      found.addEventListener("click", act);
      row.append(found);
    };
    button(words.follow, () => this.chart.timeScale().scrollToRealTime());
    button(words.reset, () => this.home());
    button(words.picture, () => this.save());
    return row;
  }

  // Levels that are near belong into the picture, those that are far would flatten it.
  roomy(found) {
    const range = found?.priceRange;
    if (!range) return found;
    const { minValue, maxValue } = range;
    const reach = maxValue - minValue;
    const near = this.data.levels.map((one) => one.price)
      .filter((price) => price > minValue - reach && price < maxValue + reach);
    const priceRange = {
      minValue: Math.min(minValue, ...near), maxValue: Math.max(maxValue, ...near),
    };
    return { ...found, priceRange };
  }

  home() {
    const count = this.price.data().length;
    const shown = this.stage.clientWidth < WIDE ? 60 : 120;
    this.chart.timeScale().setVisibleLogicalRange({ from: count - shown, to: count + 4 });
    this.price.priceScale().applyOptions({ autoScale: true });
  }

  save() {
    const link = document.createElement("a");
    link.download = `${this.data.name}.png`;
    link.href = this.chart.takeScreenshot(true).toDataURL("image/png");
    link.click();
  }

  show(data) {
    const fresh = this.data?.key !== data.key;
    this.data = data;
    this.frame.setAttribute("role", "group");
    this.frame.setAttribute("aria-label", data.alt);
    this.stage.style.height = `${this.frame.clientWidth < WIDE ? data.low : data.height}px`;
    this.dress(data);
    if (fresh) this.forget();
    const bars = data.bars.map(([time, open, high, low, close]) => ({ time, open, high, low, close }));
    this.feed(this.price, bars);
    this.feed(this.volume, data.bars.map(([time, open, , , close, value]) => ({
      time, value: value ?? 0, color: close < open ? data.colours.downFaint : data.colours.upFaint,
    })));
    this.shade.setData(data.shade.map(([time]) => ({ time, value: 1, color: data.colours.shade })));
    this.draw(data.overlays);
    this.level(data.levels);
    this.mark(data.markers);
    if (fresh) this.home();
    this.frame.dataset.newest = String(bars.at(-1)?.time ?? "");
    this.describe(null);
  }

  forget() {
    this.newest.clear();
    this.price.setData([]);
    this.volume.setData([]);
    for (const series of this.overlays.values()) this.chart.removeSeries(series);
    this.overlays.clear();
  }

  dress({ colours, precision, zone, locale, daily }) {
    const look = JSON.stringify([colours, precision, zone, locale, daily]);
    if (look === this.look) return;
    this.look = look;
    const clock = clockOf(this.data);
    this.clock = clock;
    const digits = { minimumFractionDigits: precision, maximumFractionDigits: precision };
    this.money = new Intl.NumberFormat(locale, digits).format;
    this.chart.applyOptions({
      layout: {
        background: { color: "transparent" }, textColor: colours.text, attributionLogo: true,
        panes: { separatorColor: colours.grid },
      },
      grid: { vertLines: { color: colours.grid }, horzLines: { color: colours.grid } },
      rightPriceScale: { borderColor: colours.grid },
      timeScale: {
        borderColor: colours.grid, timeVisible: true, secondsVisible: false,
        tickMarkFormatter: clock.tickMark,
      },
      localization: { locale, timeFormatter: clock.whole },
      crosshair: { mode: this.lib.CrosshairMode.Normal },
    });
    this.price.applyOptions({
      upColor: colours.up, downColor: colours.down, wickUpColor: colours.up,
      wickDownColor: colours.down, borderUpColor: colours.up, borderDownColor: colours.down,
      priceFormat: { type: "custom", formatter: this.money, minMove: 10 ** -precision },
    });
  }

  // Only what is new goes in, so that the viewer's place stays; a hole means all of it anew.
  feed(series, points) {
    const last = this.newest.get(series);
    const first = points.length ? points[0].time : null;
    if (last === undefined || first === null || first > last) series.setData(points);
    else for (const point of points) if (point.time >= last) series.update(point);
    if (points.length) this.newest.set(series, points[points.length - 1].time);
  }

  draw(overlays) {
    const wanted = new Set(overlays.map((one) => one.id));
    for (const [id, series] of this.overlays) {
      if (wanted.has(id)) continue;
      this.chart.removeSeries(series);
      this.overlays.delete(id);
    }
    for (const one of overlays) {
      if (!this.overlays.has(one.id)) this.overlays.set(one.id, this.added(one));
      const points = one.points.map(([time, value]) => (value === null ? { time } : { time, value }));
      this.feed(this.overlays.get(one.id), points);
    }
  }

  added({ pane, colour, kind, stepped }) {
    const histogram = kind === "histogram";
    const series = this.chart.addSeries(
      histogram ? this.lib.HistogramSeries : this.lib.LineSeries,
      {
        color: colour, lineWidth: 2, priceLineVisible: false, lastValueVisible: pane > 0,
        lineType: stepped ? 1 : 0, crosshairMarkerVisible: false,
      },
      pane,
    );
    if (pane > 0) this.chart.panes()[pane]?.setStretchFactor(0.28);
    return series;
  }

  level(levels) {
    const wanted = new Map(levels.map((one) => [one.id, one]));
    for (const [id, line] of this.lines) {
      if (wanted.has(id)) continue;
      this.price.removePriceLine(line);
      this.lines.delete(id);
    }
    for (const { id, price, colour, style, title } of levels) {
      const options = { price, color: colour, lineStyle: style, lineWidth: 1, title };
      const line = this.lines.get(id);
      if (line) line.applyOptions(options);
      else this.lines.set(id, this.price.createPriceLine({ ...options, axisLabelVisible: true }));
    }
  }

  mark(markers) {
    const found = JSON.stringify(markers);
    if (found === this.marked) return;
    this.marked = found;
    this.markers.setMarkers(markers.map(({ colour, ...one }) => ({ ...one, color: colour })));
  }

  describe(time) {
    const { bars, words, overlays, shade } = this.data;
    const bar = (time === null ? null : bars.find(([at]) => at === time)) ?? bars[bars.length - 1];
    if (!bar) return this.legend.replaceChildren();
    const [at, open, high, low, close, volume] = bar;
    const digits = { maximumSignificantDigits: 7 };
    const show = (value) => value?.toLocaleString(this.data.locale, digits) ?? "—";
    const money = this.money;
    const said = [
      this.clock.whole(at), `${words.open} ${money(open)}`, `${words.high} ${money(high)}`,
      `${words.low} ${money(low)}`, `${words.close} ${money(close)}`,
      `${words.volume} ${show(volume)}`,
    ].map((text) => element("span", "", text));
    for (const { label, colour, points } of overlays) {
      const value = points.find(([when]) => when === at)?.[1];
      if (value === undefined || value === null) continue;
      const span = element("span", "", `${label} ${show(value)}`);
      span.style.color = colour;
      said.push(span);
    }
    const blocked = shade.find(([when]) => when === at);
    if (blocked) said.push(element("span", "candles-blocked", `✖ ${blocked[1]}`));
    this.legend.replaceChildren(...said);
  }

  remove() {
    this.chart.remove();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const latest = views.get(parentElement);
  if (latest?.view) {
    latest.view.show(data);
    return latest.end;
  }
  if (latest) {
    latest.data = data; // the library is still on its way
    return latest.end;
  }
  const kept = { data, view: null, gone: false };
  kept.end = () => {
    kept.gone = true;
    kept.view?.remove();
    views.delete(parentElement);
  };
  views.set(parentElement, kept);
  loaded(data.library).then(
    (lib) => {
      if (kept.gone) return;
      kept.view = new View(lib, parentElement, kept.data, setTriggerValue);
      kept.view.show(kept.data);
    },
    () => {
      library = null; // the next look tries again
      views.delete(parentElement);
      if (parentElement.querySelector(".candles-missing")) return;
      parentElement.append(element("p", "candles-missing", kept.data.words.missing));
    },
  );
  return kept.end;
}
