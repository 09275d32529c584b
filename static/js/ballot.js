/* A ballot card's QR code carries its code after a #, which browsers tell no server: into the form. */
(() => {
  "use strict";
  const field = document.querySelector("input[name=card]");
  const code = location.hash.slice(1);
  if (!field || !/^[0-9A-Z-]{12,20}$/.test(code)) return;
  field.value = code;
  history.replaceState(null, "", location.pathname);
})();
