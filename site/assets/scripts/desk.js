/* Makes the desk quicker; everything there works without it. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const status = document.querySelector("[data-copied]");

  const copy = async (text) => {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
      status.textContent = "Copied.";
    } catch {
      // The browser does not let us; what is selected can be copied by hand.
      status.textContent = "Your browser does not copy from here. The text is selected: copy it by hand.";
    }
  };

  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => copy(document.getElementById(button.dataset.copy)));
  });
});
