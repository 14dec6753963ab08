import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The findings of checkov that a page of docs/ explains, as `CHECK default` or `CHECK everything`, sorted: the rows of its table of check,
 * where it is found, and reason. A row without a reason counts for nothing.
 */
export function documentedFindings(page: string): string[] {
  const text = readFileSync(join(__dirname, "../../docs", page), "utf8");
  const rows = [...text.matchAll(/^\| `(CKV\w+)` \| [^|]+ \| (default|everything|both) \| [^|]{20,} \|$/gm)];
  return rows
    .flatMap(([, check, where]) =>
      (where === "both" ? ["default", "everything"] : [where]).map((one) => `${check} ${one}`),
    )
    .sort();
}
