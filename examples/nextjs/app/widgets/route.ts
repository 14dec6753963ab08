import { withApiKey } from "../../lib/apiKeyAuth";

export const dynamic = "force-dynamic";

export const GET = withApiKey(
  (_request, apiKey) => Response.json({ organizationId: apiKey.organizationId, widgets: ["flange", "sprocket"] }),
  { action: "widgets.read" },
);
