"use strict";

// Every service of the chain, offline: nothing is validated or loaded elsewhere.
window.addEventListener("load", async () => {
  const urls = await (await fetch("/api/docs/services.json")).json();
  window.ui = SwaggerUIBundle({
    urls,
    dom_id: "#swagger-ui",
    layout: "StandaloneLayout",
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    deepLinking: true,
    persistAuthorization: false,
    validatorUrl: null,
  });
});
