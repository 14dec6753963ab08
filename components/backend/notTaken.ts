const noImage = "layers, and so the key, do not reach a container image; hand the program over as a folder or a zip";
const noFirewall =
  "AWS WAF attaches neither to a function URL nor to an HTTP API; attach it to a CloudFront distribution in front";
const noLimit = "AWS's limits cannot be lowered, 6 MB with Lambda; let the program refuse what is larger";

/** What people look for, under the names that other components and AWS have for it, and why it is not there, with what to do instead. */
const reasons = new Map<string, string>(
  Object.entries({
    allowedIps:
      "neither a function URL nor an HTTP API can refuse callers by address; put CloudFront with AWS WAF in front, and let the program refuse what did not come through it",
    webAclArn: noFirewall,
    webAclId: noFirewall,
    maxRequestSize: noLimit,
    payloadLimit: noLimit,
    keepVersions: "no resource of Pulumi's removes old versions of a function; they cost nothing up to 75 GB a region",
    snapStart:
      "a snapshot would keep the key that it was taken with, after every rotation; set provisionedConcurrency against cold starts",
    image: noImage,
    imageUri: noImage,
    packageType: noImage,
  }),
);

/** Arguments that are refused, each with its reason. */
export const notTaken = (given: object): string[] =>
  Object.keys(given).flatMap((name) => (reasons.has(name) ? [`${name}: ${reasons.get(name)}`] : []));
