/* Light or dark: as the device says, unless a reader chose on an earlier page. */
(() => {
  const root = document.documentElement;
  const attribute = "data-md-color-scheme";

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

  root.classList.replace("no-js", "js");
  root.setAttribute(attribute, remembered() ?? "auto");

  document.addEventListener("DOMContentLoaded", () => {
    const buttons = [...document.querySelectorAll("[data-palette] button")];
    const show = (current) => buttons.forEach((button) => (button.hidden = button !== current));

    buttons.forEach((button, index) => {
      const next = buttons[(index + 1) % buttons.length];
      button.addEventListener("click", () => {
        const scheme = next.getAttribute(attribute);
        root.setAttribute(attribute, scheme);
        remember(scheme);
        show(next);
        next.focus();
      });
    });

    const chosen = root.getAttribute(attribute);
    show(buttons.find((button) => button.getAttribute(attribute) === chosen) ?? buttons[0]);
  });
})();
