"use strict";
// Sort a table by a pressed heading; figures by their data-value, text by its text.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  table.tHead.addEventListener("click", (event) => {
    const heading = event.target.closest("th");
    if (!heading) return;
    const column = heading.cellIndex;
    const isText = heading.dataset.type === "text";
    const descending = heading.getAttribute("aria-sort") !== "descending";
    const key = (row) => {
      const cell = row.cells[column];
      if (isText) return cell.textContent.trim();
      return cell.dataset.value === "" ? -Infinity : Number(cell.dataset.value);
    };
    const rows = Array.from(body.rows).sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      const order = isText ? x.localeCompare(y) : x - y;
      return descending ? -order : order;
    });
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    body.append(...rows);
  });
}
// Build an element: text goes in as text, never as markup.
const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const tableRow = (cells, tag = "td") => {
  const row = element("tr");
  for (const [text, className] of cells) row.append(element(tag, text, className));
  return row;
};
const parsed = (id) => JSON.parse(document.getElementById(id).textContent);
const shown = (value, digits) => value.toLocaleString("en-US",
  { minimumFractionDigits: digits, maximumFractionDigits: digits });

const change = (gap, digits) => {
  const text = shown(Math.abs(gap), digits);
  return Number(text.replaceAll(",", "")) === 0 ? "same" : `${gap > 0 ? "+" : "−"}${text}`;
};

// Two proposals side by side.
const compared = parsed("compare-data");
const chosen = [];
const difference = (a, b) => {
  if (a.numbers[0] === null || b.numbers[0] === null) return ["–", "text"];
  const gap = b.numbers[0] - a.numbers[0];
  const known = !a.numbers.includes(null) && !b.numbers.includes(null);
  const isApart = known && (a.numbers[2] < b.numbers[1] || b.numbers[2] < a.numbers[1]);
  return [`${change(gap, a.digits)}, intervals ${isApart ? "apart" : "overlap"}`, isApart ? "text apart" : "text"];
};
// The picture holds all proposals, a band before each line; two of them are shown.
const LOOKS = [["#0072B2", "rgba(0,114,178,0.18)", "solid"], ["#D55E00", "rgba(213,94,0,0.18)", "dash"]];
const showCurves = () => {
  const curves = document.getElementById("retention");
  const ids = curves.data.map((trace, i) => (trace.fill === "toself" ? curves.data[i + 1].name : trace.name));
  const visible = ids.map((id) => chosen.includes(id) || !(id in compared));
  window.Plotly.restyle(curves, { visible });
  chosen.forEach((id, k) => {
    const [colour, shade, dash] = LOOKS[k];
    const band = ids.indexOf(id);
    window.Plotly.restyle(curves, { fillcolor: shade }, [band]);
    window.Plotly.restyle(curves, { "line.color": colour, "line.dash": dash }, [band + 1]);
  });
  window.Plotly.relayout(curves, { width: curves.parentElement.clientWidth });
};
window.addEventListener("resize", () => { if (chosen.length === 2) showCurves(); });
const showCompared = () => {
  const view = document.getElementById("compare-view");
  const isReady = chosen.length === 2;
  view.hidden = !isReady;
  document.getElementById("compare-hint").hidden = isReady;
  document.getElementById("compare-curves").hidden = !isReady;
  if (!isReady) return;
  showCurves();
  const [a, b] = chosen.map((id) => compared[id]);
  const table = element("table");
  const head = element("thead");
  head.append(tableRow([["", "text"], [chosen[0], "text"], [chosen[1], "text"],
    [`${chosen[1]} minus ${chosen[0]}`, "text"]], "th"));
  const body = element("tbody");
  const line = (name, key) => body.append(
    tableRow([[name, "text"], [key(a), "text"], [key(b), "text"], ["", "text"]]));
  line("formulation", (p) => p.formulation);
  line("list", (p) => p.list);
  line("composition", (p) => p.parts.join("; "));
  a.figures.forEach((figure, i) => {
    const other = b.figures[i];
    const words = (f) => `${f.median} (${f.low} to ${f.high})`;
    body.append(tableRow([[figure.name, "text"], [words(figure), "text"],
      [words(other), "text"], difference(figure, other)]));
  });
  line("ends by", (p) => p.limiting);
  line("domain", (p) => p.domain);
  line("nearest measured", (p) => p.nearest);
  line("why", (p) => p.why);
  table.append(head, body);
  view.replaceChildren(table);
};
document.querySelectorAll(".choose").forEach((box) => {
  box.checked = false;
  box.addEventListener("change", () => {
    if (box.checked) chosen.push(box.value);
    else chosen.splice(chosen.indexOf(box.value), 1);
    while (chosen.length > 2) {
      const left = chosen.shift();
      document.querySelector(`.choose[value="${left}"]`).checked = false;
    }
    showCompared();
  });
});

// What if: look the sliders' position up in the grid computed beforehand.
const grid = parsed("what-if-data");
const sliders = ["cutoff", "ratio"].map((id) => document.getElementById(id));
const figureText = (value, digits, isEndless) => {
  if (value === null) return isEndless ? "endless" : "–";
  return value > grid.largest ? `> ${shown(grid.largest, 0)}` : shown(value, digits);
};
const showWhatIf = () => {
  const [i, j] = sliders.map((slider) => Number(slider.value));
  const [i0, j0] = grid.default;
  const isDefault = i === i0 && j === j0;
  const words = [`${shown(grid.upper_cutoff_V[i], 2)} V`, `${grid.electrolyte_ratio_g_per_Ah[j]} g/Ah`];
  ["cutoff", "ratio"].forEach((id, k) => {
    document.getElementById(`${id}-shown`).textContent = words[k];
    sliders[k].setAttribute("aria-valuetext", words[k]);
  });
  const rows = grid.proposals.map((proposal, n) => {
    const row = tableRow([[proposal.id, ""], [proposal.formulation, "text"]]);
    for (const column of grid.columns) {
      const table = grid.figures[column.name][n];
      const isEndless = column.name === "cycle_life_80" && grid.is_endless[n][i][j];
      const cell = element("td", figureText(table[i][j], column.digits, isEndless));
      const gap = table[i][j] === null || table[i0][j0] === null ? null : table[i][j] - table[i0][j0];
      if (!isDefault && gap !== null && Math.abs(gap) < grid.largest) {
        cell.append(element("small", change(gap, column.digits)));
      }
      row.append(cell);
    }
    const end = element("td", grid.limiting_mechanism[n][i][j], "text");
    if (grid.is_above_limit[n][i][j]) end.append(element("small", "cut-off above the oxidative limit"));
    row.append(end);
    return row;
  });
  document.querySelector("#what-if-table tbody").replaceChildren(...rows);
};
const resetWhatIf = () => {
  sliders.forEach((slider, k) => { slider.value = grid.default[k]; });
  showWhatIf();
};
sliders.forEach((slider) => slider.addEventListener("input", showWhatIf));
document.getElementById("what-if-reset").addEventListener("click", resetWhatIf);
resetWhatIf();

// On paper nothing can be opened: print what is folded up on the cards.
const folded = () => document.querySelectorAll(".card details:not([open]), #bench details:not([open])");
let opened = [];
addEventListener("beforeprint", () => { opened = [...folded()]; for (const part of opened) part.open = true; });
addEventListener("afterprint", () => { for (const part of opened) part.open = false; });

// The map and the table point at each other.
const map = document.getElementById("pareto");
const pointOf = (id) => {
  for (const [curveNumber, trace] of (map.data || []).entries()) {
    const pointNumber = trace.mode === "markers+text" ? Array.from(trace.text).indexOf(id) : -1;
    if (pointNumber >= 0) return { curveNumber, pointNumber };
  }
  return null;
};
document.querySelectorAll("table.sortable tbody tr").forEach((row) => {
  row.addEventListener("mouseenter", () => {
    const point = pointOf(row.dataset.id);
    if (point) window.Plotly.Fx.hover(map, [point]);
  });
  row.addEventListener("mouseleave", () => window.Plotly.Fx.unhover(map));
});
map.on("plotly_click", (event) => {
  const card = document.getElementById(event.points[0].text);
  if (card) card.scrollIntoView({ behavior: "smooth" });
});

const filter = document.getElementById("filter");
filter.addEventListener("input", () => {
  const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of document.querySelectorAll("table.sortable tbody tr")) {
    const text = row.textContent.toLowerCase();
    row.hidden = !wanted.every((word) => text.includes(word));
  }
});
