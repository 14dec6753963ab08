/** Called by Next.js once, before the first request is served. */
export function register() {
  if (process.env.NEXT_RUNTIME === "nodejs" && !process.env.TESSERAL_BACKEND_API_KEY) {
    console.error("TESSERAL_BACKEND_API_KEY is not set");
    process.exit(1);
  }
}
