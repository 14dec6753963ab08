import { Backend, type BackendArgs } from "../../../components/backend";
import { codeIn, uncoded } from "../../../errors/coded";
import { appFolders, webApp } from "./apps";
import { changes, type Recorded, type RecordOptions, record } from "./record";

/** A key of the right form. */
export const sampleKey = "tesseral_secret_key_0123456789abcdefghijklmno";

/** A backend with the required arguments alone, and what an argument does to it. Makes a folder, so one for each test file. */
export function sampleBackend() {
  const code = appFolders()(webApp);
  const required: BackendArgs = { code, runtime: "nodejs24.x", handler: "run.sh", backendApiKey: sampleKey };

  const registered = (args: Partial<BackendArgs> = {}, options?: RecordOptions): Promise<Recorded[]> =>
    record(() => new Backend("api", { ...required, ...args }), options);

  /** What arguments change against others, by default the required ones. */
  const changed = async (args: Partial<BackendArgs>, before: Partial<BackendArgs> = {}) =>
    changes(await registered(before), await registered({ ...before, ...args }));

  /** Why arguments are refused, without the code that this has to have, as in a stack's configuration, which TypeScript has not seen. @throws Error when they are not, or too late */
  async function refusal(args: Record<string, unknown>): Promise<string> {
    let message = "accepted";
    const found = await record(() => {
      try {
        new Backend("api", { ...required, ...args } as BackendArgs);
      } catch (error) {
        message = (error as Error).message;
      }
    });
    if (message !== "accepted" && found.length > 0) {
      throw new Error(`refused after ${found.length} resources: ${message}`);
    }
    if (message !== "accepted" && codeIn(message) === undefined) {
      throw new Error(`refused without a code: ${message}`);
    }
    return uncoded(message);
  }

  return { required, registered, changed, refusal };
}
