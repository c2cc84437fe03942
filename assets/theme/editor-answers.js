// What the pose editor asks the studio, and its answer to an edit in sentences.
(() => {
  "use strict";

  const { sayAngle } = avatarStudio.edits;
  const PARTS = { trunk: "the trunk", skull: "the head" };

  // Raises an Error with the studio's own sentence for what it refuses.
  async function ask(address, body, method = body ? "POST" : "GET") {
    const options = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(address, { method, ...options });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error?.message || "The studio does not answer. Try again.");
    return said;
  }

  const sayPart = (part) => {
    const [plain, side] = part.split(".");
    const word = { upperarm: "upper arm", shank: "lower leg" }[plain] || plain;
    return side ? `the ${side === "L" ? "left" : "right"} ${word}` : PARTS[plain] || `the ${word}`;
  };
  const begin = (text) => text[0].toUpperCase() + text.slice(1);

  // Which joints went too far, what is inside of what, and whether touches were lost.
  function linesOf({ over, overlaps, lost }) {
    const lines = [
      ...over.map((name) => `${begin(sayAngle(name).toLowerCase())}: as far as this joint goes.`),
      ...overlaps.map(([inner, outer, deep]) => `${begin(sayPart(inner))} is ${Math.max(1, Math.round(deep))} cm inside ${sayPart(outer)}.`),
      ...(lost.length ? ["What touched the body before no longer does."] : []),
    ];
    return lines.length ? lines : ["Every joint is within its range, the body stands clear."];
  }

  avatarStudio.editorAnswers = { ask, linesOf };
})();
