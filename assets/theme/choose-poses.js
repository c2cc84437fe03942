// Several poses of the gallery in one order: chosen by “Select”, or by Ctrl or Shift and a click; in the order of choice.
(() => {
  "use strict";

  const MOST = 32; // as many as one order takes

  let chosen = [];
  let ordered = [];
  avatarStudio.orderedPoses = () => JSON.stringify(ordered);

  avatarStudio.choosePoses = (element, trigger, event) => {
    const [bar, words, order, toggle] = ["choose-bar", "chosen-words", "order-poses", "choose-several"].map((name) =>
      element.querySelector(`[data-${name}]`),
    );
    let isChoosing = false;
    let last = null;

    function show() {
      for (const tile of element.querySelectorAll("[data-grid] .tile")) {
        const at = chosen.indexOf(tile.dataset.id);
        tile.toggleAttribute("data-chosen", at >= 0);
        tile.querySelector(".tile-picture").dataset.number = at + 1;
      }
      bar.hidden = !isChoosing;
      toggle.setAttribute("aria-pressed", String(isChoosing));
      words.textContent = chosen.length === MOST ? `${MOST} chosen, as many as one order takes` : `${chosen.length} chosen`;
      order.textContent = chosen.length === 1 ? "Order 1 pose" : `Order ${chosen.length} poses`;
      order.disabled = chosen.length === 0;
    }

    function turn(on) {
      isChoosing = on;
      if (!on) chosen = [];
      show();
    }

    const flip = (id) => {
      if (chosen.includes(id)) chosen = chosen.filter((one) => one !== id);
      else if (chosen.length < MOST) chosen = [...chosen, id];
    };

    // All visible tiles between the last one chosen and this one.
    function reach(tile) {
      const tiles = [...element.querySelectorAll("[data-grid] .tile:not([hidden])")];
      const [from, to] = [tiles.indexOf(last), tiles.indexOf(tile)].sort((a, b) => a - b);
      for (const { dataset } of tiles.slice(Math.max(from, 0), to + 1)) if (!chosen.includes(dataset.id)) flip(dataset.id);
    }

    element.addEventListener("click", (press) => {
      const tile = press.target.closest("[data-grid] .tile");
      const more = press.ctrlKey || press.metaKey || press.shiftKey;
      if (!tile || !(isChoosing || more)) return;
      press.stopPropagation(); // it does not go on the stage
      isChoosing = true;
      if (press.shiftKey && last) reach(tile);
      else flip(tile.dataset.id);
      last = tile;
      show();
    }, true);
    element.addEventListener("click", ({ target }) => {
      if (target.closest("[data-choose-several]")) turn(!isChoosing);
      if (target.closest("[data-choose-none]")) turn(false);
      if (target.closest("[data-order-poses]")) {
        ordered = chosen;
        trigger(event, { act: event });
        turn(false);
      }
    });
    element.addEventListener("keydown", ({ key }) => key === "Escape" && isChoosing && turn(false));
  };
})();
