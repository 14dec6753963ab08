/** The pages of what stands in tables in the code: settings, the fields of customers, commands. */
import { Command } from "commander";
import { exitCodesHelp } from "../../../cli/exitCodes";
import { commands } from "../../../cli/main";
import { customerShape } from "../../../config/customerShape";
import type { ObjectShape, Shape } from "../../../config/shape";
import { settingNames, settings } from "../../../providers/settings";
import { code, heading, table } from "./markdown";
import type { Page } from "./resourcePages";

export function settingsPage(): Page {
  const sections = settingNames().flatMap((name) => {
    const setting: (typeof settings)[typeof name] & { default?: string | number } = settings[name];
    const { type, meaning, reader } = setting;
    const isSet = setting.default !== undefined && setting.default !== "";
    const facts = [
      `Type: ${type}.`,
      ...(isSet ? [`Default: ${code(String(setting.default))}.`] : []),
      ...(reader === "provider" ? [`As an argument of a [\`Provider\`](provider.md): ${code(name)}.`] : []),
    ];
    const text = meaning.replaceAll(
      /docs\/((?:\w+\/)?([\w-]+))\.md/g,
      (_, path: string, page: string) => `[${page.replaceAll("-", " ")}](../${path}.md)`,
    );
    return [`## tesseral:${name}`, text, facts.join(" ")];
  });
  return {
    file: "settings.md",
    title: "Settings",
    about: "Every setting of a stack, its default and its unit.",
    text: [
      heading("Settings", "providers/settings.ts"),
      "What `pulumi config set` takes. A setting `tesseral:…` that is not here is an error: one of your own belongs in another namespace. " +
        "Structured values are set by path: `pulumi config set --path 'tesseral:customers.acme.displayName' 'Acme Corp'`.",
      ...sections,
    ]
      .join("\n\n")
      .concat("\n"),
  };
}

function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return "text";
    case "flag":
      return "`true`, `false`";
    case "whole":
      return `${shape.from} to ${shape.to}${shape.or === undefined ? "" : `, or ${shape.or}`}`;
    case "choice":
      return shape.values.map(code).join(", ");
    case "list":
      return shape.orOne
        ? "text, or a list of texts"
        : `list of texts${shape.orWord === undefined ? "" : `, or ${code(shape.orWord)}`}`;
    case "texts":
      return "map of texts";
    case "map":
      return `map of a ${shape.noun}'s fields by its name`;
    case "object":
      return shape.orWord === undefined ? "map of fields" : `map of fields, or ${code(shape.orWord)}`;
  }
}

function fieldRows({ fields, required }: ObjectShape): string[][] {
  return Object.entries(fields).map(([name, shape]) => [
    code(name),
    typeOf(shape),
    required.includes(name) ? "**must be there**" : "default" in shape ? code(String(shape.default)) : "",
    shape.kind === "list" ? `${shape.description} ${shape.of.description}` : shape.description,
  ]);
}

/** Every field that a customer can have, and those of its parts. */
export function customerFieldsPage(): Page {
  const head = ["field", "type", "default", "meaning"];
  const { roles, apiKeys, deliverTo } = customerShape.fields;
  const section = (title: string, shape: ObjectShape) => [
    `## ${title}`,
    shape.description,
    table(head, fieldRows(shape)),
  ];
  return {
    file: "customer-fields.md",
    title: "Fields of a customer",
    about: "Everything that can be written in `customers.yaml`, or under `tesseral:customers`.",
    text: [
      heading("Fields of a customer", "config/customerShape.ts"),
      "What can be written about each customer in `customers.yaml`, in a file of its own, or under `tesseral:customers`; the same as " +
        "[`customers.schema.json`](../../customers.schema.json) says to editors. [Customers](../customers.md) explains them.",
      ...section("A customer", customerShape),
      ...section("A role", roles.of),
      ...section("An API key", apiKeys.of),
      ...section("`deliverTo.awsSecretsManager`", deliverTo.fields.awsSecretsManager),
    ]
      .join("\n\n")
      .concat("\n"),
  };
}

/** Every command with its arguments and options. */
export async function commandsPage(): Promise<Page> {
  const sections: string[] = [];
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = new Command(name).summary(summary);
    (await load())(command);
    const usage = command.registeredArguments.map((one) => {
      const shown = one.variadic ? `${one.name()}...` : one.name();
      return one.required ? `<${shown}>` : `[${shown}]`;
    });
    const options = command.options.filter((option) => !option.hidden);
    sections.push(
      `## ${name}`,
      command.description() || `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
      ["```sh", ["npx pulumi-tesseral", name, ...usage, "[options]"].join(" "), "```"].join("\n"),
      ...(command.registeredArguments.length === 0
        ? []
        : [
            table(
              ["argument", "meaning"],
              command.registeredArguments.map((one) => [code(one.name()), one.description]),
            ),
          ]),
      ...(options.length === 0
        ? []
        : [
            table(
              ["option", "default", "meaning"],
              options.map((option) => [
                code(option.flags),
                option.defaultValue === undefined || option.defaultValue === false
                  ? ""
                  : code(String(option.defaultValue)),
                `${option.description}${option.argChoices === undefined ? "" : ` (${option.argChoices.join(", ")})`}`,
              ]),
            ),
          ]),
    );
  }
  return {
    file: "commands.md",
    title: "Commands",
    about: "Every command of `pulumi-tesseral`, its options, and the exit codes.",
    text: [
      heading("Commands", "the commands themselves"),
      "`npx pulumi-tesseral COMMAND`. Every command takes `--help`, and `--no-color`, as does the environment variable `NO_COLOR`.",
      ...sections,
      "## Exit codes",
      ["```text", exitCodesHelp.trim(), "```"].join("\n"),
    ]
      .join("\n\n")
      .concat("\n"),
  };
}
