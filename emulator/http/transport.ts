import { internal, PlainError } from "../errors";

const contentTypes = ["application/json", "application/json; charset=utf-8"];
const plainHeaders = { "X-Content-Type-Options": "nosniff" };

/** Absent, or exactly one of two texts. Throws 415. */
export function checkContentType(contentType: string | undefined): void {
  if (contentType === undefined || contentType === "" || contentTypes.includes(contentType)) {
    return;
  }
  throw new PlainError(415, `"${contentType}?" sub-format not supported\n`, plainHeaders);
}

/** Aborts `deadline` when `X-Server-Timeout` (seconds) runs out; the timer has to be cleared. Throws 400 if not a number. */
export function readDeadline(
  header: string | string[] | undefined,
  deadline: AbortController,
): NodeJS.Timeout | undefined {
  const text = header?.toString() ?? "";
  if (text === "") {
    return undefined;
  }
  const seconds = parseFloatAsGo(text);
  if (seconds === undefined) {
    const reason = `strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw new PlainError(400, `invalid timeout ${JSON.stringify(text)}: ${reason}\n`, plainHeaders);
  }
  if (seconds <= 0) {
    deadline.abort(internal());
    return undefined;
  }
  return setTimeout(() => deadline.abort(internal()), Math.min(seconds * 1000, 2 ** 31 - 1));
}

function parseFloatAsGo(text: string): number | undefined {
  if (/^[-+]?(?:inf|infinity)$/i.test(text)) {
    return text.startsWith("-") ? -1 : Number.MAX_VALUE;
  }
  return /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?$/i.test(text) ? Number(text) : undefined;
}
