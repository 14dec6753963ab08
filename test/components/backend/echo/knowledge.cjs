// What the stand-in for Pulumi's AWS plugin knows of AWS. Arguments and outputs of a type are read from the class file of the
// installed @pulumi/aws, so it knows every type and refuses what is no argument; the tables below are claims about AWS.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const sdk = join(__dirname, "../../../../node_modules/@pulumi/aws");
const secretSignature = "4dabf18193072939515e22adb298388d";

/** `aws:lambda/function:Function` → the text of lambda/function.js. */
function classFile(type) {
  const [, module] = /^aws:([^:]+):/.exec(type) ?? [];
  return readFileSync(join(sdk, `${module}.js`), "utf8");
}

const matches = (type, pattern) => [...classFile(type).matchAll(pattern)].map(([, name]) => name);

exports.argumentsOf = (type) => matches(type, /resourceInputs\["(\w+)"\] = (?:args|pulumi\.secret\(args)/g);
exports.outputsOf = (type) => matches(type, /resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g);

/** The argument that Pulumi fills with the logical name and seven characters. */
exports.autoNamed = (type) => {
  if (type === "aws:lambda/permission:Permission") {
    return "statementId";
  }
  return exports.argumentsOf(type).includes("name") ? "name" : undefined;
};

/** Arguments whose change replaces the resource. */
const replacing = {
  "aws:acm/certificate:Certificate": ["domainName", "validationMethod"],
  "aws:appautoscaling/scheduledAction:ScheduledAction": ["name", "resourceId", "scalableDimension", "serviceNamespace"],
  "aws:cloudwatch/dashboard:Dashboard": ["dashboardName"],
  "aws:sns/topicSubscription:TopicSubscription": ["endpoint", "protocol", "topic"],
  "aws:s3/bucketObjectv2:BucketObjectv2": ["bucket", "key"],
  "aws:secretsmanager/secret:Secret": ["name", "region"],
  "aws:secretsmanager/secretPolicy:SecretPolicy": ["secretArn", "region"],
  "aws:secretsmanager/secretVersion:SecretVersion": ["secretId", "secretString", "region"],
  "aws:lambda/layerVersion:LayerVersion": ["layerName", "code"],
  "aws:lambda/permission:Permission": exports.argumentsOf("aws:lambda/permission:Permission"),
};
exports.replacedBy = (type) => replacing[type] ?? ["name"];

/** Length limits of names, which Pulumi's automatic names do not heed. */
const longest = { "aws:lambda/function:Function": 64, "aws:iam/role:Role": 64 };
exports.longestName = (type) => longest[type] ?? 255;

/** A made-up output, different for every resource. */
exports.madeUp = (type, name, output) => {
  if (output === "arn" || output.endsWith("Arn")) {
    const [service, kind] = /^aws:(\w+)\/(\w+)/.exec(type)?.slice(1) ?? [];
    if (type === "aws:secretsmanager/secret:Secret") {
      return `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`;
    }
    return `arn:aws:${service}:us-east-1:123456789012:${kind}:${name}`;
  }
  if (output === "domainValidationOptions") {
    const proof = { resourceRecordName: `_${name}.`, resourceRecordType: "CNAME", resourceRecordValue: "_proof." };
    return [{ domainName: name, ...proof }];
  }
  if (output === "version") {
    return "1";
  }
  if (output === "functionUrl") {
    return `https://${name}.lambda-url.us-east-1.on.aws/`;
  }
  return `${output}-of-${name}`;
};

exports.lookups = {
  "aws:index/getRegion:getRegion": {
    id: "us-east-1",
    name: "us-east-1",
    region: "us-east-1",
    description: "",
    endpoint: "",
  },
};

/** Equal for AWS: archives by their hash, wherever they lie. */
exports.same = (left, right) => {
  const text = (value) => JSON.stringify(value, (_, part) => (part?.[secretSignature] && part.hash ? part.hash : part));
  return text(left) === text(right);
};
