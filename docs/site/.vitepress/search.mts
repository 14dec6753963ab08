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
     * before its code: `TSL`, which the title of every error has, then asks for errors.
     */
    tokenize(text: string): string[] {
      const places = /\S+\.(?:ya?ml|json):\d+:\d+ |\bcustomers\.[\w.[\]-]+(?=:)/g;
      const words = text.replaceAll(places, " ").split(/[\n\r\p{Z}\p{P}]+/u);
      const pasted = words.filter((word) => word !== "").length >= 8 ? ["TSL"] : [];
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
    /** The entry of a pasted code comes first, then tasks and explanations, then the reference, and last what readers seldom look for. */
    boostDocument(id: string, term: string): number {
      if (term.startsWith("tsl-")) {
        return id.endsWith(`errors.html#${term}`) ? 20 : 1;
      }
      if (/^\/#|repository\/|decisions\.html|benchmarks\.html/.test(id)) {
        return 0.3;
      }
      if (id.startsWith("/tasks/")) {
        return 1.3;
      }
      return id.startsWith("/reference/") ? 0.8 : 1;
    },
  },
};
