// Saves each process of the plugin half of its start: it loads what serializes functions, which nothing here has, only when it is used.
const modules = require("node:module");

const load = modules._load;
modules._load = function (request, ...where) {
  return request === "@npmcli/arborist" || request.endsWith("/typescript-shim")
    ? new Proxy({}, { get: (_, name) => load.call(this, request, ...where)[name] })
    : load.call(this, request, ...where);
};
