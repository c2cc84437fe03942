// The pose editor under a pointer: what a finger or a mouse takes hold of (a ring, a handle, or nothing but the view),
// and where it is drawn to.
(() => {
  "use strict";

  const { beginDrag, HANDLES } = avatarStudio.edits;
  const { turnBy } = avatarStudio.editorView;
  const STANDING_ANKLE_M = 0.05; // a foot is not dragged lower
  const ORBIT_RAD = 0.01; // of the view, for a pixel
  const ZOOM = 0.001; // for a step of the wheel

  avatarStudio.editorPointer = { followPointer };

  // choose(handle), show(pose) while it is dragged, keep(pose) when it is let go; withAngle(name, value) and
  // withOther(pose, side) make poses of the one that is shown.
  function followPointer(picture, session, pins, { choose, show, keep, withAngle, withOther }) {
    const { over, camera } = picture;
    let drag = null;

    function take(event) {
      if (!session.pose) return;
      over.setPointerCapture(event.pointerId);
      const { offsetX: x, offsetY: y } = event;
      const found = picture.hit(x, y, event.pointerType);
      session.isDragged = true;
      drag = { x, y, changed: false };
      if (found?.ring) Object.assign(drag, { ring: found.ring, value: found.ring.now });
      else if (found) {
        choose(found.handle);
        drag.handle = found.handle;
        drag.move = beginDrag(session.rig, session.pose, found.handle, pins);
        drag.at = drag.move.start;
      }
      event.preventDefault();
    }

    function turnRing(right, down) {
      const ring = picture.ringOf(drag.ring.name) || drag.ring;
      drag.value = Math.max(ring.low, Math.min(ring.high, drag.value + turnBy(camera, ring, right, down)));
      show(withAngle(ring.name, drag.value));
      drag.changed = true;
    }

    function moveHandle(right, down) {
      const by = camera.drag(drag.at, right, down);
      drag.at = drag.at.map((value, k) => value + by[k]);
      if (drag.handle.startsWith("foot")) drag.at[2] = Math.max(drag.at[2], STANDING_ANKLE_M);
      show(withOther(drag.move.to(drag.at), HANDLES[drag.handle].side));
      drag.changed = true;
    }

    function follow(event) {
      if (!drag) return;
      const [right, down] = [event.offsetX - drag.x, event.offsetY - drag.y];
      [drag.x, drag.y] = [event.offsetX, event.offsetY];
      if (drag.ring) turnRing(right, down);
      else if (drag.handle) moveHandle(right, down);
      else picture.orbit(-right * ORBIT_RAD, down * ORBIT_RAD);
    }

    function letGo() {
      const { changed } = drag || {};
      drag = null;
      session.isDragged = false;
      if (changed) keep(session.pose);
      else picture.paint();
    }

    over.addEventListener("pointerdown", take);
    over.addEventListener("pointermove", follow);
    over.addEventListener("pointerup", letGo);
    over.addEventListener("pointercancel", letGo);
    over.addEventListener("wheel", (event) => {
      if (document.activeElement !== over && !event.ctrlKey) return;
      event.preventDefault();
      picture.zoom(Math.exp(event.deltaY * ZOOM));
    }, { passive: false });
  }
})();
