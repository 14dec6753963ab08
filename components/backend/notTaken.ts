/** What people look for and AWS does not offer for these entries, with what to do instead. */
const reasons: Readonly<Record<string, string>> = {
  allowedIps:
    "neither a function URL nor an HTTP API can refuse callers by address; put CloudFront with AWS WAF in front, and let the program refuse what did not come through it",
  webAclArn:
    "AWS WAF attaches neither to a function URL nor to an HTTP API; attach it to a CloudFront distribution in front",
  maxRequestSize: "AWS's limits cannot be lowered, 6 MB with Lambda; let the program refuse what is larger",
  keepVersions: "no resource of Pulumi's removes old versions of a function; they cost nothing up to 75 GB a region",
};

/** Arguments that are refused, each with its reason. */
export const notTaken = (given: object): string[] =>
  Object.keys(given).flatMap((name) => (reasons[name] === undefined ? [] : [`${name}: ${reasons[name]}`]));
