// Comparing: side by side, under a slider, as a difference, or in turn.
(() => {
  "use strict";

  const BLINK_MS = 700;
  const PAIRS = ["slide", "differ"]; // ways that take two

  avatarStudio.comparison = (element, props, watch, trigger) => {
    const dialog = element.querySelector("dialog");
    const stage = dialog.querySelector("[data-stage]");
    const says = dialog.querySelector("[data-says]");
    const pair = dialog.querySelector("[data-pair]");
    const sides = [...pair.querySelectorAll("select")];
    const ways = [...dialog.querySelectorAll("[name=compare-way]")];
    let [pictures, blinking, wanted] = [[], 0, false];
    const still = matchMedia("(prefers-reduced-motion: reduce)");

    avatarStudio.compare = (ids) => {
      wanted = true;
      trigger("these", { act: "these", id: "", ids });
      if (props.value && JSON.stringify(avatarStudio.read(props.value).ids) === JSON.stringify(ids)) open();
    };

    function image({ url, alt }) {
      const made = new Image();
      Object.assign(made, { src: url, alt, decoding: "async" });
      return made;
    }
    function figure(picture) {
      const made = document.createElement("figure");
      const [words, name, said] = ["figcaption", "bdi", "span"].map((tag) => document.createElement(tag));
      name.textContent = picture.title;
      Object.assign(said, { className: "quiet", textContent: picture.said });
      words.append(name, said);
      made.append(image(picture), words);
      return made;
    }
    const chosen = () => sides.map((side) => pictures[Number(side.value)]);

    const draw = {
      side() {
        stage.append(...pictures.map(figure));
        says.textContent = "";
      },
      slide() {
        const [left, right] = chosen();
        const [box, range, over] = ["div", "input", "div"].map((tag) => document.createElement(tag));
        box.className = "compare-box";
        over.className = "compare-over";
        Object.assign(range, { type: "range", min: 0, max: 100, value: 50 });
        range.setAttribute("aria-label", "How much of the left picture is seen");
        const cut = () => box.style.setProperty("--cut", `${range.value}%`);
        range.addEventListener("input", cut);
        over.append(image(left));
        box.append(image(right), over, range);
        stage.append(box);
        cut();
        range.focus();
        says.textContent = "Move the line: the left picture is left of it.";
      },
      differ() {
        const [left, right] = chosen();
        const box = document.createElement("div");
        box.className = "compare-box compare-differ";
        const over = document.createElement("div");
        over.className = "compare-over";
        over.append(image(right));
        box.append(image(left), over);
        stage.append(box);
        says.textContent = "Black is equal in both. What shines differs.";
      },
      blink() {
        const made = pictures.map(figure);
        stage.append(...made);
        let now = 0;
        const show = () => made.forEach((one, number) => one.classList.toggle("is-away", number !== now));
        const next = () => {
          now = (now + 1) % made.length;
          show();
        };
        show();
        if (!still.matches) blinking = setInterval(next, BLINK_MS);
        stage.onclick = next;
        says.textContent = still.matches ? "Press the picture for the next one." : "One after the other, each in the same place.";
      },
    };

    function show() {
      clearInterval(blinking);
      stage.onclick = null;
      stage.replaceChildren();
      const way = ways.find((one) => one.checked)?.value || "side";
      stage.dataset.way = way;
      stage.dataset.count = String(pictures.length);
      pair.hidden = !PAIRS.includes(way) || pictures.length < 3;
      draw[way]();
    }
    function open() {
      if (!wanted) return;
      wanted = false;
      pictures = avatarStudio.read(props.value).pictures || [];
      for (const [number, side] of sides.entries()) {
        side.replaceChildren(...pictures.map((picture, index) => {
          const made = document.createElement("option");
          Object.assign(made, { value: index, textContent: `${index + 1}. ${picture.title}` });
          return made;
        }));
        side.value = String(number);
      }
      if (!ways.some((one) => one.checked)) ways[0].checked = true;
      if (!dialog.open) dialog.showModal();
      show();
    }

    dialog.addEventListener("change", ({ target }) => (ways.includes(target) || sides.includes(target)) && show());
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || target.closest("[data-close]")) dialog.close();
    });
    dialog.addEventListener("close", () => {
      clearInterval(blinking);
      stage.replaceChildren();
    });
    watch("value", open);
  };
})();
