// Stands in for Pulumi's AWS plugin under the real engine: takes what it is given, gives back what AWS would make up.
const { createHash } = require("node:crypto");
const { main } = require("@pulumi/pulumi/provider");
const aws = require("./knowledge.cjs");
const secretsManager = require("./secretsManager.cjs");

const hash = (text) => createHash("sha1").update(text).digest("hex");
const typeOf = (urn) => urn.split("::")[2].split("$").pop();
const nameOf = (urn) => urn.split("::")[3];

class Echo {
  version = "7.48.0";

  async check(urn, olds, news) {
    const type = typeOf(urn);
    const known = aws.argumentsOf(type);
    const failures = Object.keys(news)
      .filter((property) => !known.includes(property))
      .map((property) => ({ property, reason: `no argument of ${type}` }));
    const automatic = aws.autoNamed(type);
    const inputs = { ...news };
    if (automatic && inputs[automatic] === undefined) {
      inputs[automatic] = olds[automatic] ?? `${nameOf(urn)}-${hash(urn).slice(0, 7)}`;
    }
    const name = automatic ? inputs[automatic] : undefined;
    if (typeof name === "string" && name.length > aws.longestName(type)) {
      failures.push({ property: automatic, reason: `${name.length} characters` });
    }
    return { inputs, failures };
  }

  async diff(_, urn, olds, news) {
    const type = typeOf(urn);
    const changed = aws.argumentsOf(type).filter((name) => !aws.same(olds[name], news[name]));
    const replaces = changed.filter((name) => aws.replacedBy(type).includes(name));
    return { changes: changed.length > 0, replaces };
  }

  async create(urn, news) {
    const type = typeOf(urn);
    const name = news.name ?? nameOf(urn);
    const outs = { ...news };
    for (const output of aws.outputsOf(type)) {
      outs[output] = output === "versionId" ? hash(JSON.stringify(news)) : aws.madeUp(type, name, output);
    }
    const { id, ...made } = await secretsManager.create(type, news);
    const madeUp = type === "aws:secretsmanager/secret:Secret" ? outs.arn : `${name}-id`;
    return { id: id ?? madeUp, outs: { ...outs, ...made } };
  }

  async update(_, urn, olds, news) {
    const kept = Object.fromEntries(aws.outputsOf(typeOf(urn)).map((name) => [name, olds[name]]));
    const published = news.publish ? { version: String(Number(olds.version) + 1) } : {};
    return { outs: { ...kept, ...news, ...published } };
  }

  async delete(id, urn, props) {
    await secretsManager.remove(typeOf(urn), id, props);
  }

  async invoke(token) {
    const outputs = aws.lookups[token];
    if (!outputs) {
      throw new Error(`no answer for ${token}`);
    }
    return { outputs };
  }
}

main(new Echo(), process.argv.slice(2));
