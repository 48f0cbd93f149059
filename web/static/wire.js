// Keys for reading: j and k move between items, o opens, / searches, ? explains. The site is whole without any of it.
(() => {
  const language = document.documentElement.lang;
  const chinese = language.startsWith("zh");
  const articles = [...document.querySelectorAll("article.item .title a, .timeline h3 a")];
  let at = -1;
  // Whoever goes on by tab or by a click goes on from there.
  addEventListener("focusin", ({ target }) => {
    const near = articles.indexOf(target.closest("article.item, .timeline li")?.querySelector(".title a, h3 a"));
    if (near >= 0) at = near;
  });
  const go = (step) => {
    let next = at + step;
    while (articles[next] && !articles[next].getClientRects().length) next += step; // hidden on narrow screens
    at = articles[next] ? next : Math.min(Math.max(at, 0), articles.length - 1);
    articles[at]?.focus();
    articles[at]?.scrollIntoView({ block: "center" });
  };
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    o: () => articles[at]?.click(),
    "/": () => document.getElementById("q")?.focus(),
    "?": () => location.assign(chinese ? "/zh/about#keys" : "/about#keys"),
  };
  // Who dictates or hits keys by chance can switch them off; that stays on the device, where it may be stored at all.
  const OFF = "keys-off";
  let storage = {};
  try {
    storage = localStorage;
  } catch {} // then it holds for this page
  const toggle = document.getElementById("keys-on");
  if (toggle) {
    toggle.checked = storage[OFF] === undefined;
    toggle.closest("p").hidden = false;
    toggle.addEventListener("change", () => {
      if (toggle.checked) delete storage[OFF];
      else storage[OFF] = "1";
    });
  }
  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && typing?.id === "q") typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key] || storage[OFF]) return;
    event.preventDefault();
    keys[event.key]();
  });
  // The last digests can be read without a connection, where browsers have a way to keep them.
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
  // A time within a day is said as people say it; of another, the day is enough. Where reports stand in the order of time,
  // it stays whole.
  const ago = new Intl.RelativeTimeFormat(language, { style: "short" });
  const said = (minutes) => {
    if (minutes === 0) return chinese ? "刚刚" : "just now";
    return Math.abs(minutes) < 60 ? ago.format(-minutes, "minute") : ago.format(-Math.trunc(minutes / 60), "hour");
  };
  const times = [...document.querySelectorAll("time[title]")]
    .filter((time) => !time.closest(".timeline, .whole"))
    .map((time) => [time, time.textContent]);
  const short = (time, whole) => {
    const minutes = Math.trunc((Date.now() - Date.parse(time.dateTime)) / 60000);
    return Math.abs(minutes) >= 1440 ? whole.replace(/,? [\d:]+$/, "") : said(minutes);
  };
  // Paper is read later: there a time stays whole.
  const paper = matchMedia("print");
  const write = () =>
    times.forEach(([time, whole]) => (time.textContent = paper.matches ? whole : short(time, whole)));
  paper.addEventListener("change", write);
  addEventListener("pageshow", write);
  document.addEventListener("visibilitychange", write); // whoever comes back to it reads it now
  write();
  // On a narrow one the row of pages scrolls: the one that is shown is in sight.
  document.querySelector(".masthead [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  // On a wide screen the filters stand open beside the list.
  const facets = document.querySelector("details.facets");
  if (facets && matchMedia("(min-width: 1000px)").matches) facets.open = true;
})();
