/** Works on all items, so many at a time. The first failure is thrown, and nothing more is begun: the rest could be thousands of requests for nothing. */
export async function workOnEach<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  let hasFailed = false;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (const item of left) {
        if (hasFailed) {
          return;
        }
        await work(item).catch((error: unknown) => {
          hasFailed = true;
          throw error;
        });
      }
    }),
  );
}
