// Runs before the first paint, so that a chosen appearance never flashes. The rest of the choice lives in app.js.
(function () {
  "use strict";
  try {
    const chosen = window.localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch (refused) {
    // A browser that refuses storage follows the system.
  }
})();
