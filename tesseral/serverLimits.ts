/** Numbers of the server that requests are planned by. */

/** Items of a page of its lists. */
export const pageLength = 10;

/** Creates of API keys that may be in flight at once: more of them can stall a server with a pool of four connections for good. */
export const apiKeyCreatesAtOnce = 3;
