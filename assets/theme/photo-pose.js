// A pose out of a photo: the photo and the body side by side, and the body over the photo as far as the slider says.
(() => {
  "use strict";

  avatarStudio.photoPose = (element) => {
    const dialog = element.querySelector("[data-photo-pose]");
    const find = (name) => dialog.querySelector(`[data-${name}]`);
    const [photo, slider, says] = ["photo", "blend", "blend-says"].map(find);
    const bodies = [...dialog.querySelectorAll("[data-laid]")];
    let [address, slug] = ["", ""];

    const blend = () => {
      bodies[0].style.opacity = slider.value / 100; // the second stands beside the photo, and stays
      says.textContent = `${slider.value} %`;
    };

    // How much of the pictures' height the window holds is for the style sheet to say; their shape is the photo's.
    function show(file, { pose, on_photo: body }) {
      address = URL.createObjectURL(file);
      slug = pose.slug;
      find("title").textContent = pose.name;
      photo.onload = () => dialog.style.setProperty("--shape", photo.naturalWidth / photo.naturalHeight);
      photo.src = address;
      for (const one of bodies) {
        Object.assign(one.style, { left: `${100 * body.left}%`, top: `${100 * body.top}%`, width: `${100 * body.width}%` });
        one.src = body.picture;
      }
      slider.value = slider.defaultValue;
      blend();
      dialog.showModal();
      slider.focus();
    }

    slider.addEventListener("input", blend);
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || target.closest("[data-close]")) dialog.close();
      if (!target.closest("[data-edit]")) return;
      dialog.close();
      document.dispatchEvent(new CustomEvent("avatar-studio-edit", { detail: { slug, isNew: false } }));
    });
    dialog.addEventListener("close", () => {
      URL.revokeObjectURL(address);
      for (const picture of [photo, ...bodies]) picture.removeAttribute("src");
      element.querySelector(`.tile[data-id="${CSS.escape(slug)}"]`)?.focus();
    });
    return { show };
  };
})();
