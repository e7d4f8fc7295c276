// Zooms into the drawing of modules: moves its rectangles, and writes names as text alone.
(() => {
  "use strict";
  const region = document.getElementById("treemap");
  const svg = region.querySelector("svg");
  const bar = document.getElementById("treemap-bar");
  const out = document.getElementById("treemap-out");
  const place = document.getElementById("treemap-place");
  const WIDTH = 1000, HEIGHT = 560, LINE = 15, CHARACTER = 7;

  const child = (of, name) => [...of.children].find((one) => one.localName === name);
  const parts = (of) => [...of.children].filter((one) => one.localName === "g");
  const title = (of) => child(of, "title").textContent;

  // Where each part is in the whole drawing.
  const boxes = new Map([[svg, { x: 0, y: 0, width: WIDTH, height: HEIGHT }]]);
  for (const part of svg.querySelectorAll("g")) {
    const rect = child(part, "rect");
    const box = {};
    for (const side of ["x", "y", "width", "height"]) box[side] = Number(rect.getAttribute(side));
    boxes.set(part, box);
  }

  let shown = svg;   // what fills the drawing
  let chosen = null; // which of its parts the keys are at

  // A name stands where a line of it has room: in a part without others in it, or above these.
  const name = (part, x, y, width, height, scale) => {
    const within = parts(part);
    const room = within.length === 0 ? height : (boxes.get(within[0]).y - boxes.get(part).y) * scale;
    const most = Math.floor((width - 6) / CHARACTER);
    let text = child(part, "text");
    if (room < LINE || height < LINE || most < 2) {
      if (text) text.remove();
      return;
    }
    if (!text) {
      text = document.createElementNS(svg.namespaceURI, "text");
      child(part, "rect").after(text);
    }
    // Without a name around it, a part says what it is in.
    const around = part.parentNode;
    const words = around !== svg && !child(around, "text") ? 2 : 1;
    const last = title(part).replace(/, [^,]*$/, "").split(".").slice(-words).join(".");
    text.textContent = last.length > most ? last.slice(0, most - 1) + "\u2026" : last;
    text.setAttribute("x", x + 4);
    text.setAttribute("y", y + 13);
  };

  const choose = (part) => {
    if (chosen) chosen.classList.remove("chosen");
    chosen = part;
    if (chosen) chosen.classList.add("chosen");
    place.textContent = chosen ? title(chosen) : shown === svg ? "" : title(shown);
  };

  const show = (of) => {
    shown = of;
    const view = boxes.get(of);
    const across = WIDTH / view.width, down = HEIGHT / view.height;
    for (const [part, box] of boxes) {
      if (part === svg) continue;
      const isSeen = of === svg || of.contains(part) || part.contains(of);
      part.setAttribute("visibility", isSeen ? "visible" : "hidden");
      if (!isSeen) continue;
      const x = (box.x - view.x) * across, y = (box.y - view.y) * down;
      const width = box.width * across, height = box.height * down;
      const rect = child(part, "rect");
      rect.setAttribute("x", x);
      rect.setAttribute("y", y);
      rect.setAttribute("width", width);
      rect.setAttribute("height", height);
      name(part, x, y, width, height, down);
    }
    out.disabled = of === svg;
    choose(null);
  };

  const zoomIn = (part) => { if (part && parts(part).length > 0) show(part); };

  const zoomOut = () => {
    if (shown === svg) return;
    const from = shown;
    show(from.parentNode);
    choose(from);
  };

  const step = (by) => {
    const all = parts(shown);
    const from = chosen ? all.indexOf(chosen) : by > 0 ? -1 : 0;
    if (all.length > 0) choose(all[(from + by + all.length) % all.length]);
  };

  svg.addEventListener("click", (event) => {
    let at = event.target.closest("g");
    while (at && at.parentNode !== shown) at = at.parentNode.closest("g");
    if (at) { choose(at); zoomIn(at); } else zoomOut();
  });

  region.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const act = {
      ArrowRight: () => step(1), ArrowDown: () => step(1), ArrowLeft: () => step(-1), ArrowUp: () => step(-1),
      Enter: () => zoomIn(chosen), Escape: zoomOut, Backspace: zoomOut,
    }[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  out.addEventListener("click", () => { zoomOut(); region.focus(); });
  svg.classList.add("zooms");
  bar.hidden = false;
})();
