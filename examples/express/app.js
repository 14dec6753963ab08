import express from "express";
import { createApiKeyAuth } from "./apiKeyAuth.js";
import { ApiKeyCache } from "./apiKeyCache.js";

const { requireApiKey, requireAction } = createApiKeyAuth({
  backendApiKey: process.env.TESSERAL_BACKEND_API_KEY,
  apiUrl: process.env.TESSERAL_API_URL,
  cache: new ApiKeyCache(process.env.TESSERAL_CACHE_SECONDS, process.env.TESSERAL_STALE_SECONDS),
});

const app = express();
app.disable("x-powered-by");

app.get("/healthz", (_req, res) => {
  res.json({ ok: true });
});

// Authentication stands on each route: in front of a router it would also ask Tesseral about paths that do not exist.
app.get("/whoami", requireApiKey, (req, res) => {
  res.json(req.apiKey);
});

app.get("/widgets", requireApiKey, requireAction("widgets.read"), (req, res) => {
  res.json({ organizationId: req.apiKey.organizationId, widgets: ["flange", "sprocket"] });
});

app.listen(process.env.PORT || 8080);
