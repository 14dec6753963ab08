// How the search of the site reads what is typed or pasted. VitePress sends these functions to the browser as text: each uses nothing but its arguments.

/** Whole messages are pasted: what has most of their words comes first, short words stand for themselves alone. */
export const miniSearch = {
  options: {
    /** Words, and error codes as a whole besides: `TSL-BRAKE` is rarer than `brake`. */
    tokenize: (text: string) => [...text.split(/[\n\r\p{Z}\p{P}]+/u), ...(text.match(/\bTSL(?:-[A-Z]+)+/g) ?? [])],
  },
  searchOptions: {
    /**
     * As above, but without the place that a message begins with: its names are the reader's own. So many words are a message that was pasted, perhaps cut off
     * before its code: `TSL`, which the title of every error has, then asks for errors. Who asks in a whole sentence, beginning with "how", means no error.
     */
    tokenize(text: string): string[] {
      const places = /\S+\.(?:ya?ml|json):\d+:\d+ |\bcustomers\.[\w.[\]-]+(?=:)/g;
      const words = text.replaceAll(places, " ").split(/[\n\r\p{Z}\p{P}]+/u);
      const isQuestion = /^\s*(?:how|what|why|where|when|which|who|can|may|do|does|should|i|we)\s/i.test(text);
      const pasted = !isQuestion && words.filter((word) => word !== "").length >= 8 ? ["TSL"] : [];
      return [...words, ...pasted, ...(text.match(/\bTSL(?:-[A-Z]+)+/g) ?? [])];
    },
    /** Words that stand in every sentence find nothing. */
    processTerm(term: string): string | null {
      const everywhere = /^(?:an?|the|is|are|was|be|of|in|on|to|it|its|that|this|and|or|by|as|for|has|with|error)$/i;
      return everywhere.test(term) ? null : term.toLowerCase();
    },
    fuzzy: (term: string) => (term.length > 5 ? 0.15 : false),
    prefix: (term: string) => term.length > 3,
    boost: { title: 3, titles: 0.5, text: 1 },
    /**
     * The entry of a pasted code comes first, and the page that is named after what is looked for; then tasks and explanations, then the reference, and last what
     * readers seldom look for. An id begins with what the site stands below, such as the name of its repository: only what comes after it is compared.
     */
    boostDocument(id: string, term: string, fields?: Record<string, unknown>): number {
      if (term.startsWith("tsl-")) {
        return id.endsWith(`errors.html#${term}`) ? 20 : 1;
      }
      // The top of a page, not one of its sections.
      const isTop = Array.isArray(fields?.titles) && fields.titles.length === 0;
      if (isTop && id.includes(`/${term}.html#`) && !/\/(?:reference|repository|tasks)\//.test(id)) {
        return 2;
      }
      if (/^(?:\/[^/]+)?\/#|\/repository\/|\/decisions\.html|\/benchmarks\.html/.test(id)) {
        return 0.3;
      }
      // What was pasted asks for errors: see above.
      if (term === "tsl") {
        return 4;
      }
      if (id.includes("/tasks/")) {
        return 1.3;
      }
      return id.includes("/reference/") ? 0.8 : 1;
    },
  },
};
