import { withApiKey } from "../../lib/apiKeyAuth";

export const dynamic = "force-dynamic";

export const GET = withApiKey((_request, apiKey) => Response.json(apiKey));
