/** Why a body could not be decoded, worded as protobuf-go words it. */
export class DecodeError extends Error {}

type TokenKind =
  | "end"
  | "null"
  | "bool"
  | "number"
  | "string"
  | "name"
  | "objectOpen"
  | "objectClose"
  | "arrayOpen"
  | "arrayClose"
  | "comma";

export interface Token {
  kind: TokenKind;
  /** As written in the body. */
  raw: string;
  /** Offset of its first character. */
  at: number;
  /** The unescaped text of a string or name, else "". */
  text: string;
}

const punctuation: Record<string, TokenKind> = {
  "{": "objectOpen",
  "}": "objectClose",
  "[": "arrayOpen",
  "]": "arrayClose",
  ",": "comma",
};
const escapes: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const literal = /(?:null|true|false)(?![-+._a-zA-Z0-9])/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![-+._a-zA-Z0-9])/y;
const blanks = /[ \t\r\n]*/y;
const excerpt = /[-+._a-zA-Z0-9]{1,32}|./suy;
const valueEnds = new Set<TokenKind | undefined>(["null", "bool", "number", "string", "objectClose", "arrayClose"]);

/**
 * Reads JSON one token at a time, refusing what protobuf-go's reader refuses and in its words. `JSON.parse` would not do:
 * it takes a field that is there twice, and its messages are its own.
 */
export class JsonReader {
  #at = 0;
  #last: TokenKind | undefined;
  readonly #open: TokenKind[] = [];

  readonly #input: string;

  constructor(input: string) {
    this.#input = input;
  }

  /** The next token; a comma is checked and passed over. Throws DecodeError. */
  read(): Token {
    const token = this.#next();
    this.#check(token);
    this.#last = token.kind;
    return token.kind === "comma" ? this.read() : token;
  }

  /** Whether `null` comes next. */
  peekIsNull(): boolean {
    this.#skipBlanks();
    literal.lastIndex = this.#at;
    return literal.exec(this.#input)?.[0] === "null";
  }

  /** Whether the list that was opened ends here. */
  peekIsArrayClose(): boolean {
    this.#skipBlanks();
    return this.#input[this.#at] === "]";
  }

  /** Reads one whole value and forgets it. */
  skipValue(): void {
    let depth = 0;
    do {
      const { kind } = this.read();
      if (kind === "end") {
        throw new DecodeError("proto: unexpected EOF");
      }
      if (kind === "objectOpen" || kind === "arrayOpen") {
        depth += 1;
      }
      if (kind === "objectClose" || kind === "arrayClose") {
        depth -= 1;
      }
    } while (depth > 0);
  }

  /** An error of a well-formed value in the wrong place. */
  error(token: Token, what: string): DecodeError {
    return new DecodeError(`proto: (${this.#position(token.at)}): ${what}`);
  }

  unexpected(token: Token): DecodeError {
    if (token.kind === "end") {
      return new DecodeError("proto: unexpected EOF");
    }
    return this.#syntaxError(token.at, `unexpected token ${token.raw}`);
  }

  #check(token: Token): void {
    const inside = this.#open.at(-1);
    switch (token.kind) {
      case "end":
        if (inside !== undefined || !valueEnds.has(this.#last)) {
          throw this.unexpected(token);
        }
        return;
      case "objectOpen":
      case "arrayOpen":
        if (!this.#valueMayFollow()) {
          throw this.unexpected(token);
        }
        this.#open.push(token.kind);
        return;
      case "objectClose":
        if (inside !== "objectOpen" || this.#last === "name" || this.#last === "comma") {
          throw this.unexpected(token);
        }
        this.#open.pop();
        return;
      case "arrayClose":
        if (inside !== "arrayOpen" || this.#last === "comma") {
          throw this.unexpected(token);
        }
        this.#open.pop();
        return;
      case "comma":
        if (inside === undefined || !valueEnds.has(this.#last)) {
          throw this.unexpected(token);
        }
        return;
      case "name":
        return;
      default:
        if (!this.#valueMayFollow()) {
          throw this.unexpected(token);
        }
    }
  }

  #valueMayFollow(): boolean {
    const inside = this.#open.at(-1);
    if (inside === undefined) {
      return this.#last === undefined;
    }
    return inside === "objectOpen" ? this.#last === "name" : this.#last === "arrayOpen" || this.#last === "comma";
  }

  #next(): Token {
    this.#skipBlanks();
    const at = this.#at;
    const first = this.#input[at];
    if (first === undefined) {
      return { kind: "end", raw: "", at, text: "" };
    }
    const mark = punctuation[first];
    if (mark !== undefined) {
      return this.#token(mark, at + 1);
    }
    if (first === '"') {
      return this.#string();
    }
    literal.lastIndex = at;
    const word = literal.exec(this.#input)?.[0];
    if (word !== undefined) {
      return this.#token(word === "null" ? "null" : "bool", literal.lastIndex);
    }
    number.lastIndex = at;
    if (number.test(this.#input)) {
      return this.#token("number", number.lastIndex);
    }
    excerpt.lastIndex = at;
    throw this.#syntaxError(at, `invalid value ${excerpt.exec(this.#input)?.[0] ?? ""}`);
  }

  #token(kind: TokenKind, end: number, text = ""): Token {
    const at = this.#at;
    this.#at = end;
    return { kind, raw: this.#input.slice(at, end), at, text };
  }

  #string(): Token {
    const input = this.#input;
    let text = "";
    let at = this.#at + 1;
    // Taken as a whole: a long text put together from single characters costs seconds.
    let plainFrom = at;
    while (true) {
      const char = input[at];
      if (char === undefined) {
        throw new DecodeError("proto: unexpected EOF");
      }
      if (char < " ") {
        throw this.#syntaxError(this.#at, `invalid character ${JSON.stringify(char)} in string`);
      }
      if (char !== '"' && char !== "\\") {
        at += 1;
        continue;
      }
      text += input.slice(plainFrom, at);
      if (char === '"') {
        break;
      }
      const [unescaped, length] = this.#escape(at);
      text += unescaped;
      at += length;
      plainFrom = at;
    }
    const token = this.#token("string", at + 1, text);
    if (this.#valueMayFollow()) {
      return token;
    }
    if (this.#last !== "objectOpen" && this.#last !== "comma") {
      return token;
    }
    this.#skipBlanks();
    const colon = input[this.#at];
    if (colon === undefined) {
      throw new DecodeError("proto: unexpected EOF");
    }
    if (colon !== ":") {
      throw this.#syntaxError(this.#at, `unexpected character ${colon}, missing ":" after field name`);
    }
    this.#at += 1;
    return { ...token, kind: "name" };
  }

  /** What the escape at `at` stands for, and how long it is. */
  #escape(at: number): [string, number] {
    const input = this.#input;
    const letter = input[at + 1];
    if (letter === undefined) {
      throw new DecodeError("proto: unexpected EOF");
    }
    const simple = escapes[letter];
    if (simple !== undefined) {
      return [simple, 2];
    }
    const unit = letter === "u" ? this.#unit(at) : undefined;
    if (unit === undefined) {
      throw this.#badEscape(input.slice(at, at + 2));
    }
    if (unit < 0xd8_00 || unit > 0xdf_ff) {
      return [String.fromCharCode(unit), 6];
    }
    const low = this.#unit(at + 6);
    if (unit > 0xdb_ff || low === undefined || low < 0xdc_00 || low > 0xdf_ff) {
      throw this.#badEscape(input.slice(at + 6, at + 12));
    }
    return [String.fromCharCode(unit, low), 12];
  }

  /** The number of a `\uXXXX`; undefined if that is not what stands there. */
  #unit(at: number): number | undefined {
    const unit = this.#input.slice(at, at + 6);
    if (unit.length < 6) {
      throw new DecodeError("proto: unexpected EOF");
    }
    return /^\\u[0-9a-fA-F]{4}$/.test(unit) ? Number.parseInt(unit.slice(2), 16) : undefined;
  }

  #badEscape(text: string): DecodeError {
    return this.#syntaxError(this.#at, `invalid escape code ${JSON.stringify(text)} in string`);
  }

  #skipBlanks(): void {
    blanks.lastIndex = this.#at;
    blanks.test(this.#input);
    this.#at = blanks.lastIndex;
  }

  #syntaxError(at: number, what: string): DecodeError {
    return new DecodeError(`proto: syntax error (${this.#position(at)}): ${what}`);
  }

  /** Lines and columns count from 1, columns in characters rather than UTF-16 units. */
  #position(at: number): string {
    const lines = this.#input.slice(0, at).split("\n");
    return `line ${lines.length}:${[...(lines.at(-1) ?? "")].length + 1}`;
  }
}
