/* Light or dark: as the device says, unless a reader chose on an earlier page. */
"use strict";

(() => {
  const AUTO = "auto";
  const LIGHT = "default";
  const DARK = "slate";
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");

  const remembered = () => {
    try {
      return localStorage.getItem("colors");
    } catch {
      return null;
    }
  };

  const remember = (scheme) => {
    try {
      localStorage.setItem("colors", scheme);
    } catch {
      // Storage is switched off: the choice holds for this page.
    }
  };

  /* From the device's colors the first step leads to the others, so that each press of the button is seen. */
  const after = (scheme) => {
    const order = device.matches ? [AUTO, LIGHT, DARK] : [AUTO, DARK, LIGHT];
    return order[(order.indexOf(scheme) + 1) % order.length];
  };

  const apply = (scheme) => root.setAttribute("data-md-color-scheme", scheme);

  apply([LIGHT, DARK].includes(remembered()) ? remembered() : AUTO);

  document.addEventListener("DOMContentLoaded", () => {
    const buttons = [...document.querySelectorAll("[data-palette] button")];
    const offer = () => {
      const next = after(root.getAttribute("data-md-color-scheme"));
      buttons.forEach((button) => (button.hidden = button.dataset.scheme !== next));
      return buttons.find((button) => !button.hidden);
    };

    buttons.forEach((button) =>
      button.addEventListener("click", () => {
        apply(button.dataset.scheme);
        remember(button.dataset.scheme);
        offer().focus();
      }),
    );
    device.addEventListener("change", offer);
    offer();
  });
})();
