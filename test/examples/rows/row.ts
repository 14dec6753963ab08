import type { Session } from "../session";

/** One line of the conformance table: what is done to a backend, and what must be seen. */
export interface Row {
  /** What the caller or Tesseral does. */
  name: string;
  /** The only right observation. */
  expected: string;
  /** Does it and says what was seen. Leaves the session as it found it. */
  observe(session: Session): Promise<string>;
}

export const unauthorized = '401 {"error":"unauthorized"}';
export const forbidden = '403 {"error":"forbidden"}';
export const unavailable = '503 {"error":"unavailable"}';

/** Does something, and says whether the server's log then has a text that was not there before. */
export async function withLog(
  session: Session,
  text: string,
  act: () => Promise<string>,
  running = session.running,
): Promise<string> {
  const before = running.output.length;
  const said = await act();
  // The log comes through a pipe of its own and can be later than the answer.
  for (const deadline = Date.now() + 1000; Date.now() < deadline; ) {
    if (running.output.slice(before).includes(text)) {
      return `${said}, and says why in the log`;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return said;
}
