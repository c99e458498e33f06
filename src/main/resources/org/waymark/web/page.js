"use strict";
// Shows what /figures.json tells. Whatever clients have a say in gets into the page as text only.

const EVERY_MILLIS = 10_000;
const FIRST_MARKS = 15;
const SVG = "http://www.w3.org/2000/svg";
const byId = id => document.getElementById(id);
let allMarks = false;
let latest = null;

function element(name, classes, ...children) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.append(...children);
  return made;
}

function drawing(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const number = value => Math.abs(value) < 10_000 ? whole.format(value) : short.format(value);

function rate(value) {
  return value === 0 ? "0" : value < 10 ? value.toFixed(1) : number(value);
}

function millis(value) {
  if (value <= 0) return ["–", ""];
  if (value >= 1000) return [(value / 1000).toPrecision(3), "s"];
  return [value < 100 ? value.toPrecision(2) : value.toFixed(0), "ms"];
}

function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) { value /= 1024; unit++; }
  return (unit === 0 ? value : value.toPrecision(3)) + " " + units[unit];
}

function duration(seconds) {
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = parts.findIndex(([size]) => seconds >= size);
  if (first < 0) return "0 s";
  const texts = [];
  for (const [size, unit] of parts.slice(first, first + 2)) {
    if (Math.floor(seconds / size) > 0) texts.push(Math.floor(seconds / size) + " " + unit);
    seconds %= size;
  }
  return texts.join(" ");
}

const count = value => element("td", "number" + (value ? "" : " zero"), number(value));
const wrong = value => element("td", "number" + (value ? " wrong" : " zero"), number(value));

function percent(share) {
  return (100 * share).toFixed(share > 0 && share < .1 ? 1 : 0) + " %";
}

function bar(share, isFull) {
  const inner = element("i");
  inner.style.width = Math.min(100, Math.max(share > 0 ? 1 : 0, 100 * share)) + "%";
  return element("div", isFull ? "bar full" : "bar", inner);
}

// ---- charts

function niceTop(value) {
  if (value <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 3, 4, 5, 6, 8, 10].map(step => step * size).find(top => top >= value);
}

function curve(values, top, width, height, steps) {
  return values
    .map((value, i) => {
      const x = width - (values.length - 1 - i) * width / (steps - 1);
      return (i ? "L" : "M") + x.toFixed(1) + " " + (height - height * Math.min(value, top) / top).toFixed(1);
    })
    .join("");
}

/** Lines of the last hour, the latest value at the right. */
function chart(figure, lines, stepSeconds, label) {
  const length = lines[0].values.length;
  if (length < 2) {
    figure.replaceChildren(element("div", "empty", "The first figures come after " + 2 * stepSeconds + " s."));
    return;
  }
  const steps = 3600 / stepSeconds, width = Math.max(200, figure.clientWidth - 44), height = figure.clientHeight - 22;
  const top = niceTop(Math.max(...lines.flatMap(line => line.values)));
  const plot = drawing("g", { transform: "translate(44 4)" });
  for (const share of [0, .5, 1]) {
    const y = height - height * share;
    plot.append(drawing("line", { class: "grid", x1: 0, x2: width, y1: y, y2: y }));
    plot.append(drawing("text", { x: -6, y: y + 4, "text-anchor": "end" }, label(top * share)));
  }
  for (const [minutes, anchor] of [[60, "start"], [45, "middle"], [30, "middle"], [15, "middle"], [0, "end"]]) {
    if (width < 320 && minutes % 30) continue;
    plot.append(drawing("text", { x: width - width * minutes / 60, y: height + 15, "text-anchor": anchor },
      minutes ? "−" + minutes + " min" : "now"));
  }
  for (const line of lines) {
    const path = curve(line.values, top, width, height, steps);
    const from = width - (length - 1) * width / (steps - 1);
    if (line.area) plot.append(drawing("path", { class: "area", d: `${path}L${width} ${height}L${from} ${height}Z` }));
    plot.append(drawing("path", { class: "curve " + line.kind, d: path }));
  }
  const svg = drawing("svg", { role: "img" }, plot);
  figure.replaceChildren(svg);
  followPointer(figure, svg, plot, { lines, steps, width, height, length, stepSeconds });
}

function followPointer(figure, svg, plot, of) {
  const caption = element("figcaption");
  const cursor = drawing("line", { class: "cursor", y1: 0, y2: of.height });
  const away = () => { caption.remove(); cursor.remove(); };
  svg.addEventListener("pointerleave", away);
  svg.addEventListener("pointermove", event => {
    const x = event.clientX - svg.getBoundingClientRect().left - 44;
    const back = Math.round((of.width - x) * (of.steps - 1) / of.width);
    if (back < 0 || back >= of.length) { away(); return; }
    const texts = of.lines.map(line => line.name + " " + line.text(line.values[of.length - 1 - back]));
    caption.textContent = (back ? duration(back * of.stepSeconds) + " ago" : "now") + ": " + texts.join(", ");
    const at = of.width - back * of.width / (of.steps - 1);
    cursor.setAttribute("x1", at);
    cursor.setAttribute("x2", at);
    plot.append(cursor);
    figure.append(caption);
    caption.style.left = Math.max(0, Math.min(at + 44 - caption.offsetWidth / 2, figure.clientWidth - caption.offsetWidth)) + "px";
  });
}

function spark(values) {
  const top = Math.max(1, ...values), width = 120, height = 24;
  const line = curve(values, top, width, height - 2, values.length);
  return drawing("svg", { class: "spark", viewBox: `0 -1 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    drawing("path", { d: `${line}L${width} ${height - 2}L0 ${height - 2}Z` }));
}

// ---- parts of the page

function showState(page) {
  const state = byId("state");
  const problem = page.fault || page.hindrance;
  state.textContent = problem || "answers queries";
  state.className = "state " + (problem ? "ill" : "well");
  byId("about").textContent = `${page.version}, up ${duration(page.upSeconds)}`;
  const list = byId("warnings");
  list.hidden = page.warnings.length === 0;
  list.replaceChildren(...page.warnings.map(warning => {
    const at = element("time", "", new Date(warning.at).toLocaleTimeString("en-GB"));
    at.dateTime = new Date(warning.at).toISOString();
    return element("li", "", at, warning.text);
  }));
}

function tile(value, unit, text, isBad) {
  return element("div", isBad ? "tile bad" : "tile", element("b", "", value, element("small", "", unit)), element("span", "", text));
}

function showTiles(page) {
  const hour = page.hour, last = hour.queries.length - 1;
  const now = last < 0 ? 0 : hour.queries[last] / hour.stepSeconds;
  const sum = list => list.reduce((one, other) => one + other, 0);
  const bad = sum(hour.refused) + sum(hour.failed);
  byId("tiles").replaceChildren(
    tile(rate(now), "/s", "queries now"),
    tile(...millis(last < 0 ? 0 : hour.medianMillis[last]), "median time to answer"),
    tile(number(sum(hour.queries)), "", "queries in the last hour"),
    ...(page.cache.size ? [tile(...percent(sum(hour.queries) ? sum(hour.hits) / sum(hour.queries) : 0).split(" "), "of them from cache")] : []),
    tile(number(bad), "", "refused or failed in the last hour", bad > 0),
    tile(number(page.marksSeen), "", page.marksSeen === 1 ? "mark seen" : "marks seen"));
}

function showCharts(page) {
  const hour = page.hour, step = hour.stepSeconds;
  const perSecond = values => values.map(value => value / step);
  const bad = hour.refused.map((value, i) => value + hour.failed[i]);
  const hits = { name: "cached", kind: "hit", values: perSecond(hour.hits), text: value => rate(value) + "/s" };
  byId("hit-key").hidden = page.cache.size === 0;
  chart(byId("rate"), [
    { name: "all", kind: "all", area: true, values: perSecond(hour.queries), text: value => rate(value) + "/s" },
    ...(page.cache.size ? [hits] : []),
    { name: "refused or failed", kind: "bad-line", values: perSecond(bad), text: value => rate(value) + "/s" },
  ], step, rate);
  const time = value => millis(value).join(" ").trim();
  chart(byId("latency"), [
    { name: "95 of 100", kind: "slow", values: hour.slowMillis, text: time },
    { name: "median", kind: "median", area: true, values: hour.medianMillis, text: time },
  ], step, value => value === 0 ? "0" : time(value));
}

function showMarks(page) {
  const all = page.marks.reduce((sum, mark) => sum + mark.hour, 0);
  const marks = [...page.marks].sort((one, other) => other.hour - one.hour || other.queries - one.queries);
  const most = marks.length ? marks[0].hour : 0;
  byId("marks-note").textContent = page.marks.length < page.marksSeen
    ? `the ${page.marks.length} busiest of ${number(page.marksSeen)}` : "";
  byId("marks").tBodies[0].replaceChildren(...marks.slice(0, allMarks ? marks.length : FIRST_MARKS).map(mark => {
    const open = element("button", "", mark.mark, element("small", "", mark.number));
    const row = element("tr", "", element("td", "", open), element("td", "wide", spark(mark.minutes.slice(0, -1))), count(mark.hour),
      element("td", "wide share", percent(all ? mark.hour / all : 0), bar(most ? mark.hour / most : 0)),
      element("td", "number wide" + (mark.hits ? "" : " zero"), number(mark.hits)), wrong(mark.refused), wrong(mark.failed));
    row.addEventListener("click", () => openDetail(mark));
    return row;
  }));
  const more = byId("more");
  more.hidden = allMarks || marks.length <= FIRST_MARKS;
  more.textContent = `Show all ${marks.length}`;
}

function showAccounts(page) {
  byId("accounts-section").hidden = page.accounts.length === 0;
  byId("accounts").tBodies[0].replaceChildren(...page.accounts.map(account => {
    const share = account.quotaBytes ? account.internetBytes / account.quotaBytes : 0;
    const quota = account.quotaBytes ? [bytes(account.quotaBytes), bar(share, share >= 1)] : ["none"];
    return element("tr", "", element("td", "", account.name), element("td", "wide", account.mark),
      element("td", "number", bytes(account.internetBytes)), element("td", "number", bytes(account.dnsBytes)),
      element("td", account.quotaBytes ? "share" : "share zero", ...quota));
  }));
}

function showCache(page) {
  const cache = page.cache, asked = cache.hits + cache.misses, share = asked ? cache.hits / asked : 0;
  const wide = value => element("td", "number wide" + (value ? "" : " zero"), number(value));
  byId("cache-section").hidden = cache.size === 0;
  byId("cache").tBodies[0].replaceChildren(element("tr", "", count(cache.entries),
    element("td", "share", `${bytes(cache.used)} of ${bytes(cache.size)}`, bar(cache.size ? cache.used / cache.size : 0)),
    count(cache.hits), count(cache.misses), element("td", "wide share", percent(share), bar(share)),
    wide(cache.stale), wide(cache.prefetches), wide(cache.evicted)));
}

function serverState(server) {
  if (server.downPaths === 0) return element("td", "dot well", server.answers || !server.tries ? "well" : "no answer yet");
  return element("td", server.answers ? "dot partly" : "dot ill", `down on ${server.downPaths} ${server.downPaths === 1 ? "path" : "paths"}`);
}

function showServers(page) {
  byId("servers").tBodies[0].replaceChildren(...page.servers.map(server => element("tr", "",
    element("td", "", server.name), serverState(server), element("td", "wide", server.groups.join(", ")),
    count(server.answers), element("td", "number wide" + (server.timeouts ? " wrong" : " zero"), number(server.timeouts)),
    element("td", "number wide" + (server.errors ? " wrong" : " zero"), number(server.errors)),
    element("td", "number", millis(server.meanMillis).join(" ").trim()))));
}

function showLimits(page) {
  byId("limits").tBodies[0].replaceChildren(...page.limits.map(limit => element("tr", "",
    element("td", "", limit.limit), count(limit.used), element("td", "number", number(limit.max)),
    element("td", "share", bar(limit.used / limit.max, limit.used >= limit.max)))));
}

function show(page) {
  latest = page;
  showState(page);
  showTiles(page);
  showCharts(page);
  showMarks(page);
  showAccounts(page);
  showCache(page);
  showServers(page);
  showLimits(page);
  document.body.dataset.shown = "yes";
}

// ---- one mark

const DETAIL_EVERY_MILLIS = 2000;
let opened = null;
let nextRefresh = 0;

function openDetail(mark) {
  opened = mark;
  history.replaceState(null, "", "#" + mark.mark);
  byId("detail-title").textContent = `${mark.mark} (${mark.number})`;
  byId("detail-note").textContent = "";
  byId("detail-lists").replaceChildren();
  byId("detail").showModal();
  refreshDetail();
}

/** An address such as /#0x89 opens the details of a mark. */
function openAddressed() {
  const mark = latest && latest.marks.find(each => "#" + each.mark === location.hash);
  if (mark && !opened) openDetail(mark);
}

function list(title, shares) {
  if (shares.length === 0) return [];
  const table = element("table", "", element("tbody", "", ...shares.map(share =>
    element("tr", "", element("td", "", share.what), count(share.queries)))));
  return [element("h3", "", title), table];
}

async function refreshDetail() {
  const mark = opened;
  if (!mark || !byId("detail").open) return;
  try {
    const detail = await figures("?mark=" + mark.mark);
    if (mark === opened) showDetail(detail);
  } catch (problem) {
    if (mark === opened) byId("detail-note").textContent = "no figures: " + problem.message;
  }
  clearTimeout(nextRefresh);
  nextRefresh = setTimeout(refreshDetail, DETAIL_EVERY_MILLIS);
}

function showDetail(detail) {
  const queries = value => number(value) + (value === 1 ? " query" : " queries");
  const all = detail.all;
  byId("detail-note").textContent =
    (detail.queries ? `Since you look: ${queries(detail.queries)}. ` : "") +
    `In all: ${queries(all.queries)}, ${number(all.hits)} answered from the cache (saves ${bytes(all.saved)}), ${number(all.refused)} refused, ${number(all.failed)} failed.` +
    (detail.queries ? "" : " Waiting for the next one.");
  byId("detail-lists").replaceChildren(
    ...list("Servers", detail.servers), ...list("Refused or failed", detail.refusals), ...list("Names", detail.names));
}

// ---- to begin with

async function figures(query) {
  const answer = await fetch("figures.json" + query);
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

async function refresh() {
  try {
    show(await figures(""));
  } catch (problem) {
    byId("state").textContent = "no figures: " + problem.message;
    byId("state").className = "state ill";
  }
}

byId("more").addEventListener("click", () => { allMarks = true; showMarks(latest); });
byId("detail").addEventListener("close", () => {
  opened = null;
  history.replaceState(null, "", location.pathname);
});
addEventListener("resize", () => { if (latest) showCharts(latest); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
setInterval(() => { if (!document.hidden) refresh(); }, EVERY_MILLIS);
addEventListener("hashchange", openAddressed);
refresh().then(openAddressed);
