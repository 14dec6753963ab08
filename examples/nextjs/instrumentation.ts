/** Called by Next.js once, before the first request is served. */
export async function register() {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    if (!process.env.TESSERAL_BACKEND_API_KEY) {
      console.error("TESSERAL_BACKEND_API_KEY is not set");
      process.exit(1);
    }
    const { apiKeyCache } = await import("./lib/apiKeyAuth");
    try {
      apiKeyCache();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    }
  }
}
