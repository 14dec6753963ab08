// Proves that several backends of several regions stand in one program, and that nothing of one is named like something of another.
// Names that AWS shares among all regions of an account are in the table below; it is a claim about AWS.
import { Provider } from "@pulumi/aws/provider.js";
import { expect, it } from "vitest";
import { Backend } from "../../../components/backend";
import { everything } from "./everything";
import { children, inputsOf, record } from "./record";
import { sampleBackend } from "./sample";

const { required } = sampleBackend();
const regions = { europe: "eu-central-1", america: "us-west-2" };

const several = () =>
  record(
    () => {
      for (const [place, region] of Object.entries(regions)) {
        const provider = new Provider(place, { region });
        new Backend(`api-${place}`, { ...required, ...everything, codeBucket: `code-${place}` }, { provider });
        new Backend(`admin-${place}`, required, { provider });
      }
    },
    { regions },
  );

it("makes each of them whole", async () => {
  const one = await record(() => new Backend("api", { ...required, ...everything, codeBucket: "code" }));
  const other = await record(() => new Backend("admin", required));
  const named = (names: string[], from: string, to: string) => names.map((name) => name.replace(` ${from}`, ` ${to}`));
  const expected = Object.keys(regions).flatMap((place) => [
    ...named(children(one), "api", `api-${place}`),
    ...named(children(other), "admin", `admin-${place}`),
  ]);
  const found = children(await several());
  expect(found.sort()).toEqual(expected.sort());
  expect(new Set(found).size).toBe(found.length);
});

it("takes the web adapter of each region", async () => {
  const found = await several();
  const adapter = (name: string) => (inputsOf(found, "aws:lambda/function:Function", name).layers as string[])[0];
  expect(adapter("admin-europe")).toBe("arn:aws:lambda:eu-central-1:753240598075:layer:LambdaAdapterLayerArm64:30");
  expect(adapter("admin-america")).toBe("arn:aws:lambda:us-west-2:753240598075:layer:LambdaAdapterLayerArm64:30");
});

it("lets Pulumi make up every name that must be unique in an account or region", async () => {
  const found = await several();
  const fixed = found.filter(
    ({ type, inputs }) => type.startsWith("aws:") && typeof inputs.name === "string" && !sharedWithin[type],
  );
  expect(fixed.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
  const dashboards = found.filter(({ type }) => type === "aws:cloudwatch/dashboard:Dashboard");
  const names = dashboards.map(({ inputs }) => inputs.dashboardName);
  expect(new Set(names).size).toBe(2);
});

/** Types whose `name` only has to differ within something of the backend's own, or is chosen by the user. */
const sharedWithin: Readonly<Record<string, string>> = {
  "aws:lambda/alias:Alias": "the function",
  "aws:apigatewayv2/stage:Stage": "the API",
  "aws:route53/record:Record": "the user's zone",
};
