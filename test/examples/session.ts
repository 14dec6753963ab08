import { type Answer, launch, NotStarted, type Running, type Startable } from "./launch";
import { type Key, Project } from "./project";

/** One server under test, running against a project of its own, and the words in which rows observe it. */
export class Session {
  /** What each server wrote that has ended. */
  readonly ended: string[] = [];
  readonly #secrets: string[] = [];
  readonly #others = new Map<string, Running>();

  constructor(
    readonly server: Startable,
    readonly project: Project,
    readonly running: Running,
  ) {}

  /** @throws NotStarted */
  static async start(server: Startable): Promise<Session> {
    const project = await Project.start();
    try {
      const running = await launch(server, variablesOf(project));
      return new Session(server, project, running);
    } catch (error) {
      await project.emulator.close();
      throw error;
    }
  }

  /** Sends a request and says what came: status, body, how often Tesseral was asked, and whatever is wrong with it. */
  async ask(authorization: string | undefined, path = "/whoami", running = this.running): Promise<string> {
    const callsBefore = this.project.authenticateCalls;
    const said = await this.say(authorization, path, running);
    const calls = this.project.authenticateCalls - callsBefore;
    return `${said}, ${calls === 1 ? "1 call" : `${calls} calls`}`;
  }

  /** The same without the number of calls. */
  async say(authorization: string | undefined, path = "/whoami", running = this.running): Promise<string> {
    let answer: Answer;
    try {
      answer = await running.get(path, authorization === undefined ? {} : { authorization });
    } catch (error) {
      return `no answer: ${(error as Error).message}`;
    }
    const whole = JSON.stringify(answer.headers) + answer.body;
    const faults = [
      this.secrets.some((secret) => whole.includes(secret)) && "with a key in it",
      answer.status === 401 && answer.headers["www-authenticate"] !== "Bearer" && "without WWW-Authenticate: Bearer",
    ];
    return [`${answer.status}${this.#readable(answer)}`, ...faults.filter(Boolean)].join(" ");
  }

  /**
   * Says what a good key gets now: after whatever was done, the server must have taken no harm.
   *
   * @param tries How often the good key may ask. @default 1
   */
  async recovered(tries = 1): Promise<string> {
    let said = "";
    for (let tried = 0; tried < tries && !said.startsWith("200"); tried += 1) {
      said = await this.say(bearer(this.project.keys.reader));
    }
    return `then ${said.slice(0, 3)}`;
  }

  /** Runs a second server with other variables for as long as `during` needs it, and says what came of it. */
  async withServer(
    environment: Record<string, string>,
    during: (running: Running) => Promise<string>,
  ): Promise<string> {
    if (environment.TESSERAL_BACKEND_API_KEY) {
      this.#secrets.push(environment.TESSERAL_BACKEND_API_KEY);
    }
    let running: Running;
    try {
      running = await launch(this.server, environment);
    } catch (error) {
      if (!(error instanceof NotStarted)) {
        throw error;
      }
      this.ended.push(error.output);
      if (error.exitCode === null) {
        return "does not serve and does not end";
      }
      return error.exitCode === 0 ? "ends with 0" : "refuses to start";
    }
    try {
      return await during(running);
    } finally {
      await running.stop();
      this.ended.push(running.output);
    }
  }

  /** A server with more variables, which stays until the session ends: the same one for the same variables. */
  async another(environment: Record<string, string>): Promise<Running> {
    const name = JSON.stringify(environment);
    const running = this.#others.get(name) ?? (await launch(this.server, { ...this.variables, ...environment }));
    this.#others.set(name, running);
    return running;
  }

  /** What the server is started with. */
  get variables(): Record<string, string> {
    return variablesOf(this.project);
  }

  /** What must be in no log and no answer. */
  get secrets(): string[] {
    return [...this.project.secrets, ...this.#secrets];
  }

  /** What all servers of this session have written so far. */
  get output(): string {
    return [...this.ended, ...this.#all.map(({ output }) => output)].join("\n");
  }

  get #all(): Running[] {
    return [this.running, ...this.#others.values()];
  }

  async end(): Promise<void> {
    await Promise.all(this.#all.map((running) => running.stop()));
    await this.project.emulator.close();
  }

  /** JSON with sorted fields and named ids; nothing for any other body. */
  #readable({ headers, body }: Answer): string {
    if (!String(headers["content-type"]).startsWith("application/json")) {
      return "";
    }
    return ` ${this.project.named(JSON.stringify(sorted(JSON.parse(body))))}`;
  }
}

const variablesOf = ({ emulator }: Project): Record<string, string> => ({
  TESSERAL_API_URL: emulator.url,
  TESSERAL_BACKEND_API_KEY: emulator.backendApiKey,
});

export const bearer = (key: Key): string => `Bearer ${key.secretToken}`;

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
