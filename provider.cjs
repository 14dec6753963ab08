// The one path that stored states point at (`pulumi-tesseral/provider`). Committed, never built or moved.
try {
  module.exports = require("./dist/providers/handlers.js");
} catch (error) {
  const notBuilt = error.code === "MODULE_NOT_FOUND" && String(error.message).includes("dist/providers/handlers.js");
  if (!notBuilt) {
    throw error;
  }
  const sentence = `pulumi-tesseral is not built in ${__dirname}: run \`npm run build\` there and try again.`;
  // Short where Pulumi prints it, as providers/dynamicHost.ts makes every other error.
  throw Object.assign(new Error(sentence), { stack: "not built", toString: () => "pulumi-tesseral" });
}
